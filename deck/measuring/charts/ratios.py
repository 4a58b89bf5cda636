"""Ratios: for each size, how many times as fast the faster way is, on a logarithmic axis."""

import itertools
import math
from collections.abc import Iterable, Iterator

from deck.measuring import units
from deck.measuring.charts.chart import Chart, sizes_of
from deck.measuring.charts.comparing import (
    digits_of,
    gain,
    ratios_of,
    said,
    sides,
    with_now,
    written,
)
from deck.measuring.charts.fitting import End, fitted
from deck.measuring.charts.pen import NAME, TEXT, width_of
from deck.measuring.charts.picture import HEAD, LOW, Detailed, begun
from deck.measuring.results import PYTHON, C, Ratio, Results
from deck.measuring.units import TIMES

SIGN = 24  # from the middle of a sign to a figure beside it
BESIDE = 18  # between the axis and what its sides mean
APART = 110  # two marks
POWERS = [2.0**power for power in range(1, 20)]
# What may be written on the axis, the finest first.
MARKS = (
    [1 + tenths / 10 for tenths in range(1, 10)] + POWERS,
    [1.2, 1.4, 1.6, 1.8, *POWERS],
    [1.5, 2, 3, 4, 6, 8, 12, 16, *POWERS[4:]],
    POWERS,
)


class Ratios(Detailed):
    least_spread = 28.0  # a shorter whisker would lie within its sign

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: float) -> None:
        super().__init__(chart, results, fresh, width)
        self.sizes = sizes_of(chart, results)
        self.found = {
            (core, by): ratios_of(chart, of, core, as_by)
            for core in chart.cores
            for by, of, as_by in (
                (PYTHON, results, PYTHON),
                (C, results, C),
                ("now", fresh, PYTHON),
            )
            if by != "now" or fresh.cells
        }
        self.names = max(width_of(units.size(count), NAME) for count in self.sizes) + 30
        gains = [gain(each) for _, _, _, each in self._all()]
        self.sides = sides(chart, gains, self.rooms()[0] - 2 * BESIDE, self.stacked)
        heads = self.heads + NAME + 70 + (HEAD if len(chart.cores) > 1 else 0)
        self.row = min(110.0, max(88.0 if self.stacked else 64.0, (LOW - heads) / len(self.sizes)))
        self.width = self.widened(heads + self.row * len(self.sizes))
        self.axis, self.unit = fitted([*self._ends()], self.rooms()[0] - 4)

    def _all(self) -> Iterator[tuple[str, int, str, Ratio]]:
        for core in self.chart.cores:
            for count in self.sizes:
                for by in (PYTHON, C, "now"):
                    if each := self.found.get((core, by), {}).get(count):
                        yield core, count, by, each

    def _ends(self) -> Iterator[End]:
        """How far each row goes to the left and to the right; what is said of the sides."""
        for on_left, lines in zip((True, False), self.sides, strict=True):
            wide = max((width_of(line, NAME) for line in lines), default=0)
            yield End(0, wide + BESIDE, is_left=on_left)
        for core in self.chart.cores:
            for count in self.sizes:
                signs = [*self._signs(core, count)]
                yield from (End(math.log2(place), SIGN) for place in signs)
                if self.found[core, PYTHON].get(count):
                    end = math.log2(self._outermost(core, count))
                    yield End(end, width_of(self.figure(core, count)) + SIGN + 6)

    def _signs(self, core: str, count: int) -> Iterator[float]:
        for where, size, _, each in self._all():
            if (where, size) == (core, count):
                yield from (each.low, each.median, each.high)

    def _outermost(self, core: str, count: int) -> float:
        """The end of Python's sign and of the run just now that a figure stands beside."""
        found, now = (self.found.get((core, by), {}).get(count) for by in (PYTHON, "now"))
        assert found
        ends = [found.low, found.median, found.high] + ([now.median] if now else [])
        return min(ends) if gain(found) < 0 else max(*ends, 1)

    def figure(self, core: str, count: int) -> str:
        digits = digits_of(self.found[core, PYTHON])
        words = written(self.found[core, PYTHON][count], digits)
        now = self.found.get((core, "now"), {}).get(count)
        return with_now(words, written(now, digits), self.rooms()[0], TEXT) if now else words

    def panel(self, core: str, x: float, y: float) -> float:
        axis, y = x + self.axis, self.named(core, x, y)
        left, right = self.sides
        ends = self.hint(axis - BESIDE, y, left, "c-end"), self.hint(axis + BESIDE, y, right)
        top = max(ends) + 8
        bottom = top + self.row * len(self.sizes)
        self.pen.line("c-axis", axis, top, axis, bottom)
        self._marks(x, bottom)
        for at, count in enumerate(self.sizes):
            middle = top + (at + 0.5) * self.row
            if x == self.names:
                self.pen.text(0, middle, units.size(count), "c-name")
            self._row(count, core, middle, axis)
        return bottom + 60 + (24 if self.stacked else 0)

    def _marks(self, x: float, bottom: float) -> None:
        """Write what places on the axis mean, below the rows: lines would run through figures."""
        both = (self.axis - 14, self.rooms()[0] - 44 - self.axis)  # units to the left, to the right
        for sign, free in zip((-1, 1), both, strict=True):
            for value in self._marks_within(max(both), free)[sign > 0 :]:
                at = x + self.axis + sign * math.log2(value) * self.unit
                self.pen.line("c-grid", at, bottom, at, bottom + 12)
                self.pen.text(at, bottom + 34, f"{value:g}{TIMES}", "c-text c-quiet c-middle")

    def _marks_within(self, most: float, free: float) -> list[float]:
        """1 and the finest marks that lie apart from each other, as far as there is room."""
        for marks in MARKS:
            places = [1, *(value for value in marks if math.log2(value) * self.unit <= most)]
            gaps = [math.log2(b / a) * self.unit for a, b in itertools.pairwise(places)]
            if all(gap >= APART for gap in gaps):
                return [value for value in places if math.log2(value) * self.unit <= free]
        return [1]

    def _row(self, count: int, core: str, middle: float, axis: float) -> None:
        python, twin, now = (self.found.get((core, by), {}).get(count) for by in (PYTHON, C, "now"))
        y = middle - 15 if twin else middle

        def place(value: float) -> float:
            return axis + math.log2(value) * self.unit

        if twin:
            self.pen.square(place(twin.median), middle + 19)
            self.spread(place(twin.low), place(twin.high), middle + 19, 9)
        if now:
            self.pen.circle("c-now", place(now.median), y + 17, 10)
        if python:
            self.pen.circle("c-dot", place(python.median), y, 12)
            self.spread(place(python.low), place(python.high), y, 11)
            end = place(self._outermost(core, count))
            on_left = gain(python) < 0
            beside, kind = (-SIGN, "c-text c-value c-end") if on_left else (SIGN, "c-text c-value")
            self.pen.text(end + beside, y, self.figure(core, count), kind)

    def items(self) -> Iterable[tuple[str, str]]:
        kinds = {by for _, _, by, _ in self._all()}
        yield "dot", PYTHON
        if C in kinds:
            yield "square", C
        yield self.spread_item()
        if "now" in kinds:
            yield "now-dot", "now, quickly"

    def head(self) -> str:
        return self.placed()

    def words(self) -> str:
        panels = []
        for core in self.chart.cores:
            digits = digits_of(self.found[core, PYTHON])
            rows = [
                said(self.chart, count, written(each, digits), each, "" if by == PYTHON else by)
                for where, count, by, each in self._all()
                if where == core
            ]
            panels.append(f"{begun(core)}: {', '.join(rows)}")
        what = f"{begun(self.subject())}: how many times as fast the faster one is"
        return f"{what}. {'. '.join(panels)}."
