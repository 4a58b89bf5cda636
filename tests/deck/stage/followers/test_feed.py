"""The stage's side: what it tells followers' process, and that the talk does not need it."""

import asyncio
import json
import signal

import pytest
from crowd import read_page
from processes import PATIENCE

from deck.stage.followers import feed
from deck.stage.followers.address import open_at
from deck.stage.followers.feed import Followers

pytestmark = pytest.mark.thorough


class Stage:
    """What a stage gives to it."""

    def __init__(self, deck) -> None:
        self.troubles: list[str] = []
        self.runs: list[dict] = []
        self.entrance = open_at("127.0.0.1:0")
        self.followers = Followers(self.entrance, deck, self.hello, self.troubles.append)
        self.port = self.entrance.listener.getsockname()[1]

    def hello(self) -> dict:
        return {"type": "hello", "at": "#/which-one/0", "runs": self.runs}

    async def answers(self) -> str:
        return await asyncio.to_thread(read_page, self.port)


def with_stage(deck, act) -> Stage:
    """Run what a test does while the followers are served."""

    async def run() -> Stage:
        stage = Stage(deck)
        job = asyncio.create_task(stage.followers.keep())
        try:
            await asyncio.wait_for(act(stage), PATIENCE)
        finally:
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
        return stage

    return asyncio.run(run())


def test_a_process_that_ends_is_started_again_and_told_all_anew(deck):
    async def act(stage: Stage) -> None:
        assert "shut" in await stage.answers()  # the hello says where the talk is
        first = stage.followers._process
        first.kill()
        await first.wait()
        assert "shut" in await stage.answers()
        assert stage.followers._process.pid != first.pid

    assert with_stage(deck, act).troubles == []


def test_one_that_hangs_is_ended_and_started_again(deck, monkeypatch):
    monkeypatch.setattr(feed, "BACKLOG", 1)

    async def act(stage: Stage) -> None:
        await stage.answers()
        first = stage.followers._process
        first.send_signal(signal.SIGSTOP)
        # More than the pipe and the buffer in front of it hold.
        event = {"type": "event", "trick": "demo.a", "text": "x" * 1_000_000}
        stage.followers.hear(event)
        await stage.followers._waiting.put(event)  # there is room: the first one is on its way
        stage.followers.hear(event)
        await first.wait()
        assert "shut" in await stage.answers()

    assert with_stage(deck, act).troubles == []


def test_one_that_ends_again_and_again_is_given_up_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(feed.sys, "executable", "/bin/false")
    said = asyncio.Event()

    async def act(stage: Stage) -> None:
        stage.followers._trouble = lambda text: (stage.troubles.append(text), said.set())
        await said.wait()

    assert "ended too often" in with_stage(tmp_path, act).troubles[0]


def test_only_runs_decks_and_places_are_told(tmp_path):
    async def act(stage: Stage) -> None:
        hear, notice = stage.followers.hear, stage.followers.notice
        for kind in ("hello", "tricks", "trouble", "broken", "error"):
            hear({"type": kind, "text": "secret"})
        for action in ("join", "run", "stop"):
            notice(action, "secret")
        assert stage.followers._waiting.empty()
        hear({"type": "event", "trick": "demo.a"})
        hear({"type": "reload"})
        notice("at", "#/end")
        told = [stage.followers._waiting.get_nowait() for _ in range(3)]
        assert json.dumps([each["type"] for each in told]) == '["event", "built", "at"]'

    with_stage(tmp_path, act)
