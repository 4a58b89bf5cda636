"""The runs of a stage and the windows that watch them.

The state of a run lives here and not in a page: a window that opens later (a reload, a second
window, the speaker view) first gets the past events of each trick's latest run, then all new ones,
and so sees the same lines as the others.

Everything here happens in the event loop's thread, except `_follow`, which waits for a program.
"""

import asyncio
import dataclasses
import itertools
import json
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deck.measuring import live
from deck.programs import catalogue, needs
from deck.programs.catalogue import CatalogueError, Measurement, Trick
from deck.programs.runner import DEADLINE, Event, Run

AT_ONCE = 4
# A trick prints a dozen lines; this is for the one that does not end.
MAX_LINES = 1000
MAX_OUTPUT = 1 << 16
# A window may be this many messages behind, which is more than the longest runs can say at once.
BACKLOG = (AT_ONCE + 1) * (MAX_LINES + 24)


class Refused(Exception):
    """A request that is not carried out; the message is a sentence for the slide."""


class Window:
    """A browser window that is connected, with what is still to be sent to it."""

    def __init__(self, backlog: int = BACKLOG) -> None:
        self.messages: asyncio.Queue[str] = asyncio.Queue(backlog)
        self.too_slow = asyncio.Event()

    def post(self, message: str) -> None:
        """Queue a message. A window that falls behind is given up: it reconnects and catches up."""
        try:
            self.messages.put_nowait(message)
        except asyncio.QueueFull:
            self.too_slow.set()


class Runs:
    """Starts and stops runs, keeps the latest of each trick, and tells every window."""

    def __init__(
        self,
        root: Path = catalogue.ROOT,
        deadline: float = DEADLINE,
        backlog: int = BACKLOG,
        isolated: bool = True,
    ) -> None:
        self.root = root
        self.site = root / "_build" / "slides"
        self.deadline = deadline
        self.isolated = isolated
        self.backlog = backlog
        self.verdicts: dict[str, needs.Verdict] = {}
        self.windows: set[Window] = set()
        self._history: dict[str, list[dict]] = {}
        self._active: dict[str, Run] = {}
        self._numbers = itertools.count(1)
        self._broken = ""
        self._closing = False
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="run")

    def survey(self) -> None:
        """Ask anew which programs there are and which this machine can run. Takes a while."""
        # A program that can't be read has no button; the build says what is wrong with it.
        tricks = catalogue.survey(self.root)[0] | catalogue.measurements(self.root)
        self.verdicts = {
            id: needs.check(trick, isolated=self.isolated) for id, trick in tricks.items()
        }

    # Windows

    def join(self) -> Window:
        """Add a window; its first message says all that happened so far."""
        window = Window(self.backlog)
        window.post(json.dumps(self._hello()))
        if self._broken:
            window.post(json.dumps({"type": "broken", "text": self._broken}))
        self.windows.add(window)
        return window

    def leave(self, window: Window) -> None:
        self.windows.discard(window)

    def tell_all(self, message: dict) -> None:
        text = json.dumps(message)
        for window in self.windows:
            window.post(text)

    def rebuilt(self) -> None:
        """Tell that a new deck is there."""
        self._broken = ""
        self.tell_all({"type": "reload"})

    def broken(self, text: str) -> None:
        """Tell, now and to those who join later, that the deck shown is not the newest."""
        self._broken = text
        self.tell_all({"type": "broken", "text": text})

    def _hello(self) -> dict:
        tricks = {
            id: {"runnable": verdict.runnable, "reason": verdict.reason, "world": verdict.world}
            for id, verdict in self.verdicts.items()
        }
        events = [event for events in self._history.values() for event in events]
        return {"type": "hello", "tricks": tricks, "runs": events}

    # Requests

    def request(self, window: Window, text: str) -> None:
        """Carry out one message of a window, or tell that window why not."""
        try:
            action, id = _parse(text)
            if action == "run":
                self._start(id)
            else:
                self._stop(id)
        except (Refused, CatalogueError) as error:
            window.post(json.dumps({"type": "error", "text": str(error)}))

    def _start(self, id: str) -> None:
        if self._closing:
            raise Refused("The stage is closing.")
        if id in self._active:
            raise Refused(f"{id} is running already.")
        if len(self._active) >= AT_ONCE:
            raise Refused(f"{AT_ONCE} tricks are running; wait for one to end, or stop it.")
        trick = catalogue.find(id, self.root)
        self._launch(trick, next(self._numbers))

    def _stop(self, id: str) -> None:
        if id not in self._active:
            raise Refused("This trick is not running.")
        self._active[id].cancel()

    def _launch(self, trick: Trick, number: int) -> None:
        measures = isinstance(trick, Measurement)
        run = (
            live.run(trick, self.isolated)
            if measures
            else Run(trick, self.deadline, MAX_OUTPUT, isolated=self.isolated)
        )
        self._active[trick.id] = run
        self._history[trick.id] = []
        loop = asyncio.get_running_loop()

        def post(event: Event) -> None:
            loop.call_soon_threadsafe(self._happened, trick.id, number, event)

        events = live.events(run, self.site) if measures else run.events()
        self._threads.submit(_follow, run, events, post)

    def _happened(self, id: str, number: int, event: Event) -> None:
        message = {"type": "event", "trick": id, "run": number, **dataclasses.asdict(event)}
        message["time"] = round(event.time, 4)
        if event.kind == "chart":  # it shows all that an earlier one did
            history = self._history[id]
            history[:] = [past for past in history if past["kind"] != "chart"]
        self._history[id].append(message)
        if event.kind == "end":
            del self._active[id]
        self.tell_all(message)

    # The end

    async def close(self) -> None:
        """Cancel all runs; return when nothing of them is left."""
        self._closing = True
        for run in self._active.values():
            run.cancel()
        await asyncio.to_thread(self._threads.shutdown)


def _parse(text: str) -> tuple[str, str]:
    """What a window asks for: exactly {"run": id} or {"stop": id}."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    match message:
        case {"run": str(id), **others} if not others:
            return "run", id
        case {"stop": str(id), **others} if not others:
            return "stop", id
    raise Refused('The stage takes {"run": id} and {"stop": id}, and nothing else.')


def _follow(run: Run, events: Iterable[Event], post: Callable[[Event], None]) -> None:
    """Pass on a run's events, in a thread of its own; exactly one "end" comes last."""
    try:
        _pass_on(run, events, post)
    except Exception:
        traceback.print_exc()
        post(Event("end", 0.0, "the runner itself failed: the terminal says how", "failed"))


def _pass_on(run: Run, events: Iterable[Event], post: Callable[[Event], None]) -> None:
    """Pass on no more lines than a slide can bear, then the end."""
    lines = 0
    for event in events:
        if event.kind != "end":
            lines += 1
            if lines <= MAX_LINES:
                post(event)
            else:
                run.cancel()
        elif lines <= MAX_LINES:
            post(event)
        else:
            reason = f"stopped: more than {MAX_LINES} lines"
            post(dataclasses.replace(event, result="failed", text=reason))
