"""A question's rounds: every cell once in each, so that what changes meanwhile hits all alike.

Each figure is printed at once, as a line of JSON.
"""

import dataclasses
import json
import sys
from collections.abc import Iterable

from measurements.harness.cells import UNITS, Cell
from measurements.harness.programs import Unavailable
from measurements.harness.trials import TOOLS, measure

# How many rounds, and how many seconds for each cell in each of them.
FULL = 7, 0.04
SHORTER = {"--quick": (3, 0.008), "--once": (1, 0.002)}
# A public tool takes a second; its figure stands beside ours, and no ratio is made of it.
TOOLS_EVERY = 4


def answer(cells: Iterable[Cell], longer: float = 1) -> None:
    """Measure the cells; what this machine can't is said once, with the reason.

    `longer` says how many times as long as usual each is measured: some events are rare.
    """
    shorter = [SHORTER[word] for word in sys.argv[1:]]
    rounds, seconds = (*shorter, FULL)[0]
    cells = [cell for cell in cells if not (shorter and cell.by in TOOLS)]
    plan = [(number, cell) for number in range(rounds) for cell in _in_round(cells, number)]
    _print(plan=len(plan))
    skipped = set()
    for number, cell in plan:
        if cell in skipped:
            continue
        try:
            figures = measure(cell, seconds * longer)
        except Unavailable as reason:
            skipped.add(cell)
            _print(skipped=dataclasses.asdict(cell), reason=str(reason))
            continue
        rounded = [float(f"{figure:.5g}") for figure in figures]
        _print(**dataclasses.asdict(cell), unit=UNITS[cell.measure], round=number, figures=rounded)


def _in_round(cells: list[Cell], number: int) -> list[Cell]:
    """Every other round goes backwards: nobody is always measured after the same neighbour."""
    cells = [cell for cell in cells if cell.by not in TOOLS or number % TOOLS_EVERY == 0]
    return cells[::-1] if number % 2 else cells


def _print(**record: object) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
