"""Run one trick, isolated, and tell what happens as it happens.

This is a whole run, from the program's needs to the verdict. What isolates it is said in worlds.py,
and the process that is started for it is held in running.py.

Tests, command line, preflight and the Run button all come through here: a green test means a
working button.
"""

import os
import selectors
import threading
import time
from collections.abc import Generator, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from deck.programs import needs, refusals, uml, worlds
from deck.programs.catalogue import Trick
from deck.programs.running import Running

if TYPE_CHECKING:  # most runs have none
    from deck.programs.spare import Spares

DEADLINE = 30.0
MAX_OUTPUT = 1 << 20
MAX_LINE = 4096
# Seconds for output to end once nothing is left of a run; what has slipped away may hold it open.
GRACE = 1.0


class Kind(StrEnum):
    """What an event tells: a run's start, words of the runner, a line of a stream, the end.

    CHART is a drawing that stands for lines of output (deck/measuring).
    """

    START = "start"
    STATUS = "status"
    STDOUT = "stdout"
    STDERR = "stderr"
    CHART = "chart"
    END = "end"


class Result(StrEnum):
    """How a run has ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    TIMED_OUT = "timed out"
    CANCELLED = "cancelled"


EXIT_CODES = {
    Result.PASSED: 0,
    Result.FAILED: 1,
    Result.SKIPPED: 77,
    Result.TIMED_OUT: 124,
    Result.CANCELLED: 130,
}


class Event(NamedTuple):
    """Something that happened in a run.

    `time` counts seconds from the start; `text` is one line, for "start" where it is and what holds
    there, for "end" the reason, empty for a pass; `result` is a Result at the "end", "" before.
    """

    kind: Kind
    time: float
    text: str = ""
    result: Result | str = ""


class Run:
    """One run of one trick.

    `deadline` is in seconds (the lab kernel gets more, see uml.py), `max_output` in bytes of stdout
    and stderr together. `kernel` forces a lab kernel; left out, the needs decide. `arguments` are
    the program's own. Without `isolated`, which somebody must have asked for, the program runs bare
    (isolation_table.py). Where one of the `spares` fits, it is used, and the run was `spared`.
    """

    def __init__(
        self,
        trick: Trick,
        deadline: float = DEADLINE,
        max_output: int = MAX_OUTPUT,
        kernel: uml.Kernel | None = None,
        arguments: tuple[str, ...] = (),
        isolated: bool = True,
        spares: "Spares | None" = None,
    ) -> None:
        self.trick = trick
        self.judged = trick  # whose needs count: a variant's own program lies in a copy
        self.arguments = arguments
        self.kernel = kernel
        self.isolated = isolated
        self.spares = spares
        self.spared = False
        self.deadline = deadline
        self.max_output = max_output
        self._began = time.monotonic()
        self._cancelled = threading.Event()
        self._waker: int | None
        self._wake, self._waker = os.pipe()
        self._lock = threading.Lock()

    @property
    def release(self) -> str:
        """The release of the kernel that runs the trick, known once the run has started."""
        return self.kernel.release if self.kernel else os.uname().release

    def cancel(self) -> None:
        """End the run soon, from any thread; a second call, or one after the end, does nothing."""
        with self._lock:
            if not self._cancelled.is_set() and self._waker is not None:
                self._cancelled.set()
                os.write(self._waker, b"!")

    def events(self) -> Generator[Event, None, None]:
        """Run the trick and yield what happens. Blocks; call it once.

        The last event is "end", and by then everything that the run started is gone; so it is when
        the iterator is closed early.
        """
        self._began = time.monotonic()
        try:
            yield from self._in_some_world()
        except worlds.NoRoom as none:
            yield self._end(Result.SKIPPED, str(none))
        except OSError as error:
            reached = refusals.limit(error.errno)
            if not reached:
                raise
            yield self._end(Result.SKIPPED, f"needs a process of its own: {reached}")
        finally:
            self._release()
            if self.spares:
                self.spares.fill()

    def _in_some_world(self) -> Generator[Event, None, None]:
        """What a machine refuses shows when a world is made; then the needs are asked once more.
        So they are before a skip: without a world no need can be judged, and the lab may have it.
        """
        release = self.kernel.release if self.kernel else ""
        for trial in (False, True):
            verdict = needs.check(self.judged, release, isolated=self.isolated, trial=trial)
            if not verdict.runnable:
                if not trial:
                    continue
                yield self._end(Result.SKIPPED, verdict.reason)
                return
            world = worlds.choose(self.trick, verdict.where, self.kernel, self.isolated)
            refused = yield from self._launch(world)
            if not refused:
                return
        yield self._end(Result.SKIPPED, refused)

    def _release(self) -> None:
        with self._lock:
            if self._waker is not None:
                os.close(self._wake)
                os.close(self._waker)
                self._waker = None

    def _event(self, kind: Kind, text: str = "") -> Event:
        return Event(kind, time.monotonic() - self._began, text)

    def _end(self, result: Result, reason: str = "") -> Event:
        return Event(Kind.END, time.monotonic() - self._began, reason, result)

    def _launch(self, world: worlds.World) -> Generator[Event, None, str]:
        """Returns why the machine has refused the world, or "" after the last event."""
        kernel, deadline = self.kernel, self.deadline
        self.kernel = world.kernel
        self.deadline = world.deadline(self.deadline)
        if world.notice:
            yield self._event(Kind.STATUS, world.notice)
        with self._begin(world) as running:
            refused = yield from self._follow(running)
        if refused:
            self.kernel, self.deadline = kernel, deadline
        return refused

    def _begin(self, world: worlds.World) -> Running:
        spare = self.spares.take(world, self.trick, self.arguments) if self.spares else None
        self.spared = spare is not None
        return spare or Running(world, self.trick, self.arguments)

    def _follow(self, running: Running) -> Generator[Event, None, str]:
        """Pass on lines until the world has ended, or end it."""
        cut, written, last_error, started = "", 0, "", False
        for kind, text in self._chunks(running):
            if kind == Kind.START:
                started = True
                yield self._event(Kind.START, running.place)
            elif kind in ("deadline", "cancel"):
                cut = cut or kind
                running.destroy()
            else:
                written += len(text) + 1
                if written > self.max_output:
                    cut = cut or "output"
                    running.destroy()
                elif not cut:
                    last_error = text if kind == Kind.STDERR and text.strip() else last_error
                    yield self._event(Kind(kind), text)
        status, why = running.wait()
        if not started and why and not cut:
            return why
        yield self._verdict(cut, status, why or last_error)
        return ""

    def _verdict(self, cut: str, status: int, error: str) -> Event:
        if cut == "cancel":
            return self._end(Result.CANCELLED, "stopped")
        if cut == "deadline":
            return self._end(Result.TIMED_OUT, f"stopped after {self.deadline:g} s")
        if cut == "output":
            reason = f"stopped: more than {self.max_output} bytes of output"
            return self._end(Result.FAILED, reason)
        if status == 0:
            return self._end(Result.PASSED)
        return self._end(Result.FAILED, error or f"ended with status {status}")

    def _chunks(self, running: Running) -> Iterator[tuple[str, str]]:
        """Lines as (kind, text) until all output is closed; "deadline" and "cancel" in between.

        "start" comes first, unless there is no world.
        """
        lines = {fd: _Lines(kind) for kind, fd in running.outputs.items()}
        deadline: float | None = self._began + self.deadline
        with selectors.DefaultSelector() as selector:
            for fd in (running.report, running.keeper, self._wake, *lines):
                selector.register(fd, selectors.EVENT_READ)
            while lines:
                timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
                ready = {key.fd for key, _ in selector.select(timeout)}
                if deadline is not None and time.monotonic() >= deadline:
                    if running.keeper not in selector.get_map():
                        return
                    deadline = None
                    yield "deadline", ""
                if running.report in ready:
                    selector.unregister(running.report)
                    if running.started():
                        yield Kind.START, ""
                if self._wake in ready:
                    os.read(self._wake, 1)
                    yield "cancel", ""
                for fd in ready & lines.keys():
                    data = os.read(fd, 1 << 16)
                    yield from running.decode(lines[fd].feed(data))
                    if not data:
                        selector.unregister(fd)
                        del lines[fd]
                if running.keeper in ready:
                    # All that it kept hold of has gone before; if it was killed, it goes now.
                    running.destroy()
                    selector.unregister(running.keeper)
                    deadline = time.monotonic() + GRACE


class _Lines:
    """Cut a stream of bytes into lines."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[str, str]]:
        """The lines that are whole now; b"" is the end and gives the last, unfinished one."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        if self._rest and (not data or len(self._rest) > MAX_LINE):
            whole.append(self._rest)
            self._rest = b""
        for line in whole:
            for start in range(0, len(line) or 1, MAX_LINE):
                text = line[start : start + MAX_LINE].decode(errors="replace")
                yield self.kind, text.rstrip("\r")
