"""How each measure is taken: open the ends, start the programs, read what they found out."""

from collections.abc import Callable

from measurements.harness import tools
from measurements.harness.cells import (
    DELIVERY,
    MESSAGES,
    READING,
    REQUEST,
    ROUND_TRIP,
    THROUGHPUT,
    WHOLE,
    Cell,
)
from measurements.harness.trials import delivery, packets
from measurements.harness.trials.request import request
from measurements.harness.trials.round_trip import round_trip
from measurements.harness.trials.taking import Figures
from measurements.harness.trials.throughput import throughput

TRIALS: dict[str, Callable[[Cell, float], Figures]] = {
    ROUND_TRIP: round_trip,
    THROUGHPUT: throughput,
    REQUEST: request,
    DELIVERY: delivery.delivery,
    MESSAGES: delivery.messages,
    READING: packets.reading,
    WHOLE: packets.whole,
}

TOOLS: dict[str, Callable[[Cell], Figures]] = tools.TOOLS | {
    tools.REDIS_BENCHMARK: delivery.redis_benchmark
}


def measure(cell: Cell, seconds: float) -> Figures:
    """One round of a cell: median, 99th percentile and minimum of a time, or one rate.

    Raises Unavailable when this machine lacks something.
    """
    if cell.by in TOOLS:
        return TOOLS[cell.by](cell)
    return TRIALS[cell.measure](cell, seconds)
