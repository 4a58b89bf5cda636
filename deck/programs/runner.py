"""Run one trick, isolated, and tell what happens as it happens.

Tests, command line, preflight and the Run button all come through here: a green test means a
working button.
"""

import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from deck.programs import isolation, lab, needs
from deck.programs.catalogue import Trick

DEADLINE = 30.0
MAX_OUTPUT = 1 << 20
MAX_LINE = 4096

EXIT_CODES = {"passed": 0, "failed": 1, "skipped": 77, "timed out": 124, "cancelled": 130}


@dataclass(frozen=True)
class Event:
    """Something that happened in a run.

    `kind` is "start", "status" (words of the runner), "stdout", "stderr" or "end"; `time` counts
    seconds from the start; `text` is one line, or for "end" the reason, empty for a pass; `result`
    of an "end" is one of EXIT_CODES.
    """

    kind: str
    time: float
    text: str = ""
    result: str = ""


class Run:
    """One run of one trick.

    `deadline` is in seconds (the lab kernel gets more, see lab.py), `max_output` in bytes of stdout
    and stderr together. `kernel` forces a lab kernel; left out, the needs decide. `arguments` are
    the program's own.
    """

    def __init__(
        self,
        trick: Trick,
        deadline: float = DEADLINE,
        max_output: int = MAX_OUTPUT,
        kernel: lab.Kernel | None = None,
        arguments: tuple[str, ...] = (),
    ) -> None:
        self.trick = trick
        self.arguments = arguments
        self.kernel = kernel
        self.deadline = deadline
        self.max_output = max_output
        self._began = time.monotonic()
        self._cancelled = threading.Event()
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

    def events(self) -> Iterator[Event]:
        """Run the trick and yield what happens. Blocks; call it once.

        The last event is "end", and by then everything that the run started is gone; so it is when
        the iterator is closed early.
        """
        self._began = time.monotonic()
        try:
            verdict = needs.check(self.trick, self.kernel.release if self.kernel else "")
            if not verdict.runnable:
                yield self._end("skipped", verdict.reason)
            elif verdict.where == "lab":
                yield from self._launch(self.kernel or lab.kernels()[0])
            else:
                yield from self._launch(None)
        finally:
            self._release()

    def _release(self) -> None:
        with self._lock:
            if self._waker is not None:
                os.close(self._wake)
                os.close(self._waker)
                self._waker = None

    def _event(self, kind: str, text: str = "") -> Event:
        return Event(kind, time.monotonic() - self._began, text)

    def _end(self, result: str, reason: str = "") -> Event:
        return Event("end", time.monotonic() - self._began, reason, result)

    def _launch(self, kernel: lab.Kernel | None) -> Iterator[Event]:
        self.kernel = kernel
        if kernel:
            self.deadline = lab.BOOT + lab.SLOWER * self.deadline
            yield self._event("status", f"booting the lab kernel {kernel.release} ...")
        with _World(self.trick, kernel, self.arguments) as world:
            yield self._event("start", world.place)
            yield from self._follow(world)

    def _follow(self, world: "_World") -> Iterator[Event]:
        """Pass on lines until the world has ended, or end it."""
        cut, written, last_error = "", 0, ""
        for kind, text in self._chunks(world):
            if kind in ("deadline", "cancel"):
                cut = cut or kind
                world.destroy()
                continue
            if kind == "end":
                world.status = int(text)
                continue
            written += len(text) + 1
            if written > self.max_output:
                cut = cut or "output"
                world.destroy()
            elif not cut:
                last_error = text if kind == "stderr" and text.strip() else last_error
                yield self._event(kind, text)
        status, no_world = world.wait()
        yield self._verdict(cut, status, no_world or last_error)

    def _verdict(self, cut: str, status: int, error: str) -> Event:
        if cut == "cancel":
            return self._end("cancelled", "stopped")
        if cut == "deadline":
            return self._end("timed out", f"stopped after {self.deadline:g} s")
        if cut == "output":
            return self._end("failed", f"stopped: more than {self.max_output} bytes of output")
        if status == 0:
            return self._end("passed")
        return self._end("failed", error or f"ended with status {status}")

    def _chunks(self, world: "_World") -> Iterator[tuple[str, str]]:
        """Lines as (kind, text) until all output is closed; "deadline" and "cancel" in between."""
        lines = {fd: _Lines(kind) for kind, fd in world.outputs.items()}
        deadline: float | None = self._began + self.deadline
        with selectors.DefaultSelector() as selector:
            for fd in (*lines, self._wake):
                selector.register(fd, selectors.EVENT_READ)
            while lines:
                timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
                ready = [key.fd for key, _ in selector.select(timeout)]
                if deadline is not None and time.monotonic() >= deadline:
                    deadline = None
                    yield "deadline", ""
                for fd in ready:
                    data = os.read(fd, 1 << 16)
                    if fd == self._wake:
                        yield "cancel", ""
                        continue
                    yield from world.translate(lines[fd].feed(data))
                    if not data:
                        selector.unregister(fd)
                        del lines[fd]


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


class _World:
    """The isolated world of one run: a process to wait for, and the leash that holds it."""

    def __init__(
        self, trick: Trick, kernel: lab.Kernel | None, arguments: tuple[str, ...] = ()
    ) -> None:
        self.kernel = kernel
        self.arguments = arguments
        self.mode = _mode(trick) if kernel is None else _mode_of_lab()
        self.place = PLACES[self.mode] if kernel is None else f"the lab kernel {kernel.release}"
        # A lab kernel exits with 0 whatever happened in it: only its last word counts.
        self.status = None if kernel is None else 1
        leash, self._leash = os.pipe()
        self._report, report = os.pipe()
        self._tmpdir = _folder() if self.mode == "bare" else ""
        try:
            self._process = subprocess.Popen(
                isolation.command(self.mode, *self._program(trick, leash, report)),
                cwd=trick.root,
                env=_environment(self._tmpdir or isolation.TMPDIR),
                pass_fds=(leash, report),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        finally:
            os.close(leash)
            os.close(report)

    def _program(
        self, trick: Trick, leash: int, report: int
    ) -> tuple[tuple[int, ...], int, int, list[str]]:
        program = [sys.executable, "-u", "-m", trick.module, *self.arguments]
        capabilities = _capabilities(trick)
        if self.kernel is None:
            starter = lab.starter() if "lab" in trick.needs else []
            return capabilities, leash, report, [*starter, *program]
        boot = lab.command(
            self.kernel,
            trick.needs,
            capabilities,
            program,
            trick.root,
            _environment(isolation.TMPDIR),
            self._tmpdir or isolation.TMPDIR,
            isolation.ids() if self.mode == "user" else (os.getuid(), os.getgid()),
        )
        return (), leash, report, boot

    @property
    def outputs(self) -> dict[str, int]:
        process = self._process
        return {"stdout": process.stdout.fileno(), "stderr": process.stderr.fileno()}

    def translate(self, lines: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """What the world's own output means: a lab kernel has one console for all streams."""
        if self.kernel is None:
            yield from lines
        else:
            yield from filter(None, (lab.decode(text) for _, text in lines))

    def destroy(self) -> None:
        """Let go of the leash: PID 1 of the world, or the subreaper, ends all that is in it."""
        if self._leash >= 0:
            os.close(self._leash)
            self._leash = -1

    def wait(self) -> tuple[int, str]:
        """The exit status, and why no world could be made ("" when it could)."""
        status = self._process.wait()
        status = status if self.status is None else self.status
        return status, os.read(self._report, 4096).decode()

    def __enter__(self) -> "_World":
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()
        self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()
        os.close(self._report)
        if self._tmpdir:
            shutil.rmtree(self._tmpdir, ignore_errors=True)


PLACES = {
    "user": "namespaces of its own, as an ordinary user",
    "root": "namespaces of its own, as root",
    "machine": "the machine's network, otherwise namespaces of its own, as root",
    "bare": "no namespaces: this machine refuses them",
}


def _folder() -> str:
    """A folder for one run; in memory if that can be, for a lab kernel keeps its own there."""
    in_memory = os.access(isolation.TMPDIR, os.W_OK)
    return tempfile.mkdtemp(prefix="trick-", dir=isolation.TMPDIR if in_memory else None)


def _mode(trick: Trick) -> str:
    if "root" in trick.needs:
        return "machine" if "module bluetooth" in trick.needs else "root"
    return _mode_of_lab()


def _mode_of_lab() -> str:
    return "bare" if isolation.refusal() else "user"


def _capabilities(trick: Trick) -> tuple[int, ...]:
    """What the needs allow; a trick that needs nothing runs without any capability."""
    return tuple(
        sorted({cap for need in trick.needs for cap in isolation.CAPABILITIES.get(need, ())})
    )


def _environment(tmpdir: str) -> dict[str, str]:
    return {
        "PATH": needs.PATH,
        "HOME": tmpdir,
        "TMPDIR": tmpdir,
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
