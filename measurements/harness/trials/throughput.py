"""Throughput: one program sends as fast as it goes, the other one counts what arrives."""

import contextlib

from measurements.harness.cells import Cell
from measurements.harness.ends import open_ends
from measurements.harness.programs import Program, beside, cpus, run
from measurements.harness.trials.taking import QUEUE, Figures, open_queue, result

# On one core writer and reader take turns of milliseconds: a rate needs many of them. With
# TCP_NODELAY the reader's buffer has to fill with small segments before the rate is steady.
TURNS, MORE_TURNS = 4, {"TCP_NODELAY": 24}


def throughput(cell: Cell, seconds: float) -> Figures:
    """Million bytes a second, counted where they arrive."""
    first, second = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        fd, read = stack.enter_context(result())
        if cell.way == QUEUE:
            kind, source = "_queue", open_queue(stack, cell.size)
            sink = source
        else:
            one, two = stack.enter_context(open_ends(cell.way))
            kind, source, sink = "", one.write, two.read
        with beside(Program(cell.by, f"send{kind}", (source, cell.size), second)) as sender:
            turns = MORE_TURNS.get(cell.way, TURNS)
            rest = (sink, cell.size, turns * seconds, fd)
            run(Program(cell.by, f"receive{kind}", rest, first), sender)
        count, nanoseconds = read()
        return [count * 1000 / nanoseconds]
