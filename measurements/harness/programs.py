"""The programs of a measurement: forked, pinned, and in Python or C by the same arguments."""

import contextlib
import functools
import gc
import os
import select
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

SOURCES = Path(__file__).with_name("twin")
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
    path = os.path.join(_folder().name, "twin")
    files = sorted(map(str, SOURCES.glob("*.c")))
    subprocess.run([compiler, "-O2", "-o", path, *files], check=True, timeout=DEADLINE)
    return path


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """It goes with the process."""
    return tempfile.TemporaryDirectory(prefix="twin-")


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


Running = dict[int, Program]  # by pidfd


@contextlib.contextmanager
def _started(*programs: Program) -> Iterator[Running]:
    """Programs that are killed at the end of the block, if they are still there."""
    if any(program.by == C for program in programs):
        twin()
    running: Running = {}
    try:
        for program in programs:
            running[os.pidfd_open(start(program))] = program
        yield running
    finally:
        for fd in running:
            signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.waitid(os.P_PIDFD, fd, os.WEXITED)
            os.close(fd)


@contextlib.contextmanager
def beside(*programs: Program) -> Iterator[Running]:
    """Programs that run for as long as the block does; ChildProcessError if one ends before."""
    with _started(*programs) as running:
        yield running
        _none_ended(running, _ended(running, patience=0))


def run(program: Program, others: Running) -> None:
    """A program, from start to end, while others run beside it.

    Raises ChildProcessError when it fails, or when one of the others ends, for which it might wait.
    """
    with _started(program) as ours:
        ended = _ended(ours | others)
        _none_ended(others, ended)
        end = os.waitid(os.P_PIDFD, ended.pop(), os.WEXITED | os.WNOWAIT)
    if end and (end.si_code, end.si_status) != (os.CLD_EXITED, 0):
        how = "ended with" if end.si_code == os.CLD_EXITED else "was killed by signal"
        raise ChildProcessError(f"{program.by} {program.loop} {how} {end.si_status}")


def _ended(running: Running, patience: int | None = None) -> set[int]:
    """Which of them have ended; waits for one, if it may."""
    ends = select.poll()
    for fd in running:
        ends.register(fd, select.POLLIN)
    return {fd for fd, _ in ends.poll(patience)}


def _none_ended(running: Running, ended: set[int]) -> None:
    for fd in ended & running.keys():
        raise ChildProcessError(f"{running[fd].by} {running[fd].loop} ended before its time")
