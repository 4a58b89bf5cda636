"""The preflight: what it says of programs, of the machine, and when it lets a speaker go."""

import dataclasses
import json
import os
import socket
import subprocess
import sys
import time

import pytest
from command_line import ROOT
from tricks import write_program, write_recording

from deck.programs import machine, preflight, shown
from deck.programs.machine import BAD, CAUTION, GOOD, Check
from deck.programs.outlook import FAILS, LAB, LIVE, REPLAY, SILENT, Outlook
from deck.programs.runner import Event, Kind, Result

ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
PAGE = """<!DOCTYPE html><div data-trick="demo.live"></div><div data-trick="demo.lacking"></div>
<div data-trick="demo.live"></div><div data-chart="speed" data-key="1"></div>
<a href="https://elsewhere.test/">a link is only followed by hand</a>
"""


@pytest.fixture
def talk(tmp_path):
    """Two programs on the slides, one in a chapter that is left out."""
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "__init__.py").write_text("")
    live = write_program(tmp_path, "demo.live", "print('here')")
    write_recording(live, [(0.0, "here")])
    lacking = write_program(tmp_path, "demo.lacking", "print(1)", needs="program no-such-program")
    write_recording(lacking, [(0.0, "1")])
    write_program(tmp_path, "demo.left_out", "raise SystemExit('nobody shows this')")
    write_deck(tmp_path, PAGE)
    return tmp_path


def write_deck(root, page: str) -> None:
    (root / shown.DECK).parent.mkdir(parents=True, exist_ok=True)
    (root / shown.DECK).write_text(page)


def hows(report: preflight.Report) -> dict[str, str]:
    return {one.id: one.how for one in report.programs}


def test_each_program_on_the_slides_is_run_twice_and_no_other(talk):
    ran = []

    def judge(trick, isolated):
        ran.append(trick.id)
        return preflight.judge(trick, isolated)

    report = preflight.fly(talk, judge=judge)
    assert hows(report) == {"demo.live": LIVE, "demo.lacking": REPLAY}
    assert ran == ["demo.live", "demo.live"]
    assert report.go, report.faults
    assert [one.id for one in report.slowest] == ["demo.live"]
    assert "no-such-program" in report.programs[1].why
    assert "1 run live, 1 will replay. GO" in report.sentence()


def test_what_a_deck_shows_is_told_quickly_too(talk):
    assert shown.programs(talk) == {"demo.live", "demo.lacking", "measurements.speed"}
    assert shown.programs(talk / "slides") == frozenset()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("print('here')\nraise SystemExit('no luck')", "failed: no luck"),
        ("print('elsewhere')", "its output is not the recorded one"),
    ],
)
def test_what_does_not_run_as_recorded_forbids_to_go(talk, body, why):
    write_program(talk, "demo.live", body)
    report = preflight.fly(talk)
    assert hows(report)["demo.live"] == FAILS
    assert why in report.programs[0].why
    assert report.faults == (
        "demo.live does not run as recorded: python3 -m examples run demo.live",
    )


def test_what_fails_only_the_second_time_fails(talk):
    ends = iter([Event(Kind.END, 0.1, "", Result.PASSED), Event(Kind.END, 9.0, "", "timed out")])
    report = preflight.fly(talk, judge=lambda *_: next(ends))
    assert (hows(report)["demo.live"], report.programs[0].seconds) == (FAILS, 9.0)


def test_what_only_the_run_itself_finds_lacking_will_replay(talk):
    skipped = Event(Kind.END, 0.1, "needs 512 MB in /dev/shm", Result.SKIPPED)
    report = preflight.fly(talk, judge=lambda *_: skipped)
    assert (hows(report)["demo.live"], report.programs[0].why) == (REPLAY, skipped.text)
    assert report.faults[0].startswith("nothing runs live here: needs 512 MB")


def test_a_program_that_is_gone_or_spoilt_fails(talk):
    write_deck(talk, PAGE.replace("demo.lacking", "demo.gone"))
    (talk / "examples" / "demo" / "live.py").write_text("def (\n")
    report = preflight.fly(talk)
    assert hows(report) == {"demo.live": FAILS, "demo.gone": FAILS}
    assert "live.py:1" in report.programs[0].why
    assert report.programs[1].why == "its program is not there any more"


def state(report: preflight.Report, name: str) -> tuple[str, str]:
    [found] = [check for check in report.checks if check.name == name]
    return found.state, found.text + found.remedy


def test_the_deck_is_held_against_its_sources(talk):
    now = time.time()
    os.utime(talk / shown.DECK, (now + 5, now + 5))
    assert state(preflight.fly(talk), "deck")[0] == GOOD
    os.utime(talk / "examples" / "demo" / "live.py", (now + 9, now + 9))
    assert "examples/demo/live.py was saved after" in state(preflight.fly(talk), "deck")[1]
    (talk / shown.DECK).unlink()
    report = preflight.fly(talk)
    assert "make slides" in state(report, "deck")[1]
    assert "demo.left_out" in hows(report)


@pytest.mark.parametrize(
    ("element", "state_of_it"),
    [
        ('<script src="https://elsewhere.test/a.js"></script>', CAUTION),
        ('<link rel="stylesheet" href="//elsewhere.test/a.css">', CAUTION),
        ('<img src="https://elsewhere.test/a.png">', CAUTION),
        ('<link rel="canonical" href="https://elsewhere.test/">', GOOD),
        ('<img src="_images/a.png">', GOOD),
    ],
)
def test_a_hall_has_no_network(talk, element, state_of_it):
    write_deck(talk, PAGE + element)
    assert state(preflight.fly(talk), "no network")[0] == state_of_it


def test_a_chart_is_judged_and_not_run(talk):
    write_program(talk, "measurements.speed", "raise SystemExit('not to be run')")
    assert state(preflight.fly(talk), "charts")[1] == "1 of 1 can be measured anew (not tried)"


# The machine


def test_a_taken_port_is_no_fault():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = machine.port(taken.getsockname()[1])
    assert found.state == CAUTION
    assert "take a free one" in found.text


def test_the_screen_is_asked_of_the_kernel(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "SYS", tmp_path)
    assert machine.screen().state == CAUTION
    screen = tmp_path / "class" / "drm" / "card0-HDMI-A-1"
    screen.mkdir(parents=True)
    (screen / "status").write_text("connected\n")
    (screen / "modes").write_text("1920x1080\n1280x720\n")
    assert machine.screen() == Check("screen", GOOD, "HDMI-A-1 1920x1080")


def test_a_machine_on_battery_is_told_to_be_plugged_in(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "SYS", tmp_path)
    assert machine.power().state == GOOD
    battery = tmp_path / "class" / "power_supply" / "BAT0"
    battery.mkdir(parents=True)
    for name, text in {"type": "Battery", "status": "Discharging", "capacity": "41"}.items():
        (battery / name).write_text(f"{text}\n")
    assert machine.power() == Check("power", CAUTION, "on battery, 41 % left", "plug it in")


def test_a_full_disk_forbids_to_go(talk, monkeypatch):
    usage = dataclasses.make_dataclass("usage", ["free"])
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage(1 << 20))
    found = machine.disk(talk)
    assert (found.state, found.text.startswith("1 MB free")) == (BAD, True)
    report = preflight.fly(talk)
    assert not report.go
    assert report.faults[0].startswith("disk: 1 MB free")


def test_little_shared_memory_is_told_where_the_lab_kernel_is_used(monkeypatch, tmp_path):
    usage = dataclasses.make_dataclass("usage", ["free"])
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage(64 << 20))
    assert "shm" in [check.name for check in machine.checks(tmp_path, lab=True)]
    assert "shm" not in [check.name for check in machine.checks(tmp_path, lab=False)]
    assert "--shm-size=1g" in machine.shm().remedy


# Kept


def test_the_stage_reads_what_was_kept(talk):
    report = preflight.fly(talk)
    assert preflight.last(talk) is None
    preflight.keep(report, talk)
    assert preflight.last(talk) == report
    assert preflight.outdated(report, talk) == ""
    os.utime(talk / "examples" / "demo" / "live.py", (report.when + 5, report.when + 5))
    assert preflight.outdated(report, talk) == "examples/demo/live.py was saved since"
    other = dataclasses.replace(report, kernel="1.0")
    assert "this is Linux" in preflight.outdated(other, talk)
    (talk / preflight.FILE).write_text("[]")
    assert preflight.last(talk) is None


def test_the_slowest_and_the_counts():
    report = preflight.Report(
        0.0,
        "6.1",
        (
            Outlook("a", LIVE, seconds=0.1),
            Outlook("b", LAB, seconds=3.0),
            Outlook("c", SILENT),
            Outlook("d", LIVE, seconds=0.2),
            Outlook("e", LIVE, seconds=0.3),
        ),
        (),
    )
    assert [one.id for one in report.slowest] == ["b", "e", "d"]
    said = "3 run live, 1 run in the lab kernel, 1 have nothing to show. GO"
    assert report.sentence().endswith(said)


# The command, by both its names


def command(talk, *words: str) -> subprocess.CompletedProcess:
    program = [sys.executable, "-m", "deck", "preflight", *words]
    return subprocess.run(program, cwd=talk, env=ENVIRONMENT, capture_output=True, text=True)


def test_the_command_ends_with_go_or_with_what_to_do_first(talk):
    done = command(talk)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "GO"), done.stdout + done.stderr
    write_program(talk, "demo.live", "print('elsewhere')")
    done = command(talk)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == (
        "NO-GO. First: demo.live does not run as recorded: python3 -m examples run demo.live."
    )
    told = json.loads(command(talk, "--json").stdout)
    assert (told["go"], told["programs"][0]["how"]) == (False, FAILS)
    assert told["sentence"] == preflight.last(talk).sentence()


def test_both_names_are_one_command():
    from deck.__main__ import COMMANDS
    from deck.programs import cli_options, cli_preflight

    assert COMMANDS["preflight"].module == cli_preflight.__name__
    assert cli_options.parser().parse_args(["preflight"]).act == "cli_preflight:carry_out"
