"""What a chart shows of a measurement: which way, which size, on which cores."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass

from deck.measuring import units
from deck.measuring.results import CORES, PYTHON, Cell, MeasuredError, Results, Told


@dataclass(frozen=True)
class Chart:
    """What a chart shows: bars of `ways`, or how two of them `compare`, size by size.

    Ways come the best first, or `as_listed`. The first of the placements is the hall's.
    """

    measurement: str
    title: str = ""
    measure: str = ""
    size: int = 0
    ways: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    cores: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    as_listed: bool = False

    @property
    def key(self) -> str:
        """What the page and the stage call this chart."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()[:12]

    def as_json(self) -> Told:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, told: Told) -> "Chart":
        pairs = tuple((way, label) for way, label in told["labels"])
        lists = {name: tuple(told[name]) for name in ("ways", "compare", "cores")}
        return cls(**(told | lists | {"labels": pairs}))

    def label(self, name: str) -> str:
        """What this way, or what was measured, is called here."""
        return dict(self.labels).get(name, name)

    def resolved(self, results: Results) -> "Chart":
        """The same with nothing left open. Raises MeasuredError, which names what is known."""
        cells = list(results.cells)
        for way in (*self.ways, *self.compare):
            results.pick("way", way, cells)
        cells = [c for c in cells if c.way in (self.ways or self.compare or (c.way,))]
        if self.compare:
            sizes = [{(c.measure) for c in cells if c.way == way} for way in self.compare]
            cells = [c for c in cells if c.measure in set.intersection(*sizes)]
        name = results.pick("measure", self.measure, cells)
        cells = [c for c in cells if c.measure == name]
        count = 0 if self.compare else results.pick("size", self.size, cells, _size)
        cells = [c for c in cells if count in (0, c.size)]
        there = results.values("cores", cells)
        cores = self.cores or tuple(core for core in CORES if core in there)
        for core in cores:
            results.pick("cores", core, cells)
        ways = () if self.compare else self.ways or tuple(results.values("way", cells))
        if not self.as_listed:
            ways = tuple(sorted(ways, key=_rank(cells, cores[0])))
        return dataclasses.replace(self, measure=name, size=count, cores=cores, ways=ways)


def _rank(cells: list[Cell], core: str) -> Callable[[str], float]:
    """What sorts ways from the best to the worst; what was not measured there comes last."""
    found = {cell.way: cell for cell in cells if cell.cores == core and cell.by == PYTHON}

    def rank(way: str) -> float:
        cell = found.get(way)
        if not cell:
            return math.inf
        return -cell.summary.median if cell.is_rate else cell.summary.median

    return rank


def _size(count: int) -> str:
    return units.size(count) if count else ""


def shown(chart: Chart, results: Results) -> list[Cell]:
    """The cells that a resolved chart shows, in its order."""
    ways = chart.compare or chart.ways
    cells = [
        cell
        for core in chart.cores
        for way in ways
        for cell in results.select(measure=chart.measure, cores=core, way=way)
        if chart.size in (0, cell.size)
    ]
    return cells


def sizes_of(chart: Chart, results: Results) -> list[int]:
    """The sizes of which both ways were measured. Raises MeasuredError if there is none."""
    cells = shown(chart, results)
    sizes = [{cell.size for cell in cells if cell.way == way} for way in chart.compare]
    if both := sorted(set.intersection(*sizes)):
        return both
    raise MeasuredError(f"{results.place}: no size of which both ways were measured")
