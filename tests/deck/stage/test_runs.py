"""A run on the stage: every window sees the same lines, and how it ended."""

import asyncio

from open_stage import TALKS, WAITS, OpenStage, write_trick
from processes import PATIENCE, processes_of
from stage_client import ends, lines

from deck.programs import catalogue, needs
from deck.stage.runs import AT_ONCE, Runs


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
    world = needs.check(catalogue.find(able, root)).world
    assert tricks[able] == {"runnable": True, "reason": "", "world": world}
    assert world
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
            runs.windows.rebuilt()
            quick.messages.get_nowait()
        assert slow.too_slow.is_set()
        assert slow.messages.qsize() == 3
        assert not quick.too_slow.is_set()

    asyncio.run(fall_behind())


def test_what_would_steer_a_terminal_is_shown_as_a_picture(stage):
    """Colours are dropped; U+202E would turn the direction of writing on the slide."""
    said = r"\x1b]52;c;aGk=\x07\x1b[2J\x1b[31mred\x1b[0m \u202etxet"
    id = write_trick(stage.root, f"print('{said}')\nraise SystemExit('{said}')")
    with stage.presenter().socket() as window:
        events = window.run(id)
    shown = "␛]52;c;aGk=␇␛[2Jred <U+202E>txet"
    assert lines(events) == lines(events, "stderr") == [events[-1]["text"]] == [shown]
