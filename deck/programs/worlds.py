"""Where a run takes place: namespaces, the lab kernel, or bare. Three classes of one shape.

A world starts nothing: it says which command, folder and deadline a run there has. Which of them a
trick gets is decided in `choose`, from what `needs` found; who starts it (running.py) does not know
which it is, and who follows it (runner.py) hears the same lines from each.
"""

import os
from typing import Any, Protocol

from deck.programs import isolation, system, talk, uml
from deck.programs import isolation_table as table
from deck.programs.catalogue import Trick

Line = tuple[str, str]

# The folders of a talk that a run sees.
PROGRAMS = ("examples", "measurements")
# Bytes that are enough for the files of a bare run: a small database server has 100 MB of them.
COMFORT = 256 << 20


class NoRoom(Exception):
    """No folder of this machine has the room that a world needs; the message says how much."""


class World(Protocol):
    """How one kind of world is started, what it is called, and what it says.

    `place` says in words where a run is and what holds there; `notice` what there is to say before
    it starts, or "". `kernel` is the lab kernel, or None for this machine's own; its exit status
    comes as a line ("end", STATUS), and not from the process.
    """

    place: str
    notice: str

    @property
    def kernel(self) -> uml.Kernel | None: ...

    def deadline(self, seconds: float) -> float:
        """How long a run may take here, in seconds, that may take `seconds` on this kernel."""

    def scratch(self) -> str:
        """A new folder on the machine that the world needs while it lasts, or "".
        Raises NoRoom."""

    def command(
        self, trick: Trick, program: list[str], scratch: str, cgroup: str, leash: int, report: int
    ) -> list[str]:
        """What starts the program here, in a control group or ""; see isolation_levels.py."""

    def home(self, scratch: str) -> str:
        """The folder in which the program may write."""

    def decode(self, line: Line) -> Line | None:
        """What a line of output (stream, text) means; None for one that means nothing."""


class Namespaces:
    """Namespaces of its own; `mode` is "user", "root" or "machine" (isolation_table.py)."""

    notice = ""
    kernel: uml.Kernel | None = None

    def __init__(self, mode: str = "user") -> None:
        self.mode = mode
        self.place = table.sentence(mode)

    def deadline(self, seconds: float) -> float:
        return seconds

    def scratch(self) -> str:
        return ""

    def command(
        self, trick: Trick, program: list[str], scratch: str, cgroup: str, leash: int, report: int
    ) -> list[str]:
        return self.around(
            program,
            scratch,
            *(leash, report),
            capabilities=() if self.mode == "bare" else capabilities(trick),
            places=_programs(trick),
            devices=_devices(trick),
            registers="lab" in trick.needs and uml.chokes_on_registers(),
            cgroup=cgroup,
        )

    def around(
        self, program: list[str], scratch: str, leash: int, report: int, **order: Any
    ) -> list[str]:
        """What starts any program here; for `order` see isolation.command."""
        return isolation.command(
            self.mode, leash, report, program, home=self.home(scratch), **order
        )

    def owner(self) -> tuple[int, int]:
        """Who owns our files, as a program in here sees it."""
        return isolation.inside(isolation.owner_outside())

    def home(self, scratch: str) -> str:
        return table.TMPDIR

    def decode(self, line: Line) -> Line | None:
        return line


class Bare(Namespaces):
    """No namespaces: only what the command starts is kept hold of, and Landlock where it is."""

    def __init__(self) -> None:
        from deck.programs import isolation_filters  # others have no use for ctypes

        super().__init__("bare")
        self.place = table.sentence("bare", landlock=bool(isolation_filters.landlock_abi()))

    def scratch(self) -> str:
        return _folder(room=0, enough=COMFORT)

    def owner(self) -> tuple[int, int]:
        return isolation.owner_outside()

    def home(self, scratch: str) -> str:
        return scratch


class LabKernel:
    """The lab kernel, itself in a world of this machine."""

    def __init__(self, kernel: uml.Kernel, outside: Namespaces) -> None:
        self.kernel = kernel
        self.outside = outside
        self.place = table.sentence("lab", kernel.release)
        self.notice = f"booting the lab kernel {kernel.release} ..."

    def deadline(self, seconds: float) -> float:
        return uml.BOOT + uml.SLOWER * seconds

    def scratch(self) -> str:
        return _folder(uml.MEMORY) if self.outside.mode == "bare" else ""

    def command(
        self, trick: Trick, program: list[str], scratch: str, cgroup: str, leash: int, report: int
    ) -> list[str]:
        boot = uml.command(
            self.kernel,
            uml.Order(
                mode="root" if "root" in trick.needs else "user",
                capabilities=capabilities(trick),
                program=program,
                folder=str(trick.root),
                places=(*_programs(trick), *isolation.python()),
                environment=environment(table.TMPDIR),
                modules=_modules(trick),
                owner=self.outside.owner(),
            ),
            self.home(scratch),
        )
        return self.outside.around(
            boot,
            scratch,
            *(leash, report),
            places=(*_programs(trick), str(isolation.PACKAGE), *self.kernel.places),
            registers=uml.chokes_on_registers(self.kernel.release),
            cgroup=cgroup,
        )

    def home(self, scratch: str) -> str:
        return self.outside.home(scratch)

    def decode(self, line: Line) -> Line | None:
        """The lab kernel has one console for all streams."""
        return uml.decode(line[1])


def choose(
    trick: Trick, where: str, kernel: uml.Kernel | None = None, isolated: bool = True
) -> World:
    """The world for a trick that `needs` sends "here" or to the "lab" (to `kernel`, if given).

    Not `isolated` is what somebody has asked for. A lab kernel may be bare here without that: it
    isolates its run itself.
    """
    if where == "lab":
        bare = not isolated or isolation.refusal()
        return LabKernel(kernel or uml.kernels()[0], Bare() if bare else Namespaces())
    if "root" in trick.needs:
        outside = talk.read(trick.root).shares_network(trick.needs)
        return Namespaces("machine" if outside else "root")
    return Namespaces() if isolated else Bare()


def capabilities(trick: Trick) -> tuple[int, ...]:
    """What the needs allow; a trick that needs nothing runs without any capability."""
    if not trick.needs:
        return ()
    named = talk.read(trick.root).capabilities
    found = {cap for need in trick.needs for cap in table.CAPABILITIES.get(need, ())}
    found |= {talk.CAPABILITY[cap] for need in trick.needs for cap in named.get(need, ())}
    return tuple(sorted(found))


def _programs(trick: Trick) -> tuple[str, ...]:
    """What a run sees of the talk: its programs, and what this machinery has it start."""
    started = trick.program[0]
    return (
        *(str(trick.root / folder) for folder in PROGRAMS),
        *((started,) if os.path.isabs(started) else ()),
    )


def _devices(trick: Trick) -> tuple[str, ...]:
    """Devices that a trick for root names in its needs: they are made for it."""
    files = [need.removeprefix("file ") for need in trick.needs if need.startswith("file /dev/")]
    return tuple(files) if "root" in trick.needs else ()


def _modules(trick: Trick) -> list[str]:
    """What the lab kernel loads: the talk's for all tricks, and those that this one needs."""
    own = [need.removeprefix("module ") for need in trick.needs if need.startswith("module ")]
    return [*talk.read(trick.root).lab_modules, *own]


def _folder(room: int, enough: int = 0) -> str:
    """A new folder with so many bytes of room; in memory if that can be, and if there is `enough`.
    Raises NoRoom."""
    import tempfile  # most runs need none

    above = (table.TMPDIR, tempfile.gettempdir(), "/var/tmp")
    free = {path: _free(path) for path in above if os.access(path, os.W_OK)}
    found = [path for path in free if free[path] >= max(room, enough)]
    found += [path for path in free if free[path] >= room]
    if not found:
        raise NoRoom(
            f"needs {room >> 20} MB in {table.TMPDIR} or {tempfile.gettempdir()}, and neither has"
            " it free (a container gets more by --shm-size=1g)"
        )
    folder = tempfile.mkdtemp(prefix="trick-", dir=found[0])
    if os.getuid() == 0:
        os.chown(folder, *isolation.owner_outside())
    return folder


def _free(path: str) -> int:
    there = os.statvfs(path)
    return there.f_bavail * there.f_frsize


def environment(home: str) -> dict[str, str]:
    """All environment variables of a run whose own folder this is."""
    return {
        "PATH": system.PATH,
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
