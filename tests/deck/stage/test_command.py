"""`make present`: ports, what it says before it begins, and how it ends."""

import contextlib
import signal
import time
from pathlib import Path

import pytest
from open_stage import WAITS, StageProcess, write_trick
from processes import PATIENCE, family, processes_of, wait_until_gone
from stage_client import lines

from deck.programs import spare
from deck.stage.command import StageError, listen, main


def test_a_taken_port_is_an_error_when_asked_for():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StageError, match=f"Port {port} is taken"):
            listen("127.0.0.1", port)


def test_a_free_port_stands_in_for_8000(monkeypatch, capsys):
    with listen("127.0.0.1", 0) as taken:
        monkeypatch.setattr("deck.stage.command.PORT", taken.getsockname()[1])
        with listen("127.0.0.1", None) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]
    assert "is taken" in capsys.readouterr().out


def test_other_machines_are_kept_out_unless_told_otherwise(capsys):
    with pytest.raises(SystemExit):
        main(["--host", "0.0.0.0"])
    assert "--i-know-this-runs-programs" in capsys.readouterr().err


@pytest.mark.thorough(kind="what ends with the stage")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_runs_on_after_the_stage(root, number):
    id = write_trick(root, WAITS)
    with StageProcess(root, "--port", "0") as stage:
        with stage.presenter().socket() as window:
            window.start(id)
            pids = processes_of(id)
            assert pids
            stage.process.send_signal(number)
            stage.process.wait(PATIENCE)
        if number == signal.SIGKILL:
            # Nobody was left to wait for them: their leash let go.
            wait_until_gone(pids)
        assert not processes_of(id)


def spares(stage):
    """The processes in which a world waits for a run."""
    waiting = spare.WORKER[1].encode()
    found = []
    for pid in family(stage.process.pid):
        with contextlib.suppress(OSError):  # it has just ended
            if waiting in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


@pytest.mark.thorough(kind="what ends with the stage")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_spare_waits_on_after_the_stage(root, number):
    write_trick(root, WAITS)
    with StageProcess(root, "--port", "0") as stage:
        stage.presenter()
        until = time.monotonic() + PATIENCE
        while not (waiting := spares(stage)):
            assert time.monotonic() < until, "none is made"
        stage.process.send_signal(number)
        stage.process.wait(PATIENCE)
        wait_until_gone(waiting)


SHOWS = '\n.. raw:: html\n\n   <div data-trick="{id}"></div>\n'
CHAPTER = "\n.. toctree::\n\n   wires\n"


def test_the_spares_are_those_of_the_chapters_that_are_shown(root):
    """A chapter is left out while the stage is open, and comes back: so does its kind of world."""
    here, there = (write_trick(root, "print('done')", needs) for needs in ("none", "own net"))
    index = root / "slides" / "index.rst"
    start = f"Deck\n====\n{SHOWS.format(id=here)}"
    wires = f":orphan:\n\nWires\n=====\n{SHOWS.format(id=there)}"
    index.with_name("wires.rst").write_text(wires)
    index.write_text(start + CHAPTER)
    with StageProcess(root, "--port", "0") as stage:
        stage.presenter()
        for text, kinds in ((start + CHAPTER, 2), (start, 1), (start + CHAPTER, 2)):
            index.write_text(text)
            until = time.monotonic() + PATIENCE
            while len(waiting := spares(stage)) != 4 * kinds:  # a keeper, two levels, who waits
                assert time.monotonic() < until, (kinds, waiting)


def test_there_are_no_spares_where_somebody_wants_none(root):
    id = write_trick(root, "print('cold')")
    with (
        StageProcess(root, "--port", "0", "--no-spares") as stage,
        stage.presenter().socket() as window,
    ):
        assert lines(window.run(id)) == ["cold"]
        assert not spares(stage)


def test_the_port_is_on_loopback_alone(root, started):
    port = started.presenter().port
    with open("/proc/net/tcp") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [end for end in listening if end.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_without_any_deck_a_broken_build_is_fatal(root):
    (root / "_build" / "slides" / "index.html").unlink()
    (root / "conf.py").write_text("raise ValueError('spoilt')")
    with StageProcess(root, "--port", "0") as process:
        assert process.process.wait(PATIENCE) == 1
        printed = process.process.stdout.read()
    assert "spoilt" in printed
    assert "no earlier deck" in printed
