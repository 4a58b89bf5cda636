"""The preflight tries what a hall asks for, too: each variant of what is on the slides."""

import pytest
from tricks import write_program, write_recording

from deck.programs import preflight, shown
from deck.programs.outlook import FAILS, LIVE
from deck.programs.runner import Event, Kind, Result

WHAT_IF = """
[broken]
title = "What if it is broken?"
replace = "print('here')"
with = "raise OSError('broken')"
shows = "fails OSError"

[slow]
title = "What if it never ends?"
replace = "print('here')"
with = "import signal; signal.pause()"
shows = "times out"
"""


@pytest.fixture
def talk(tmp_path):
    """One program, on a slide."""
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "__init__.py").write_text("")
    write_recording(write_program(tmp_path, "demo.live", "print('here')"), [(0.0, "here")])
    deck = tmp_path / shown.DECK
    deck.parent.mkdir(parents=True)
    deck.write_text('<!DOCTYPE html><div data-trick="demo.live"></div>')
    return tmp_path


def test_each_variant_of_what_is_shown_is_run_too(talk):
    table = talk / "examples" / "demo" / "live.toml"
    table.write_text(WHAT_IF)
    write_recording(table.with_name("live~broken.py"), [(0.0, "OSError: broken")])
    ran = []

    def judge(program, isolated):
        ran.append(program.id)
        if program.id == "demo.live~slow":
            return Event(Kind.END, 5.0, "as it must: times out", Result.PASSED)
        return preflight.judge(program, isolated)

    report = preflight.fly(talk, judge=judge)
    assert ran == ["demo.live", "demo.live", "demo.live~broken", "demo.live~slow"]
    found = {one.id: one.how for one in report.variants}
    assert found == {"demo.live~broken": LIVE, "demo.live~slow": LIVE}
    assert report.go, report.faults
    assert report.slowest[0].id == "demo.live~slow"
    assert "; of the variants, 2 run live. GO" in report.sentence()
    preflight.keep(report, talk)
    assert preflight.last(talk) == report


def test_a_variant_that_ends_otherwise_forbids_to_go(talk):
    table = talk / "examples" / "demo" / "live.toml"
    table.write_text(WHAT_IF.partition("[slow]")[0].replace("fails OSError", "passes"))
    report = preflight.fly(talk)
    [broken] = report.variants
    assert broken.how == FAILS and "has to end otherwise: passes" in broken.why
    assert report.faults == (
        "demo.live~broken does not end as its slide says: python3 -m examples run demo.live~broken",
    )


def test_variants_that_can_not_be_read_forbid_to_go(talk):
    (talk / "examples" / "demo" / "live.toml").write_text("[broken")
    report = preflight.fly(talk)
    assert "live.toml:1" in report.variants[0].why
    assert not report.go
