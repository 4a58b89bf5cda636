"""Where a run takes place: namespaces, the lab kernel, or bare. Three classes of one shape.

Which of them a trick gets is decided in `choose`, from what `needs` found; the runner starts what
it is given and does not know which it is.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Protocol

from deck.programs import isolation, system, talk, uml
from deck.programs.catalogue import Trick

PLACES = {
    "user": "namespaces of its own, as an ordinary user",
    "root": "namespaces of its own, as root",
    "machine": "the machine's network, otherwise namespaces of its own, as root",
    "bare": "no namespaces: this machine refuses them",
}

Line = tuple[str, str]


class World(Protocol):
    """How one kind of world is started, what it is called, and what it says.

    `place` says where a run is, in words; `notice` what there is to say before it starts, or "".
    `tells_status` is true where the exit status comes as a line ("end", STATUS) and not from the
    process. `kernel` is the lab kernel, or None for this machine's own.
    """

    place: str
    notice: str
    tells_status: bool
    kernel: uml.Kernel | None

    def deadline(self, seconds: float) -> float:
        """How long a run may take here, in seconds, that may take `seconds` on this kernel."""

    def scratch(self) -> str:
        """A new folder on the machine that the world needs while it lasts, or ""."""

    def command(
        self, trick: Trick, program: list[str], scratch: str, leash: int, report: int
    ) -> list[str]:
        """What starts the program here; for leash and report see isolation.py."""

    def home(self, scratch: str) -> str:
        """The folder in which the program may write."""

    def decode(self, line: Line) -> Line | None:
        """What a line of output (stream, text) means; None for one that means nothing."""


class Namespaces:
    """Namespaces of its own; `mode` is "user", "root" or "machine" (see isolation.py)."""

    notice = ""
    tells_status = False
    kernel: uml.Kernel | None = None

    def __init__(self, mode: str = "user") -> None:
        self.mode = mode
        self.place = PLACES[mode]

    def deadline(self, seconds: float) -> float:
        return seconds

    def scratch(self) -> str:
        return ""

    def command(
        self, trick: Trick, program: list[str], scratch: str, leash: int, report: int
    ) -> list[str]:
        if "lab" in trick.needs:
            program = [*uml.starter(), *program]
        return isolation.command(self.mode, capabilities(trick), leash, report, program)

    def home(self, scratch: str) -> str:
        return scratch or isolation.TMPDIR

    def decode(self, line: Line) -> Line | None:
        return line


class Bare(Namespaces):
    """No namespaces: only what the command starts is kept hold of."""

    def __init__(self) -> None:
        super().__init__("bare")

    def scratch(self) -> str:
        return _folder()


class LabKernel:
    """The lab kernel, itself in a world of this machine."""

    tells_status = True

    def __init__(self, kernel: uml.Kernel, outside: Namespaces) -> None:
        self.kernel = kernel
        self.outside = outside
        self.place = f"the lab kernel {kernel.release}"
        self.notice = f"booting the lab kernel {kernel.release} ..."

    def deadline(self, seconds: float) -> float:
        return uml.BOOT + uml.SLOWER * seconds

    def scratch(self) -> str:
        return self.outside.scratch()

    def command(
        self, trick: Trick, program: list[str], scratch: str, leash: int, report: int
    ) -> list[str]:
        boot = uml.command(
            self.kernel,
            "root" in trick.needs,
            _modules(trick),
            capabilities(trick),
            program,
            trick.root,
            _environment(isolation.TMPDIR),
            self.home(scratch),
            isolation.ids() if self.outside.mode == "user" else (os.getuid(), os.getgid()),
        )
        return isolation.command(self.outside.mode, (), leash, report, boot)

    def home(self, scratch: str) -> str:
        return self.outside.home(scratch)

    def decode(self, line: Line) -> Line | None:
        """The lab kernel has one console for all streams."""
        return uml.decode(line[1])


def choose(trick: Trick, where: str, kernel: uml.Kernel | None = None) -> World:
    """The world for a trick that `needs` sends "here" or to the "lab" (to `kernel`, if given)."""
    ordinary = Bare() if isolation.refusal() else Namespaces()
    if where == "lab":
        return LabKernel(kernel or uml.kernels()[0], ordinary)
    if "root" in trick.needs:
        outside = talk.read(trick.root).machine_network
        return Namespaces("machine" if set(outside) & set(trick.needs) else "root")
    return ordinary


class Running:
    """A started world: a process to wait for, and the leash that holds all that is in it."""

    def __init__(self, world: World, trick: Trick, arguments: tuple[str, ...] = ()) -> None:
        self._world = world
        # What only its last line tells is a failure until then.
        self._status = 1 if world.tells_status else None
        program = [sys.executable, "-u", *trick.program, *arguments]
        with contextlib.ExitStack() as unless_started:
            self._scratch = world.scratch()
            if self._scratch:
                unless_started.callback(shutil.rmtree, self._scratch, ignore_errors=True)
            leash, self._leash = os.pipe()
            self._report, report = os.pipe()
            for end in (self._leash, self._report):
                unless_started.callback(os.close, end)
            try:
                self._process = subprocess.Popen(
                    world.command(trick, program, self._scratch, leash, report),
                    cwd=trick.root,
                    env=_environment(world.home(self._scratch)),
                    pass_fds=(leash, report),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            finally:
                os.close(leash)
                os.close(report)
            unless_started.pop_all()

    @property
    def outputs(self) -> dict[str, int]:
        return {"stdout": self._process.stdout.fileno(), "stderr": self._process.stderr.fileno()}

    def decode(self, lines: Iterator[Line]) -> Iterator[Line]:
        """What the lines of its output mean, as (stream, text)."""
        for line in lines:
            match self._world.decode(line):
                case "end", status:
                    self._status = int(status)
                case str(stream), text:
                    yield stream, text

    def destroy(self) -> None:
        """Let go of the leash: all that is in the world is killed."""
        if self._leash >= 0:
            os.close(self._leash)
            self._leash = -1

    def wait(self) -> tuple[int, str]:
        """The exit status, and why no world could be made ("" when it could)."""
        status = self._process.wait()
        status = status if self._status is None else self._status
        return status, os.read(self._report, 4096).decode()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()
        self._process.wait()
        self._process.stdout.close()
        self._process.stderr.close()
        os.close(self._report)
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)


def capabilities(trick: Trick) -> tuple[int, ...]:
    """What the needs allow; a trick that needs nothing runs without any capability."""
    named = talk.read(trick.root).capabilities
    found = {cap for need in trick.needs for cap in isolation.CAPABILITIES.get(need, ())}
    found |= {talk.CAPABILITY[cap] for need in trick.needs for cap in named.get(need, ())}
    return tuple(sorted(found))


def _modules(trick: Trick) -> list[str]:
    """What the lab kernel loads: the talk's for all tricks, and those that this one needs."""
    own = [need.removeprefix("module ") for need in trick.needs if need.startswith("module ")]
    return [*talk.read(trick.root).lab_modules, *own]


def _folder() -> str:
    """A folder for one run; in memory if that can be, for a lab kernel keeps its own there."""
    in_memory = os.access(isolation.TMPDIR, os.W_OK)
    return tempfile.mkdtemp(prefix="trick-", dir=isolation.TMPDIR if in_memory else None)


def _environment(home: str) -> dict[str, str]:
    return {
        "PATH": system.PATH,
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
