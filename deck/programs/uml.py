"""The lab kernel: user-mode-linux, a Linux that boots as an ordinary process in two seconds.

It runs what the host's kernel lacks or refuses, with the host's files as its root, and gives the
tricks more kernels to be proven on. What `make kernels` has unpacked below _build/kernels is one
more each; DECK_KERNELS names other folders instead, separated by colons. A kernel that asks for a
newer libc than the host's has it in the same folder (see kernels.py).
"""

import os
import sys
from pathlib import Path
from typing import NamedTuple

from deck.programs.catalogue import ROOT
from deck.programs.system import version

PROGRAM = "linux.uml"
MEMORY = 512 << 20
# Its system calls go through ptrace: it gets more time, and some to boot, on a busy machine too.
SLOWER, BOOT = 3.0, 20.0

# What the console carries: a program's lines behind the mark of their stream, and how it ended.
MARKS = {"stdout": "@out ", "stderr": "@err "}
END = "@end "

# The C library's words for: use no register that the kernel is not asked to keep
# (isolation_filters.refuse_extended_registers).
WITHOUT_AVX = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-AVX_Fast_Unaligned_Load",
)

# Bytes of chance from the host, for a kernel that has just booted has seen none yet.
SEED = 64


class Kernel(NamedTuple):
    """A lab kernel: its release, its program, and the folder that holds lib/modules ("": the
    host's own, where Debian's package puts them)."""

    release: str
    program: str
    modules: str

    @property
    def places(self) -> tuple[str, ...]:
        """What must be seen to boot it, besides /usr: the folder named in DECK_KERNELS."""
        folder = Path(self.program).parents[2]
        return () if self.program.startswith("/usr/") else (str(folder), self.modules)


def kernels() -> list[Kernel]:
    """The lab kernels at hand, the installed one first."""
    import shutil  # most runs look for none

    found = []
    if program := shutil.which(PROGRAM, path="/usr/local/bin:/usr/bin:/bin"):
        found += _kernels(program, Path("/usr/lib/uml/modules"))
    known = {kernel.release for kernel in found}
    for folder in _unpacked():
        for more in _kernels(f"{folder}/usr/bin/{PROGRAM}", Path(folder) / "usr/lib/uml/modules"):
            # Two of Debian's suites may have the same one.
            if more.release not in known:
                known.add(more.release)
                found.append(more)
    return found


def _unpacked() -> list[str]:
    """Folders with an unpacked kernel: those named in DECK_KERNELS, else what was fetched."""
    if named := os.environ.get("DECK_KERNELS", ""):
        return [folder for folder in named.split(":") if folder]
    return sorted(str(usr.parent) for usr in (ROOT / "_build" / "kernels").glob("*/usr"))


def _kernels(program: str, modules: Path) -> list[Kernel]:
    return [Kernel(path.name, program, str(path)) for path in sorted(modules.glob("[0-9]*"))]


class Order(NamedTuple):
    """What process 1 of a lab kernel is to do (uml_init.py): load `modules`, and run a program in a
    world that isolation.command makes of the other words; `environment` is the program's.

    `owner` is the user and group who own our files, as the kernel itself sees them.
    """

    mode: str
    capabilities: tuple[int, ...]
    program: list[str]
    folder: str
    places: tuple[str, ...]
    environment: dict[str, str]
    modules: list[str]
    owner: tuple[int, int]


def command(kernel: Kernel, order: Order, scratch: str) -> list[str]:
    """The command line that boots the kernel, which does what is ordered and halts.

    `scratch` is a folder for the kernel's own files: its memory and its control socket.
    """
    import base64  # these are for few runs
    import json
    import zlib

    words = order._asdict() | {
        "environment": order.environment | dict([WITHOUT_AVX]),
        "module_folder": kernel.modules,
        "seed": os.urandom(SEED).hex(),
    }
    init = str(Path(__file__).with_name("uml_init.py"))
    return [
        kernel.program,
        f"mem={MEMORY >> 20}M",
        "quiet",
        "loglevel=0",
        "root=/dev/root",
        "rootfstype=hostfs",
        "rootflags=/",
        "ro",
        f"uml_dir={scratch}",
        "umid=lab",
        "con=null",
        "con0=null,fd:1",
        "ssl=null",
        "=".join(WITHOUT_AVX),
        f'init="{os.path.realpath(sys.executable)}"',
        "--",
        "-B",
        "-u",
        "-S",
        # The kernel cuts its command line at spaces, but for those in quotes.
        f'"{init}"',
        base64.urlsafe_b64encode(zlib.compress(json.dumps(words).encode())).decode(),
    ]


def chokes_on_registers(release: str = "") -> bool:
    """Whether this machine's CPU has registers that a lab kernel before 6.13 chokes on (AMX).

    `release` is that of the lab kernel: one from 6.13 on would die of not being told of them. Left
    out, it is an old one.
    """
    if release and version(release) >= (6, 13):
        return False
    words = Path("/proc/cpuinfo").read_text().partition("\nflags")[2].partition("\n")[0].split()
    return "amx_tile" in words


def decode(line: str) -> tuple[str, str] | None:
    """A line of the console as (stream, text), or ("end", status); None when the kernel spoke."""
    for kind, mark in (*MARKS.items(), ("end", END)):
        if line.startswith(mark):
            return kind, line[len(mark) :]
    return None
