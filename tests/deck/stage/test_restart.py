"""A stage that ends, in whatever way, and is opened again: browsers, place, port, lock."""

import asyncio
import json
import os
import stat
import time

import pytest
from open_stage import TALKS, OpenStage, StageProcess, write_trick
from processes import PATIENCE
from stage_client import Browser, ends, lines

from deck.stage import kept, lock
from deck.stage.place import SAME_TALK, Place
from deck.stage.sessions import DAY, Sessions


def kill(process: StageProcess) -> None:
    process.process.kill()
    process.process.wait(PATIENCE)


@pytest.mark.thorough(kind="a stage killed and opened again")
def test_a_page_goes_on_after_the_stage_was_killed_and_opened_again(root):
    """At the same port, without the terminal's help."""
    id = write_trick(root, TALKS)
    with StageProcess(root, "--port", "0") as first:
        browser = first.presenter()
        kill(first)
    with StageProcess(root) as second:
        second.printed_until("The stage is open")
        assert 'data-stage="/run"' in browser.get("/").text
        with browser.socket() as window:
            assert lines(window.run(id)) == ["server: hello", "client: goodbye"]


def test_a_session_outlives_its_stage_for_a_day(tmp_path):
    cookie = Sessions(tmp_path).add()
    soon = time.time() + DAY - 60
    assert Sessions(tmp_path, clock=lambda: soon).knows(cookie)
    assert not Sessions(tmp_path, clock=lambda: soon + 120).knows(cookie)
    assert not Sessions().knows(cookie)


def test_who_reads_the_file_cannot_come_in_by_it(stage, root):
    cookie = stage.presenter().cookie.partition("=")[2]
    file = root / kept.FOLDER / "sessions.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert cookie not in file.read_text()
    digest = next(iter(json.loads(file.read_text())))
    forger = stage.stranger()
    forger.cookie = f"stage-{stage.port}={digest}"
    assert "data-stage" not in forger.get("/").text


def test_a_file_that_others_could_have_written_is_not_believed(tmp_path):
    cookie = Sessions(tmp_path).add()
    (tmp_path / "sessions.json").chmod(0o666)
    assert not Sessions(tmp_path).knows(cookie)


@pytest.mark.parametrize("text", ["", "[]", '{"a": "b"}', "\ud83d".encode("utf-8", "replace")])
def test_a_spoilt_file_keeps_nobody_out(tmp_path, text):
    file = tmp_path / "sessions.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    file.chmod(0o600)
    sessions = Sessions(tmp_path)
    assert sessions.knows(sessions.add())


def test_the_presenters_browser_without_a_session_says_what_to_do(stage):
    """And the page of another user, who has none either, does not: see test_other_users.py."""
    assert "<html data-uninvited lang=en>" in stage.stranger().get("/").text
    assert "data-uninvited" not in stage.presenter().get("/").text


# Where the talk is


def move(browser: Browser, place: str) -> None:
    """Say where the talk is, and wait until that has arrived."""
    with browser.socket() as window:
        window.hear()
        window.say(at=place)
        window.say(stop="demo.nothing")
        assert window.hear()["text"] == "This trick is not running."


def test_a_new_browser_opens_where_the_talk_is(stage):
    move(stage.presenter(), "#/pipes/2")
    for _ in range(2):
        welcome = stage.stranger().enter(stage.addresses[-1])
        assert (welcome.status, welcome.getheader("Location")) == (303, "/#/pipes/2")


@pytest.mark.thorough(kind="a stage killed and opened again")
def test_the_place_is_known_after_a_crash(root):
    with StageProcess(root, "--port", "0") as first:
        move(first.presenter(), "#/pipes/2")
        kill(first)
    with StageProcess(root) as second:
        address = second.printed_until("The stage is open").split()[-1]
        assert "It opens where the talk was left, at #/pipes/2." in second.printed
        browser = Browser(int(address.split(":")[2].split("/")[0]))
        assert browser.enter(address).getheader("Location") == "/#/pipes/2"


def test_another_talk_begins_at_its_first_slide(tmp_path):
    assert Place(tmp_path).move("#/pipes/2")
    assert Place(tmp_path).now == "#/pipes/2"
    assert Place(tmp_path, clock=lambda: time.time() + SAME_TALK).now == ""


@pytest.mark.parametrize(
    "place", ["", "pipes", "//evil.example", "#/a/b", "#/a\r\nSet-Cookie: x=y", "#/" + "a" * 400]
)
def test_what_is_no_place_is_refused(stage, place):
    with stage.presenter().socket() as window:
        window.hear()
        window.say(at=place)
        assert window.hear() == {"type": "error", "text": "This is no place in a deck."}
    assert stage.stranger().enter(stage.addresses[-1]).getheader("Location") == "/"


# Two in one checkout


def test_a_second_stage_in_a_checkout_is_told_of_the_first(root, started):
    port = started.presenter().port
    with StageProcess(root, "--port", "0") as second:
        assert second.process.wait(PATIENCE) == 1
        printed = second.process.stdout.read()
    assert "A stage is open in this checkout already" in printed
    assert f"(process {started.process.pid}, port {port})" in printed


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "_build").write_text("no folder")
    with pytest.raises(lock.StageError, match="a stage builds the deck there"), lock.hold(tmp_path):
        pass


# Its program has changed since


def test_a_run_belongs_to_the_program_it_ran(root):
    """After an edit nobody says `passed` of the old one; also where a helper was edited."""
    helper = root / "examples" / "support" / "words.py"
    helper.parent.mkdir()
    helper.write_text("HELLO = 'server: hello'\n")
    changed = write_trick(root, "from examples.support.words import HELLO\nprint(HELLO)")
    same = write_trick(root, "print('server: hello')")
    with OpenStage(root) as stage:
        with stage.presenter().socket() as window:
            for id in (changed, same):
                assert window.run(id)[-1]["result"] == "passed"
        helper.write_text("HELLO = 'server: good morning'\n")
        asyncio.run(stage.stage.runs.forget_outdated())
        with stage.presenter().socket() as window:
            assert {event["trick"] for event in window.hear()["runs"]} == {same}
            assert lines(window.run(changed)) == ["server: good morning"]
        with stage.presenter().socket() as window:
            assert {event["trick"] for event in window.hear()["runs"]} == {same, changed}


def test_a_saved_program_takes_its_result_with_it(root):
    id = write_trick(root, TALKS)
    with StageProcess(root, "--port", "0") as started:
        browser = started.presenter()
        with browser.socket() as window:
            window.run(id)
            path = root / "examples" / "demo" / f"{id.partition('.')[2]}.py"
            path.write_text(path.read_text().replace("hello", "good morning"))
            window.hear_until(lambda message: message["type"] == "reload")
        with browser.socket() as window:
            assert window.hear()["runs"] == []
            window.say(run=id)
            assert "server: good morning" in lines(window.hear_until(ends(id)))


def test_the_stage_keeps_nothing_that_others_can_read(stage, root):
    move(stage.presenter(), "#/pipes")
    for file in (root / kept.FOLDER).iterdir():
        if file.is_file():
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file
            assert file.stat().st_uid == os.geteuid()
