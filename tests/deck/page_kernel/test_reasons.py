"""Why a program does not run in the page's Linux: the reason that its slide gives."""

import pytest
from tricks import write_program

from deck.programs import catalogue, page_kernel
from deck.programs.catalogue import ROOT

TALK = '''
def dice():
    """dice (nobody has them)"""
    return "none"


def chance():
    """random bytes"""
    return ""


PROBES = {"dice": dice, "chance": chance, "luck": chance}
IN_PAGE = ("chance",)
NOT_IN_PAGE = {"luck": "in a page nobody is lucky"}
'''


@pytest.mark.parametrize(
    "needs, reason",
    [
        ("chance, own net", ""),
        ("luck", "in a page nobody is lucky"),
        ("dice", "the Linux in this page lacks dice (nobody has them)"),
        ("program bc", "the Linux in this page has no program bc"),
        ("kernel 6.7", "needs Linux 6.7 or newer; in this page it is 6.1.176"),
        ("lab", "boots Linux kernels itself, which the one in this page can't"),
    ],
)
def test_a_need_that_is_not_met_is_the_reason(tmp_path, needs, reason):
    path = write_program(tmp_path, "post.letter", "print(1)", needs=needs)
    (tmp_path / "examples" / "talk.py").write_text(TALK)
    assert page_kernel.lacking(catalogue.read(path), "6.1.176") == reason


def test_at_least_nine_of_ten_of_this_talk_run_there():
    tricks = catalogue.tricks(ROOT).values()
    reasons = {trick.id: page_kernel.lacking(trick, "6.1.176") for trick in tricks}
    skipped = {id: reason for id, reason in reasons.items() if reason}
    assert len(skipped) <= len(reasons) / 10, skipped
    assert "socketcall(2)" in skipped["events.ask_the_supervisor"]
