"""The lab kernel: user-mode-linux, a Linux that boots as an ordinary process in two seconds.

It runs what the host's kernel lacks or refuses, with the host's files as its root, and gives the
tricks more kernels to be proven on. Each folder named in DECK_KERNELS (separated by colons) that
holds an unpacked user-mode-linux package is one more. One that asks for a newer libc than the
host's has it unpacked in the same folder, and its program pointed there (patchelf(1)).
"""

import base64
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from deck.programs import uml_start

PROGRAM = "linux.uml"
MEMORY = "512M"
# Its system calls go through ptrace: it gets more time, and some to boot, on a busy machine too.
SLOWER, BOOT = 3.0, 20.0

# What the console carries: a program's lines behind the mark of their stream, and how it ended.
MARKS = {"stdout": "@out ", "stderr": "@err "}
END = "@end "

# The C library's words for: use no register that uml_start.py keeps from the kernel.
WITHOUT_AVX = (
    "GLIBC_TUNABLES",
    "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-AVX_Fast_Unaligned_Load",
)

# Bytes of chance from the host, for a kernel that has just booted has seen none yet.
SEED = 64


@dataclass(frozen=True)
class Kernel:
    """A lab kernel: its release, its program, and the folder that holds lib/modules ("": the
    host's own, where Debian's package puts them)."""

    release: str
    program: str
    modules: str


def kernels() -> list[Kernel]:
    """The lab kernels at hand, the installed one first."""
    found = []
    if program := shutil.which(PROGRAM, path="/usr/local/bin:/usr/bin:/bin"):
        found += _kernels(program, Path("/usr/lib/uml/modules"))
    for folder in filter(None, os.environ.get("DECK_KERNELS", "").split(":")):
        found += _kernels(f"{folder}/usr/bin/{PROGRAM}", Path(folder) / "usr/lib/uml/modules")
    return found


def _kernels(program: str, modules: Path) -> list[Kernel]:
    return [Kernel(path.name, program, str(path)) for path in sorted(modules.glob("[0-9]*"))]


def command(
    kernel: Kernel,
    as_root: bool,
    modules: list[str],
    capabilities: tuple[int, ...],
    program: list[str],
    folder: Path,
    environment: dict[str, str],
    scratch: str,
    owner: tuple[int, int],
) -> list[str]:
    """The command line that boots the kernel and has it run the program, isolated, in `folder`.

    `modules` are loaded before. `scratch` is a folder for the kernel's own files: its memory and
    its control socket. `owner` is the user and group whom the kernel's world on the host sees as
    the owner of our files.
    """
    mode = "root" if as_root else "user"
    user = None if as_root else owner
    words = {
        "WORLD": json.dumps([mode, capabilities]),
        "USER": json.dumps(user),
        "PROGRAM": json.dumps(program),
        "ENVIRONMENT": json.dumps(environment | dict([WITHOUT_AVX])),
        "FOLDER": str(folder),
        "MODULES": ",".join(modules),
        "MODULE_FOLDER": kernel.modules,
        "SEED": os.urandom(SEED).hex(),
    }
    init = str(Path(__file__).with_name("uml_init.py"))
    return [
        *starter(),
        kernel.program,
        f"mem={MEMORY}",
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
        base64.urlsafe_b64encode(json.dumps(words).encode()).decode(),
    ]


def starter() -> list[str]:
    """What comes before a command that starts a lab kernel, where this machine's CPU asks for it.

    It is asked for each kernel alike: those from 6.13 on would not need it, and do not mind.
    """
    if not uml_start.needed():
        return []
    return [sys.executable, "-I", "-S", "-B", os.path.abspath(uml_start.__file__)]


def decode(line: str) -> tuple[str, str] | None:
    """A line of the console as (stream, text), or ("end", status); None when the kernel spoke."""
    for kind, mark in (*MARKS.items(), ("end", END)):
        if line.startswith(mark):
            return kind, line[len(mark) :]
    return None
