"""The Linux in the page: what a reader fetches and waits for, beside the same tricks run here.

`python -m compare.page_linux` prints what the rows sum up: each size, and each trick's times.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from compare.measured import Measure, Measured
from compare.row import Missing, Round, Row
from deck.programs import catalogue, page_kernel, runner
from deck.programs.catalogue import Trick
from deck.programs.runner import Event, Kind, Result

FOLDER = catalogue.ROOT / page_kernel.FOLDER
MEGABYTE = 1e6
PAGE = "Linux in the page"


@dataclass(frozen=True)
class Times:
    """Seconds from the order to the first line, and to the end."""

    first: float
    end: float


def rows() -> list[Row]:
    both = {"page": Measured(_medians(in_the_page)), "native": Measured(_medians(on_this_machine))}
    first, end = (
        {side: each.figure(figure) for side, each in both.items()} for figure in ("first", "end")
    )
    once: Any = {"rounds": 1, "warm_up": 0}
    return [
        Row(f"{PAGE}: fetched", {"page": _fetched}, "MB", ceiling=15, **once),
        Row(f"{PAGE}: start", {"page": _start}, "s", rounds=3, warm_up=1, ceiling=2),
        # Nobody has set a limit for the ratio: an emulator is one.
        Row(f"{PAGE}: first line of a trick", first, "s", ceiling=2, **once),
        Row(f"{PAGE}: end of a trick", end, "s", **once),
    ]


def sizes() -> dict[str, int]:
    """Bytes of each part that a page fetches. Raises Missing."""
    made = page_kernel.manifest(FOLDER)
    if not made:
        raise Missing("make page-kernel")
    return dict(made["parts"])


def tricks() -> list[Trick]:
    """Those that run in the page."""
    made = page_kernel.manifest(FOLDER)
    if not made:
        raise Missing("make page-kernel")
    every = catalogue.tricks().values()
    return [trick for trick in every if not page_kernel.lacking(trick, made["version"])]


def in_the_page() -> Iterator[tuple[Trick, Times]]:
    """All of them, one after the other, in one Linux under node."""
    for trick, events in page_kernel.run_all(tricks(), FOLDER):
        if found := _times(events):
            yield trick, found


def on_this_machine() -> Iterator[tuple[Trick, Times]]:
    for trick in tricks():
        if found := _times(list(runner.Run(trick).events())):
            yield trick, found


def _times(events: list[Event]) -> Times | None:
    """None where the trick did not pass: then it shows no time."""
    said = [event.time for event in events if event.kind == Kind.STDOUT]
    if events[-1].result != Result.PASSED or not said:
        return None
    return Times(said[0], events[-1].time)


def _fetched(stack: ExitStack) -> Round:
    return lambda: sum(sizes().values()) / MEGABYTE


def _start(stack: ExitStack) -> Round:
    """From nothing to a Linux that answers, its bytes being there."""
    tricks()  # or Missing

    def once() -> float:
        began = time.perf_counter()
        with page_kernel.Linux(FOLDER):
            return time.perf_counter() - began

    return once


def _medians(
    source: Callable[[], Iterator[tuple[Trick, Times]]],
) -> Callable[[ExitStack], Measure]:
    def opened(stack: ExitStack) -> Measure:
        tricks()  # or Missing

        def measure() -> dict[str, float]:
            found = [times for _, times in source()]
            return {
                "first": statistics.median(times.first for times in found),
                "end": statistics.median(times.end for times in found),
            }

        return measure

    return opened


def main() -> int:
    try:
        for name, size in sizes().items():
            print(f"{size / MEGABYTE:8.2f} MB  {name}")
        native = {trick.id: found for trick, found in on_this_machine()}
        ratios = []
        print("Seconds to first line and end, in the page and here; the ratio of the ends:")
        for trick, page in in_the_page():
            if here := native.get(trick.id):
                ratios.append(page.end / here.end)
                times = (page.first, page.end, here.first, here.end, ratios[-1])
                print(*(f"{each:10.3f}" for each in times), trick.id)
        print(f"Median ratio of {len(ratios)} tricks: {statistics.median(ratios):.0f} x")
    except (Missing, page_kernel.PageKernelError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
