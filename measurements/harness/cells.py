"""What one figure is: a way, measured at one size, in one placement, by one program."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SAME_CORE, ACROSS_CORES = "same core", "across cores"
CORES = (SAME_CORE, ACROSS_CORES)
PYTHON, C = "Python", "C"
BOTH = (PYTHON, C)
KIB = 1024

# What is measured, and the unit of its samples. Of a time less is better, of a rate more.
ROUND_TRIP, DELIVERY, REQUEST = "round trip", "delivery", "request"
READING, WHOLE = "reading", "sending and reading"
THROUGHPUT, MESSAGES = "throughput", "messages"
UNITS = {
    ROUND_TRIP: "µs",
    DELIVERY: "µs",
    REQUEST: "µs",
    READING: "µs",
    WHOLE: "µs",
    THROUGHPUT: "MB/s",
    MESSAGES: "messages/s",
}


@dataclass(frozen=True)
class Cell:
    """One figure of a question: `measure` of `way` with messages of `size` bytes.

    `cores` says where the programs were pinned, `by` whose loops ran: Python, C, or a public tool.
    """

    measure: str
    way: str
    size: int
    cores: str
    by: str


def cells(
    measure: str,
    ways: Iterable[str],
    sizes: Iterable[int] = (64,),
    cores: Iterable[str] = CORES,
    by: Iterable[str] = BOTH,
) -> Iterator[Cell]:
    """Every combination; what will be compared stands side by side."""
    for size, core, way, who in itertools.product(sizes, cores, ways, by):
        yield Cell(measure, way, size, core, who)
