"""How a figure is taken: start the programs of a pair, read what they found out."""

import contextlib
import os
import statistics
from array import array
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from examples.support import mqueue
from measurements.harness.cells import Cell
from measurements.harness.programs import Program, beside, cpus, run

Figures = list[float]
Numbers: TypeAlias = "array[int]"
Loop = tuple[Any, ...]  # the name of a loop and what it is given
QUEUE, PLACES = "POSIX queue", 10  # as many messages as anybody's queue may hold: mq_overview(7)


@contextlib.contextmanager
def result() -> Iterator[tuple[int, Callable[[], Numbers]]]:
    """A file in memory: programs write 64-bit numbers, we read them as an array."""
    fd = os.memfd_create("result")
    numbers = array("q")

    def read() -> Numbers:
        numbers.frombytes(os.pread(fd, os.fstat(fd).st_size, 0))
        return numbers

    try:
        yield fd, read
    finally:
        os.close(fd)


def times(samples: Numbers) -> Figures:
    """Nanoseconds as microseconds: median, 99th percentile, minimum."""
    ordered = sorted(samples)
    if not ordered:
        raise ChildProcessError("no sample at all")
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return [statistics.median(ordered) / 1000, p99 / 1000, ordered[0] / 1000]


def pair(cell: Cell, seconds: float, ask: Loop, answers: list[Loop]) -> Figures:
    """Time what `ask` does while the others answer; each is a loop's name and arguments."""
    first, second = cpus(cell.cores)
    others = [Program(cell.by, loop, tuple(args), second) for loop, *args in answers]
    with result() as (fd, read), beside(*others) as running:
        loop, *args = ask
        run(Program(cell.by, loop, (*args, seconds, fd), first), running)
        return times(read())


def owned(stack: contextlib.ExitStack, fd: int) -> int:
    """The descriptor, closed with the stack."""
    stack.callback(os.close, fd)
    return fd


def open_queue(stack: contextlib.ExitStack, size: int) -> int:
    queue = owned(stack, mqueue.mq_open("/post", PLACES, size))
    mqueue.mq_unlink("/post")
    os.set_blocking(queue, True)
    return queue
