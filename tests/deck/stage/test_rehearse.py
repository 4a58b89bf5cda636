"""Rehearsing: how long on each slide, what was run, stopped and resumed, where time was lost."""

import json
import signal
import sys

import pytest
from open_stage import TALKS, StageProcess, write_trick
from processes import PATIENCE

from deck.stage import rehearse
from deck.stage.rehearsal import Rehearsal, RehearsalError, Slide, Visit, report, slides_of

PAGE = """<!DOCTYPE html><html lang=en><title>A deck</title>
<section id="start" class="slide"><h1>A deck</h1></section>
<section id="one" class="slide" data-timing="60"><h2>The <em>first</em></h2><h3>no</h3></section>
<section id="two" class="slide" data-timing="30"><section><h4>Two</h4></section></section>
"""
SLIDES = [Slide("start", "A deck"), Slide("one", "The first", 60), Slide("two", "Two", 30)]
REHEARSE = (sys.executable, "-m", "deck", "rehearse")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def stay(rehearsal: Rehearsal, clock: Clock, place: str, seconds: float) -> None:
    rehearsal.note("at", place)
    clock.now += seconds


def test_it_keeps_how_long_one_stays_and_goes_on_after_a_stop(tmp_path):
    clock, file = Clock(), tmp_path / "rehearsal.json"
    first = Rehearsal(file, clock)
    first.note("join", "")
    clock.now += 20
    stay(first, clock, "#/one", 50)
    first.note("run", "unix.pass_fd~wrong_fd")
    stay(first, clock, "#/one/2", 25)  # a step of the same slide
    first.stop()
    clock.now += 3600  # lunch
    second = Rehearsal(file, clock)
    second.note("join", "#/one/2")
    clock.now += 5
    stay(second, clock, "#/two", 10)
    second.stop()
    assert Rehearsal(file).visits == [
        Visit("", 20),
        Visit("one", 75, ["unix.pass_fd~wrong_fd"]),
        Visit("one", 5),
        Visit("two", 10),
    ]


def test_another_window_changes_nothing(tmp_path):
    clock = Clock()
    rehearsal = Rehearsal(tmp_path / "rehearsal.json", clock)
    stay(rehearsal, clock, "#/one", 30)
    rehearsal.note("join", "#/one")
    stay(rehearsal, clock, "#/one", 30)
    rehearsal.stop()
    assert rehearsal.visits == [Visit("one", 60)]


def test_it_says_where_time_was_lost_the_most_first():
    visits = [Visit("", 20), Visit("one", 75, ["a.b", "a.b"]), Visit("one", 65)]
    assert report(visits, SLIDES) == [
        "Rehearsed 2:40 of 1:30. Slides: 2, runs: 2.",
        "Time was lost, 1:40 in all, on:",
        "  +1:20  The first: 2:20, given 1:00; ran a.b",
        "  +0:20  A deck: 0:20, given no time",
        'Slides not rehearsed yet: 1, the first is "Two".',
    ]


def test_what_was_won_is_said_too():
    lines = report([Visit("start", 1), Visit("one", 20), Visit("two", 31)], SLIDES)
    assert lines[1:] == ["Other slides took 0:40 less than they were given."]


def test_slides_are_read_from_the_built_deck(tmp_path):
    page = tmp_path / "index.html"
    page.write_text(PAGE)
    assert slides_of(page) == SLIDES


def test_a_spoilt_file_is_an_error_with_its_remedy(tmp_path):
    file = tmp_path / "rehearsal.json"
    file.write_text('{"visits": [{"slide": 1}]}')
    with pytest.raises(RehearsalError, match=r"rehearsal\.json is no rehearsal .* --anew"):
        Rehearsal(file)


def sit(root, *options: str) -> list[str]:
    """A rehearsal of one step and one run; what it says when it is stopped."""
    id = write_trick(root, TALKS)
    with StageProcess(root, "--port", "0", *options, command=REHEARSE) as stage:
        with stage.presenter().socket() as window:
            window.run(id)
            window.say(at="#/one")
            window.run(id)
            stage.process.send_signal(signal.SIGINT)
            stage.process.wait(PATIENCE)
        return stage.process.stdout.read().splitlines()


def test_the_command_presents_notes_and_says(root, capsys):
    (root / "_build" / "slides" / "index.html").write_text(PAGE)
    said = sit(root)
    assert any(line.startswith("Rehearsed 0:0") and "runs: 2." in line for line in said)
    kept = json.loads((root / rehearse.FILE).read_text())["visits"]
    assert [(visit["slide"], len(visit["runs"])) for visit in kept] == [("", 1), ("one", 1)]
    assert any("Slides: 2, runs: 4." in line for line in sit(root))
    assert rehearse.main(["--root", str(root), "--report"]) == 0
    assert "runs: 4." in capsys.readouterr().out
    assert any("runs: 2." in line for line in sit(root, "--anew"))


def test_nothing_rehearsed_is_said(root, capsys):
    assert rehearse.main(["--root", str(root), "--report"]) == 0
    assert "Nothing was rehearsed yet" in capsys.readouterr().out
