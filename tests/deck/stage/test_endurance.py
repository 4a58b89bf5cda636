"""Strange messages, and many runs: neither harms the stage, nor runs what is not listed.

`make stress` lets both go on for longer: FUZZ_SECONDS, and RUNS.
"""

import gc
import json
import os
import random
import re
import tempfile
import threading
import time
from pathlib import Path

import pytest
from open_stage import OpenStage, write_trick
from processes import PATIENCE, processes_of
from stage_client import Talk, lines
from websockets.exceptions import ConnectionClosed

from deck.stage.runs import AT_ONCE

SECONDS = float(os.environ.get("FUZZ_SECONDS", "2"))
RUNS = int(os.environ.get("RUNS", "30"))
# Bytes that a process may have grown by: arenas of the allocator, caches that fill once.
GROWTH = 24 << 20
SLACK = SECONDS + RUNS / 2 + 120

LISTED = "print('listed')"
TABLE = """
[louder]
title = "What if it shouts?"
replace = "'listed'"
with = "'LISTED'"
shows = "passes"
"""


# ---- strange messages

KEYS = ("run", "stop", "at", "eval", "code", "Run", "", "__proto__", "run\u0000")


class Fuzz:
    """Messages of every type, nearly right ones more often than noise; the same for each seed."""

    def __init__(self, seed: int, ids: list[str]) -> None:
        self.random = random.Random(seed)
        self.ids = ids

    def message(self) -> str | bytes:
        make = self.random.choice(
            (self._nearly, self._nearly, self._ids, self._places, self._json, self._noise)
        )
        return make()

    def _nearly(self) -> str:
        names = self.random.sample(KEYS, self.random.randint(1, 3))
        return json.dumps({name: self._value() for name in names})

    def _ids(self) -> str:
        return json.dumps({self.random.choice(("run", "stop")): self._bent(self.ids)})

    def _places(self) -> str:
        places = ["#/one/2", "#/", "/#/x", "#/a/b/c", "#/%2e%2e/1", "javascript:x", "#/1/99999"]
        return json.dumps({"at": self._bent(places)})

    def _json(self) -> str:
        return json.dumps(self._value())

    def _noise(self) -> str:
        size = self.random.choice((0, 1, 30, 1000))
        letters = [chr(self.random.choice((0, 10, 34, 91, 123, 0x202E, 0x1F600))) for _ in range(9)]
        return "".join(self.random.choices(letters, k=size // 4))

    def _bent(self, texts: list[str]) -> str:
        """One of them, with a few characters changed, put in or left out."""
        text = list(self.random.choice(texts))
        for _ in range(self.random.randint(0, 3)):
            place = self.random.randrange(len(text) + 1)
            text[place : place + self.random.randint(0, 2)] = self.random.choice(
                ("", ".", "~", "/", "..", "\u0000", "\ud800", " ", "x" * 300, "-c", "`", "\n")
            )
        return "".join(text)

    def _value(self) -> object:
        kinds = (None, True, 0, -1, 1e308, "", "x" * 200, self._bent(self.ids), [], {}, [[[]]])
        return self.random.choice((*kinds, {"run": self.ids[0]}, [self.ids[0]]))


def traps(root: Path) -> Path:
    """Programs that lie about and are not listed; each of them would leave a trace. Its folder."""
    traces = root / "traces"
    traces.mkdir(mode=0o777)
    body = f"import uuid; open('{traces}/' + str(uuid.uuid4()), 'w')"
    for name in ("secret.py", "examples/loose.py", "examples/support/helper.py", "slides/evil.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(body)
    (root / "examples" / "demo" / "_hidden.py").write_text(body)
    return traces


@pytest.mark.timeout(SLACK)
def test_strange_messages_run_nothing_and_harm_nobody(root):
    id = write_trick(root, LISTED)
    (root / "examples" / "demo" / f"{id.partition('.')[2]}.toml").write_text(TABLE)
    traces = traps(root)
    known = {id, f"{id}~louder"}
    near = [*known, "demo._hidden", "support.helper", "examples.loose", "..secret", "slides.evil"]
    seed = int(os.environ.get("FUZZ_SEED", time.time_ns() % 2**32))
    fuzz, sent = Fuzz(seed, near), 0
    with OpenStage(root) as stage:
        last = time.monotonic() + SECONDS
        while time.monotonic() < last:
            sent += _bombard(stage, fuzz, known, f"FUZZ_SEED={seed}")
        wait_for_quiet(stage)  # a window that is there earlier hears of another run's end
        with stage.presenter().socket() as window:
            hello = window.hear()
            assert {event["trick"] for event in hello["runs"]} <= known
            events = window.run(id)
            assert lines(events)[-1:] == ["listed"], f"FUZZ_SEED={seed}: {events}"
    assert not list(traces.iterdir())
    assert sent > 100, "that was no bombardment"
    for one in known:
        assert not processes_of(one)


def _bombard(stage: OpenStage, fuzz: Fuzz, known: set[str], seed: str) -> int:
    """Fifty messages over one connection; each is answered, or ends this connection alone."""
    with stage.presenter().socket() as window:
        window.hear()
        messages = [fuzz.message() for _ in range(50)]
        try:
            for message in messages:
                window.connection.send(message)
            window.say(stop="demo.nothing")
            _check(window, known, seed)
        except ConnectionClosed:
            pass
        return len(messages)


def _check(window: Talk, known: set[str], seed: str) -> None:
    heard = window.hear()
    while heard != {"type": "error", "text": "This trick is not running."}:
        assert heard["type"] in ("error", "event"), seed
        if heard["type"] == "event":
            assert heard["trick"] in known, seed
        heard = window.hear()


def wait_for_quiet(stage: OpenStage) -> None:
    """Until all runs have ended: a window hears of each."""
    with stage.presenter().socket() as window:
        while stage.stage.runs._active:
            window.hear()


# ---- many runs


def descriptors() -> dict[str, int]:
    """What this process holds open, counted by kind."""
    counts: dict[str, int] = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            kind = re.sub(
                r"sphinx-stage-variant-\w+$", "a copy", os.readlink(entry).partition(":")[0]
            )
        except FileNotFoundError:  # the folder itself
            continue
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def children() -> list[str]:
    """The processes that have us for their parent, zombies too."""
    task = Path(f"/proc/{os.getpid()}/task")
    return [pid for thread in task.iterdir() for pid in (thread / "children").read_text().split()]


def memory() -> int:
    """Bytes of ours that are in memory and belong to nobody else (proc(5), smaps_rollup)."""
    gc.collect()
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) << 10
    raise AssertionError("no Private_Dirty")


def do(stage: OpenStage, window: Talk, ids: list[str], number: int) -> None:
    """So many runs, two at a time; when this returns, their threads have nothing left to do."""
    for _ in range(number // len(ids)):
        for id in ids:
            window.say(run=id)
        window.hear_all(lambda message: message.get("kind") == "end", len(ids))
    all_idle = threading.Barrier(AT_ONCE + 1)
    for _ in range(AT_ONCE):
        stage.stage.runs._threads.submit(all_idle.wait, PATIENCE)
    all_idle.wait(PATIENCE)
    assert stage.stage.spares.settle() == 2  # one is for variants, in a copy


@pytest.mark.timeout(SLACK)
def test_many_runs_leave_nothing_behind(root, tmp_path_factory, monkeypatch):
    temporary = tmp_path_factory.mktemp("temporary")
    temporary.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    id = write_trick(root, LISTED)
    (root / "examples" / "demo" / f"{id.partition('.')[2]}.toml").write_text(TABLE)
    ids = [id, f"{id}~louder"]
    nobody = children()
    with OpenStage(root) as stage, stage.presenter().socket() as window:
        do(stage, window, ids, 10)  # what is kept for the next ones is made now
        before = (descriptors(), len(children()))  # two of them are spares
        size = memory()
        do(stage, window, ids, RUNS)
        assert (descriptors(), len(children())) == before
        assert len(list(temporary.iterdir())) == 1  # in which a spare waits
        assert memory() - size < GROWTH
        assert not processes_of(id)
        assert set(stage.stage.runs._past) == set(ids)
    assert children() == nobody and not list(temporary.iterdir())
