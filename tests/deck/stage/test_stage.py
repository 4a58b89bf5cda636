"""The stage: it serves the deck, runs tricks for every window alike, and rebuilds on save."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import pytest
from open_stage import (
    PATIENCE,
    OpenStage,
    StageProcess,
    ends,
    is_a,
    lines,
    processes_of,
    wait_until_gone,
    write_deck,
    write_trick,
)

from deck.programs.needs import Verdict
from deck.stage.runs import AT_ONCE, Runs
from deck.stage.server import StageError, listen, main, preflight
from deck.stage.warm import publish
from deck.stage.watch import Builder

TALKS = """
    import sys
    print("server: hello")
    print("aside", file=sys.stderr)
    print("client: goodbye")
"""
WAITS = """
    import signal
    print("ready")
    signal.pause()
"""


@pytest.fixture
def root(tmp_path):
    return write_deck(tmp_path)


@pytest.fixture
def stage(root):
    with OpenStage(root) as stage:
        yield stage


# Pages


def test_presenters_page_names_the_run_socket(stage):
    assert '<html data-stage="/run" lang=en>' in stage.presenter().get("/").text


def test_every_file_is_asked_for_again_and_not_sent_again(stage):
    browser = stage.presenter()
    first = browser.get("/deck.js")
    assert first.getheader("Cache-Control") == "no-cache"
    assert first.getheader("Content-Type") == "text/javascript"
    again = browser.get("/deck.js", If_None_Match=first.getheader("ETag"))
    assert (again.status, again.text) == (304, "")


def test_a_page_differs_by_cookie_and_says_so(stage):
    response = stage.presenter().get("/index.html")
    assert response.getheader("Vary") == "Cookie"
    assert response.getheader("ETag") is None


def test_what_is_not_there_is_404(stage):
    assert stage.presenter().get("/nothing.html").status == 404


def test_an_old_address_in_the_history_of_the_same_browser_still_leads_to_the_deck(stage):
    browser = stage.presenter()
    response = browser.enter(stage.addresses[0])
    assert (response.status, response.getheader("Location")) == (303, "/")
    assert len(stage.addresses) == 2, "no token was used up"


def test_a_second_browser_comes_in_by_the_fresh_address(stage):
    first, second = stage.presenter(), stage.presenter()
    assert first.cookie != second.cookie
    for browser in (first, second):
        assert "data-stage" in browser.get("/").text


# Runs


def test_a_run_streams_both_outputs_and_says_how_it_ended(stage):
    id = write_trick(stage.root, TALKS)
    with stage.presenter().socket() as window:
        events = window.run(id)[1:]
    assert lines(events) == ["server: hello", "client: goodbye"]
    assert lines(events, "stderr") == ["aside"]
    end = events[-1]
    assert (end["result"], end["text"]) == ("passed", "")
    assert 0 < end["time"] < PATIENCE
    assert {event["run"] for event in events} == {1}


def test_lines_come_while_the_program_runs(stage):
    id = write_trick(stage.root, WAITS)
    with stage.presenter().socket() as window:
        window.start(id)
        assert processes_of(id), "it said so, and it is still there"
        window.say(stop=id)
        end = window.hear_until(ends(id))[-1]
    assert end["result"] == "cancelled"
    assert not processes_of(id)


def test_a_failure_says_why(stage):
    id = write_trick(stage.root, "raise SystemExit('no such luck')")
    with stage.presenter().socket() as window:
        end = window.run(id)[-1]
    assert (end["result"], end["text"]) == ("failed", "no such luck")


def test_hello_tells_what_can_run_and_why_not(root):
    able = write_trick(root, TALKS)
    unable = write_trick(root, TALKS, needs="program no-such-program")
    with OpenStage(root) as stage, stage.presenter().socket() as window:
        tricks = window.hear()["tricks"]
    assert tricks[able] == {"runnable": True, "reason": ""}
    assert tricks[unable]["runnable"] is False
    assert "no-such-program" in tricks[unable]["reason"]


def test_a_second_window_and_a_reload_see_the_same_lines(stage):
    id = write_trick(stage.root, WAITS)
    browser = stage.presenter()
    with browser.socket() as first:
        first.say(run=id)
        seen = first.hear_until(lambda message: message.get("text") == "ready")[1:]
        with browser.socket() as second:
            hello = second.hear()
            second.say(stop=id)
            rest = second.hear_until(ends(id))
        assert hello["runs"] == seen
        assert first.hear_until(ends(id)) == rest
    with browser.socket() as reloaded:
        assert reloaded.hear()["runs"] == seen + rest


def test_only_the_latest_run_is_remembered(stage):
    id = write_trick(stage.root, TALKS)
    with stage.presenter().socket() as window:
        window.run(id)
        second = window.run(id)
    with stage.presenter().socket() as window:
        assert window.hear()["runs"] == second


def test_one_run_of_a_trick_at_a_time(stage):
    id = write_trick(stage.root, WAITS)
    with stage.presenter().socket() as window:
        window.start(id)
        window.say(run=id)
        assert window.hear() == {"type": "error", "text": f"{id} is running already."}


def test_only_so_many_at_once(stage):
    ids = [write_trick(stage.root, WAITS) for _ in range(AT_ONCE + 1)]
    with stage.presenter().socket() as window:
        for id in ids[:-1]:
            window.start(id)
        window.say(run=ids[-1])
        assert window.hear()["text"].startswith("4 tricks are running")
        window.say(stop=ids[0])
        window.hear_until(ends(ids[0]))
        window.start(ids[-1])


def test_stop_of_what_does_not_run_is_an_error_for_that_window_alone(stage):
    browser = stage.presenter()
    with browser.socket() as window, browser.socket() as other:
        assert (window.hear()["type"], other.hear()["type"]) == ("hello", "hello")
        window.say(stop="demo.nothing")
        assert window.hear()["type"] == "error"
        id = write_trick(stage.root, TALKS)
        window.say(run=id)
        assert other.hear()["kind"] == "start"


def test_closing_the_stage_ends_the_runs_and_tells_so(stage):
    id = write_trick(stage.root, WAITS)
    with stage.presenter().socket() as window:
        window.start(id)
        stage.close()
        assert window.hear()["result"] == "cancelled"
    assert not processes_of(id)


def test_a_window_that_falls_behind_is_given_up(root):
    async def fall_behind() -> None:
        runs = Runs(root, backlog=3)
        slow, quick = runs.join(), runs.join()
        for _ in range(3):
            runs.rebuilt()
            quick.messages.get_nowait()
        assert slow.too_slow.is_set()
        assert slow.messages.qsize() == 3
        assert not quick.too_slow.is_set()

    asyncio.run(fall_behind())


# The command


def test_preflight_has_a_line_for_each_remedy():
    verdicts = {
        "a.a": Verdict(True),
        "a.b": Verdict(True, where="lab"),
        "a.c": Verdict(False, "needs the program mariadbd", package="mariadb-server"),
        "a.d": Verdict(False, "needs the program mysql", package="mariadb-server"),
        "a.e": Verdict(False, "needs Linux 9.0 or newer; this is 6.1"),
    }
    assert preflight(verdicts) == [
        "2 programs can run here, 1 of them in the lab kernel.",
        "2 programs can't: install mariadb-server (a.c, a.d).",
        "1 program can't: needs Linux 9.0 or newer; this is 6.1 (a.e).",
    ]


def test_preflight_counts_the_many():
    verdicts = {f"a.{name}": Verdict(False, "needs real root") for name in "bcdefg"}
    assert preflight(verdicts)[1] == (
        "6 programs can't: needs real root (a.b, a.c, a.d, a.e and 2 more)."
    )


def test_a_taken_port_is_an_error_when_asked_for():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StageError, match=f"Port {port} is taken"):
            listen("127.0.0.1", port)


def test_a_free_port_stands_in_for_8000(monkeypatch, capsys):
    with listen("127.0.0.1", 0) as taken:
        monkeypatch.setattr("deck.stage.server.PORT", taken.getsockname()[1])
        with listen("127.0.0.1", None) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]
    assert "is taken" in capsys.readouterr().out


def test_other_machines_are_kept_out_unless_told_otherwise(capsys):
    with pytest.raises(SystemExit):
        main(["--host", "0.0.0.0"])
    assert "--i-know-this-runs-programs" in capsys.readouterr().err


@pytest.fixture
def started(root):
    with StageProcess(root, "--port", "0") as process:
        yield process


def edit(root, text: str) -> None:
    (root / "slides" / "index.rst").write_text(f"Deck\n====\n\n{text}\n")


def test_a_saved_file_is_on_the_slide(root, started):
    browser = started.presenter()
    assert "first words" in browser.get("/").text
    with browser.socket() as window:
        window.hear()
        edit(root, "second words")
        assert window.hear() == {"type": "reload"}
    assert "second words" in browser.get("/").text


BEFORE = "\nOne\n---\n\n.. code-block:: python\n\n   print(1)\n\n.. note:: first\n"
AFTER = "\nTwo\n---\n\n.. code-block:: python\n\n   print(2)\n\nOne again\n---------\n\n* a\n"


def test_a_warm_rebuild_gives_the_same_page_as_a_cold_build(tmp_path):
    """Whatever the warm process remembers, nobody can see it in the result."""

    async def built(root: Path, *saves: str) -> str:
        builder = Builder(root)
        for text in saves:
            (root / "slides" / "more.rst").write_text(f"More\n====\n{text}")
            outcome = await builder.build()
            assert outcome.ok, outcome.text
        await builder.close()
        return (root / "_build" / "slides" / "index.html").read_text()

    roots = [write_deck(tmp_path / name) for name in ("warm", "cold")]
    for root in roots:
        (root / "conf.py").write_text("extensions = ['deck']\nproject = 'A deck'\n")
        (root / "slides" / "index.rst").write_text("Deck\n====\n\n.. toctree::\n\n   more\n")
    warm = asyncio.run(built(roots[0], BEFORE, AFTER, BEFORE, AFTER))
    cold = asyncio.run(built(roots[1], AFTER))
    assert "Two" in warm
    assert warm == cold


def test_publishing_touches_only_what_changed(tmp_path):
    source, target = tmp_path / "new", tmp_path / "published"
    (source / "folder").mkdir(parents=True)
    for name in ("same", "changed", "folder/gone"):
        (source / name).write_text("first")
    publish(source, target)
    kept = (target / "same").stat().st_ino
    (source / "changed").write_text("second")
    (source / "folder" / "gone").unlink()
    (source / "folder").rmdir()
    publish(source, target)
    assert sorted(path.name for path in target.rglob("*")) == ["changed", "same"]
    assert (target / "changed").read_text() == "second"
    assert (target / "same").stat().st_ino == kept


def test_a_broken_build_leaves_the_deck_and_says_so_until_it_is_mended(root, started):
    browser = started.presenter()
    with browser.socket() as window:
        window.hear()
        good = (root / "conf.py").read_text()
        (root / "conf.py").write_text(good + "\nraise ValueError('spoilt')\n")
        broken = window.hear_until(is_a("broken"))[-1]
        assert "spoilt" in broken["text"]
        assert "first words" in browser.get("/").text
        with browser.socket() as later:
            assert later.hear()["type"] == "hello"
            assert later.hear() == broken
        (root / "conf.py").write_text(good)
        edit(root, "mended words")
        window.hear_until(is_a("reload"))
    assert "mended words" in browser.get("/").text


def test_without_any_deck_a_broken_build_is_fatal(root):
    (root / "_build" / "slides" / "index.html").unlink()
    (root / "conf.py").write_text("raise ValueError('spoilt')")
    with StageProcess(root, "--port", "0") as process:
        assert process.process.wait(PATIENCE) == 1
        printed = process.process.stdout.read()
    assert "spoilt" in printed
    assert "no earlier deck" in printed


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


def test_the_port_is_on_loopback_alone(root, started):
    port = started.presenter().port
    with open("/proc/net/tcp") as table:
        listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
    assert [end for end in listening if end.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_messages_are_small(stage):
    with stage.presenter().socket() as window:
        window.hear()
        window.connection.send(json.dumps({"run": "x" * 2000}))
        # Message too big (RFC 6455)
        with pytest.raises(Exception, match="1009"):
            window.hear()
    with socket.create_connection(("127.0.0.1", stage.port), timeout=PATIENCE):
        assert "data-stage" in stage.presenter().get("/").text
