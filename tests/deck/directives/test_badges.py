"""A trick's badges, and their brief forms where a slide's row has no room for the whole."""

import json

import tiny
from docset import make

from deck.directives.badges import Badge, fitted

PROVEN = Badge("proven on 5 kernels, 5.10 to 7.2", "on 5 kernels")
NEEDS = Badge("needs own net, module inet_diag_destroy", "needs own net + 1")
STATUS = "recorded 2026-11-26, Linux 6.18.44"


def row(badges, name: str, what_if: bool = True) -> list[str]:
    """What a slide's row says."""
    shown = fitted(badges, name, STATUS, what_if=what_if)
    return [badge.whole if badge.brief is None else badge.brief for badge in shown]


def test_what_finds_room_is_whole_and_what_it_needs_is_brief_last():
    both = (PROVEN, NEEDS)
    assert row(both[1:], "a.b") == ["needs own net, module inet_diag_destroy"]
    assert row(both, "udp.size", what_if=False) == [PROVEN.brief, NEEDS.whole]
    assert row(both, "awesome.friends") == ["on 5 kernels", "needs own net + 1"]
    assert row(both, "tcp.sent_is_not_delivered") == ["", "needs own net + 1"]
    assert row((PROVEN,), "tcp.sent_is_not_delivered") == ["on 5 kernels"]
    assert row((), "a.b") == []
    loopback = Badge("needs module vsock_loopback", "needs vsock_loopback")
    assert row((PROVEN, loopback), "awesome.vsock") == ["", "needs vsock_loopback"]


def test_the_page_has_the_whole_of_a_brief_badge_and_words_for_what_it_needs(tmp_path):
    needs = "own net, program gzip, package zmq, file /etc/services, kernel 5.10, luck"
    path = tiny.program(tmp_path / "deck", needs=needs)
    with open(path.parents[1] / "talk.py", "a") as ours:
        ours.write('CALLED = {"luck": "a lucky day"}\n')
        ours.write('def luck():\n    "luck"\nPROBES = {"luck": luck}\n')
    row = tiny.proof(path, {"6.18.4": "passed", "6.1.2": "passed"})
    table = {"examples/proven.json": json.dumps({"post.letter": row})}
    slide = "Post\n====\n\n.. trick:: post.letter\n"
    html = make(tmp_path, slide, files=table).slides()
    whole = "needs own net, gzip, zmq, /etc/services, kernel 5.10, a lucky day"
    assert f'title="{whole}" data-brief="needs own net + 5"><span>{whole}</span>' in html
    assert 'data-brief="on 6.1, 6.18"><span>proven on 6.1, 6.18</span>' in html
