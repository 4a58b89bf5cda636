"""The runs of a stage.

The state of a run lives here and not in a page: a window that opens later (a reload, a second
window, the speaker view) first gets the past events of each program's latest run, then all new
ones, and so sees the same lines as the others. A run belongs to the program it ran: once that is
edited, it is told no more.

Everything here happens in the event loop's thread, except `_follow`, which waits for a program.
"""

import asyncio
import dataclasses
import hashlib
import itertools
import json
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deck.measuring import live
from deck.measuring.results import MeasuredError
from deck.programs import catalogue, proof, shown, terminal, variants
from deck.programs.catalogue import CatalogueError, Measurement, Trick
from deck.programs.runner import DEADLINE, Event, Kind, Result, Run
from deck.programs.spare import Spares
from deck.programs.variants import Variant, VariantRun
from deck.stage.place import Place
from deck.stage.survey import Survey
from deck.stage.windows import Message, Window, Windows

AT_ONCE = 4
# A trick prints a dozen lines; this is for the one that does not end.
MAX_LINES = 1000
MAX_OUTPUT = 1 << 16
# A window may be this many messages behind, which is more than the longest runs can say at once.
BACKLOG = (AT_ONCE + 1) * (MAX_LINES + 24)

Program = Trick | Variant


class Refused(Exception):
    """A request that is not carried out; the message is a sentence for the slide."""


@dataclasses.dataclass
class Past:
    """What has come of the latest run of a program so far.

    `stamp` tells what the program was: see `_stamp`.
    """

    number: int
    events: list[Message] = dataclasses.field(default_factory=list)
    stamp: str = ""
    outdated: bool = False


class Runs:
    """Starts and stops runs, keeps the latest of each program, and tells every window."""

    def __init__(
        self,
        root: Path = catalogue.ROOT,
        deadline: float = DEADLINE,
        backlog: int = BACKLOG,
        isolated: bool = True,
        place: Place | None = None,
        spares: Spares | None = None,
    ) -> None:
        self.root = root
        self.site = root / shown.SITE
        self.deadline = deadline
        self.isolated = isolated
        self.spares = spares
        self.survey = Survey()
        self.windows = Windows(backlog)
        self.place = place or Place()
        # Hear what windows do: "join" at a place, "run" and "stop" of an id, "at" a place.
        self.listeners: list[Callable[[str, str], None]] = []
        # What else a window is told when it joins.
        self.hello: Message = {}
        self._shown: frozenset[str] = frozenset()
        self._past: dict[str, Past] = {}
        self._active: dict[str, Run] = {}
        self._numbers = itertools.count(1)
        self._closing = False
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="run")

    def join(self) -> Window:
        """Add a window; its first message says all that happened so far."""
        self._notice("join", self.place.now)
        told = {**self.survey.told(), **self.hello, "runs": self.events()}
        return self.windows.join({"type": "hello", **told})

    def events(self) -> list[Message]:
        """All that the latest run of each program has told, unless the program is another now."""
        told = [past for id, past in self._past.items() if id in self._active or not past.outdated]
        return [event for past in told for event in past.events]

    def _notice(self, action: str, what: str) -> None:
        for hear in self.listeners:
            hear(action, what)

    def surveyed(self, survey: Survey) -> None:
        """Tell what can run from now on."""
        self.survey = survey
        self._keep_spares()
        self.windows.tell({"type": "tricks", **survey.told()})

    def shows(self, ids: frozenset[str]) -> None:
        """What is on the slides from now on: for that there are spares. A page that names no
        program says nothing of them."""
        if ids != self._shown:
            self._shown = ids
            self._keep_spares()

    def _keep_spares(self) -> None:
        if self.spares:
            here = [one for one in self.survey.here if one.id in self._shown or not self._shown]
            tricks = set(here)
            changed = [one.trick for one in self.survey.variants.values() if one.trick in tricks]
            self.spares.keep(here, changed)

    async def forget_outdated(self) -> None:
        """Tell no more of the runs whose program has been edited since; windows forget them."""
        stamps = await asyncio.to_thread(_stamps, list(self._past), self.root)
        known = {id for id, past in self._past.items() if past.outdated}
        for id, stamp in stamps.items():
            self._past[id].outdated = self._past[id].stamp not in ("", stamp)
        outdated = {id for id, past in self._past.items() if past.outdated}
        if ended := sorted(outdated - known - self._active.keys()):
            self.windows.tell({"type": "outdated", "tricks": ended})

    # Requests

    def request(self, window: Window, text: str) -> None:
        """Carry out one message of a window, or tell that window why not."""
        try:
            action, what = _parse(text)
            if action == "run":
                self._start(what)
            elif action == "stop":
                self._stop(what)
            elif not self.place.move(what):
                raise Refused("This is no place in a deck.")
            self._notice(action, what)
        except (Refused, CatalogueError) as error:
            window.post({"type": "error", "text": str(error)})

    def _start(self, id: str) -> None:
        if self._closing:
            raise Refused("The stage is closing.")
        if id in self._active:
            raise Refused(f"{id} is running already.")
        if len(self._active) >= AT_ONCE:
            raise Refused(f"{AT_ONCE} tricks are running; wait for one to end, or stop it.")
        try:
            self._launch(_find(id, self.root), next(self._numbers))
        except OSError as error:
            raise Refused(f"{id} can't be started here: {error.strerror}.") from error

    def _stop(self, id: str) -> None:
        if id not in self._active:
            raise Refused("This trick is not running.")
        self._active[id].cancel()

    def _launch(self, program: Program, number: int) -> None:
        id, run = program.id, self._run_of(program)
        past = Past(number)
        self._active[id] = run
        self._past[id] = past
        loop = asyncio.get_running_loop()

        def post(event: Event) -> None:
            loop.call_soon_threadsafe(self._happened, id, past, event)

        measures = isinstance(program, Measurement)
        events = live.events(run, self.site) if measures else run.events()

        def follow() -> None:
            past.stamp = _stamp(id, self.root)
            _follow(run, events, post)

        self._threads.submit(follow)

    def _run_of(self, program: Program) -> Run:
        if isinstance(program, Measurement):
            return live.run(program, self.isolated, self.spares)
        if isinstance(program, Trick):
            return Run(
                program, self.deadline, MAX_OUTPUT, isolated=self.isolated, spares=self.spares
            )
        slow = program.result == Result.TIMED_OUT
        deadline = min(self.deadline, variants.DEADLINE) if slow else self.deadline
        return VariantRun(
            program,
            deadline=deadline,
            max_output=MAX_OUTPUT,
            isolated=self.isolated,
            spares=self.spares,
        )

    def _happened(self, id: str, past: Past, event: Event) -> None:
        message = {"type": "event", "trick": id, "run": past.number, **event._asdict()}
        message["time"] = round(event.time, 4)
        if event.kind in (Kind.STDOUT, Kind.STDERR, Kind.END):
            message["text"] = terminal.plain(event.text)
        if event.kind == Kind.CHART:  # it shows all that an earlier one did
            past.events = [one for one in past.events if one["kind"] != Kind.CHART]
        past.events.append(message)
        if event.kind == Kind.END:
            del self._active[id]
        self.windows.tell(message)

    # The end

    async def close(self) -> None:
        """Cancel all runs; return when nothing of them is left."""
        self._closing = True
        for run in self._active.values():
            run.cancel()
        await asyncio.to_thread(self._threads.shutdown)
        if self.spares:
            await asyncio.to_thread(self.spares.close)


def _find(id: str, root: Path) -> Program:
    """The program that is listed under this id. Raises CatalogueError."""
    return variants.find(id, root) if "~" in id else catalogue.find(id, root)


def _stamps(ids: list[str], root: Path) -> dict[str, str]:
    return {id: _stamp(id, root) for id in ids}


def _stamp(id: str, root: Path) -> str:
    """Tells whether a program is still the same; "gone" when it can't be read."""
    try:
        program = _find(id, root)
        if isinstance(program, Trick):
            return proof.digest(program)
        whole = proof.digest(program.trick) + program.source()
        return hashlib.sha256(whole.encode()).hexdigest()
    except (CatalogueError, OSError, SyntaxError, ValueError):
        return "gone"


def _parse(text: str) -> tuple[str, str]:
    """What a window asks for, and of what: an id or a place."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    match message:
        case {"run": str(id), **others} if not others:
            return "run", id
        case {"stop": str(id), **others} if not others:
            return "stop", id
        case {"at": str(place), **others} if not others:
            return "at", place
    raise Refused('The stage takes {"run": id}, {"stop": id} and {"at": place}, and nothing else.')


def _follow(run: Run, events: Iterable[Event], post: Callable[[Event], None]) -> None:
    """Pass on a run's events, in a thread of its own; exactly one "end" comes last."""
    try:
        _pass_on(run, events, post)
    except OSError as error:  # a disk that is full, no more processes
        what = f"this machine could not: {error.strerror or error}"
        place = f" ({error.filename})" if error.filename else ""
        post(Event(Kind.END, 0.0, what + place, Result.FAILED))
    except MeasuredError as error:
        post(Event(Kind.END, 0.0, str(error), Result.FAILED))
    except Exception:
        traceback.print_exc()
        what = "the runner itself failed: the terminal says how"
        post(Event(Kind.END, 0.0, what, Result.FAILED))


def _pass_on(run: Run, events: Iterable[Event], post: Callable[[Event], None]) -> None:
    """Pass on no more lines than a slide can bear, then the end."""
    lines = 0
    for event in events:
        if event.kind != Kind.END:
            lines += 1
            if lines <= MAX_LINES:
                post(event)
            else:
                run.cancel()
        elif lines <= MAX_LINES:
            post(event)
        else:
            reason = f"stopped: more than {MAX_LINES} lines"
            post(event._replace(result=Result.FAILED, text=reason))
