"""A round trip: one program asks, the other one answers."""

import contextlib
import functools
import mmap
import os
import platform
from collections.abc import Callable

from measurements.harness.cells import Cell
from measurements.harness.ends import open_ends
from measurements.harness.loops.memory import SYS_FUTEX
from measurements.harness.programs import Unavailable
from measurements.harness.trials.taking import QUEUE, Figures, open_queue, owned, pair

TWO_WRITES = " in two writes"


def round_trip(cell: Cell, seconds: float) -> Figures:
    if cell.way in SPECIAL:
        return SPECIAL[cell.way](cell, seconds)
    way, twice, _ = cell.way.partition(TWO_WRITES)
    writes = 2 if twice else 1
    with open_ends(way) as (one, two):
        return pair(
            cell,
            seconds,
            ("ask", one.read, one.write, cell.size, writes),
            [("answer", two.read, two.write, cell.size, writes)],
        )


def _in_memory(cell: Cell, seconds: float, loop: str, bells: int = 0) -> Figures:
    """Through a page of memory that both have; so many eventfds tell that a message is there."""
    if loop == "futex" and SYS_FUTEX is None:
        raise Unavailable(f"needs to know the number of futex(2) on {platform.machine()}")
    with contextlib.ExitStack() as stack:
        memory = owned(stack, os.memfd_create("memory"))
        os.truncate(memory, mmap.PAGESIZE)
        fds = [memory, *(owned(stack, os.eventfd(0)) for _ in range(bells))]
        return _there_and_back(cell, seconds, loop, fds)


def _queue(cell: Cell, seconds: float) -> Figures:
    with contextlib.ExitStack() as stack:
        queues = [open_queue(stack, cell.size) for _ in range(2)]
        return _there_and_back(cell, seconds, "queue", queues)


def _there_and_back(cell: Cell, seconds: float, loop: str, fds: list[int]) -> Figures:
    ask = (f"ask_{loop}", *fds, cell.size)
    return pair(cell, seconds, ask, [(f"answer_{loop}", *fds, cell.size)])


SPECIAL: dict[str, Callable[[Cell, float], Figures]] = {
    "eventfd": functools.partial(_in_memory, loop="eventfd", bells=2),
    "futex": functools.partial(_in_memory, loop="futex"),
    "spinning": functools.partial(_in_memory, loop="spinning"),
    QUEUE: _queue,
}
