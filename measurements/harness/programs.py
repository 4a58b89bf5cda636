"""The programs of a measurement: forked, pinned, and in Python or C by the same arguments."""

import contextlib
import functools
import gc
import os
import shutil
import signal
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measurements.harness.cells import SAME_CORE, C
from measurements.harness.loops import LOOPS

SOURCE = Path(__file__).with_name("twin.c")
DEADLINE = 20  # seconds: no program lives longer


class Unavailable(Exception):
    """This machine can't measure a cell; the message is the reason."""


@dataclass(frozen=True)
class Program:
    """One loop, what it is given, and the CPU it must stay on."""

    by: str
    loop: str
    arguments: tuple[object, ...]
    cpu: int


@functools.cache
def twin() -> str:
    """The path of the compiled twin."""
    compiler = shutil.which("cc")
    if not compiler:
        raise Unavailable("needs a C compiler (Debian packages gcc, libc6-dev)")
    path = os.path.join(tempfile.mkdtemp(prefix="twin-"), "twin")
    subprocess.run([compiler, "-O2", "-o", path, str(SOURCE)], check=True, timeout=DEADLINE)
    return path


def cpus(cores: str) -> tuple[int, int]:
    """Where the first program goes, and where all others: the last CPUs serve fewest interrupts."""
    *_, last = allowed = sorted(_allowed())
    if cores == SAME_CORE:
        return last, last
    if len(allowed) < 2:
        raise Unavailable("needs two CPUs")
    return last, allowed[-2]


@functools.cache
def _allowed() -> set[int]:
    return os.sched_getaffinity(0)


def start(program: Program) -> int:
    """Fork a program; its pid."""
    pid = os.fork()
    if pid == 0:
        _become(program)
    return pid


def _become(program: Program) -> None:
    try:
        os.sched_setaffinity(0, {program.cpu})
        signal.alarm(DEADLINE)
        if program.by == C:
            for fd in map(int, os.listdir("/proc/self/fd")):
                with contextlib.suppress(OSError):  # the listing's own
                    os.set_inheritable(fd, True)
            os.execv(twin(), ["twin", program.loop, *map(str, program.arguments)])
        # The collector would stop us in the middle, and see nothing that is new.
        gc.freeze()
        gc.disable()
        LOOPS[program.loop](*program.arguments)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


@contextlib.contextmanager
def beside(*programs: Program) -> Iterator[None]:
    """Programs that run while the block does, and are killed with it."""
    if any(program.by == C for program in programs):
        twin()
    pids = [start(program) for program in programs]
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def run(program: Program) -> None:
    """A program, from start to end. Raises ChildProcessError when it fails."""
    if program.by == C:
        twin()
    _, status = os.waitpid(start(program), 0)
    if code := os.waitstatus_to_exitcode(status):
        raise ChildProcessError(f"{program.by} {program.loop} ended with {code}")
