"""Ratios: for each size, how many times as fast one way is as the other, on a logarithmic axis."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from deck.measuring import units
from deck.measuring.charts.chart import Chart, sizes_of
from deck.measuring.charts.pen import NAME, TEXT, width_of
from deck.measuring.charts.picture import HEAD, HEIGHT, Detailed, begun
from deck.measuring.results import PYTHON, C, Ratio, Results, ratio
from deck.measuring.units import TIMES

MARGIN = 40  # on both sides of an axis


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis, from one power of two to another."""

    left: float
    right: float
    low: int
    high: int

    def place(self, value: float) -> float:
        share = (math.log2(value) - self.low) / (self.high - self.low)
        return self.left + share * (self.right - self.left)


class Ratios(Detailed):
    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        super().__init__(chart, results, fresh, width)
        self.sizes = sizes_of(chart, results)
        self.names = max(width_of(units.size(count), NAME) for count in self.sizes) + 30
        room = HEIGHT - HEAD - self.legend_height - 130
        self.row = min(120.0, max(78.0, room / len(self.sizes)))
        self.low, self.high = self._axis()

    def ratio(self, count: int, core: str, by: str, results: Results) -> Ratio | None:
        wanted = {"measure": self.chart.measure, "size": count, "cores": core, "by": by}
        a, b = (results.one(way=way, **wanted) for way in self.chart.compare)
        return ratio(a, b) if a and b else None

    def _all(self) -> Iterable[tuple[str, int, str, Ratio]]:
        for core in self.chart.cores:
            for count in self.sizes:
                for by in (PYTHON, C):
                    if found := self.ratio(count, core, by, self.results):
                        yield core, count, by, found
                if now := self.ratio(count, core, PYTHON, self.fresh):
                    yield core, count, "now", now

    def _axis(self) -> tuple[int, int]:
        """From which power of two to which: all that is drawn, and 1/2 to 2 at least."""
        found = [each for _, _, _, each in self._all()]
        lows = [math.floor(math.log2(min(each.low, each.median))) for each in found]
        highs = [math.ceil(math.log2(max(each.high, each.median))) for each in found]
        return min(-1, *lows), max(1, *highs)

    def panel(self, core: str, x: float, y: float, room: float) -> float:
        self.pen.text(x, y + 24, core, "c-text c-head")
        axis = Axis(x + MARGIN, x + room - MARGIN, self.low, self.high)
        top = y + HEAD
        bottom = top + self.row * len(self.sizes)
        self._grid(axis, room, top, bottom)
        for at, count in enumerate(self.sizes):
            middle = top + (at + 0.5) * self.row
            if x == self.names:
                self.pen.text(0, middle, units.size(count), "c-name")
            self._row(count, core, middle, axis)
        lowest = self._ends(x, x + room, bottom + 74)
        return lowest + TEXT + (24 if self.stacked else 0)

    def _grid(self, axis: Axis, room: float, top: float, bottom: float) -> None:
        step = math.ceil((self.high - self.low) / (room // 130))
        for power in range(self.low, self.high + 1):
            if power % step == 0:
                at = axis.place(2.0**power)
                self.pen.line("c-axis" if power == 0 else "c-grid", at, top, at, bottom + 8)
                self.pen.text(at, bottom + 30, f"{2.0**power:g}{TIMES}", "c-text c-quiet c-middle")

    def _ends(self, left: float, right: float, y: float) -> float:
        a, b = map(self.chart.label, self.chart.compare)
        sides = (f"← {b} faster", f"{a} faster →")  # of one thing, or of several
        apart = 0 if sum(map(width_of, sides)) + 30 < right - left else TEXT * 1.15
        self.pen.text(left, y, sides[0], "c-text")
        self.pen.text(right, y + apart, sides[1], "c-text c-end")
        return y + apart

    def _row(self, count: int, core: str, middle: float, axis: Axis) -> None:
        found = self.ratio(count, core, PYTHON, self.results)
        now = self.ratio(count, core, PYTHON, self.fresh)
        y = middle - 14
        if twin := self.ratio(count, core, C, self.results):
            self.pen.whisker(axis.place(twin.low), axis.place(twin.high), middle + 24, 9)
            self.pen.square(axis.place(twin.median), middle + 24)
        if now:
            self.pen.circle("c-now", axis.place(now.median), y + 17, 10)
        if found:
            self.pen.whisker(axis.place(found.low), axis.place(found.high), y, 11)
            self.pen.circle("c-dot", axis.place(found.median), y, 14)
            self._figure(found, now, y, axis)

    def _figure(self, found: Ratio, now: Ratio | None, y: float, axis: Axis) -> None:
        """Write the ratio behind its sign; before it on the slower side, or for want of room."""
        words = _side(found) + (f", now {now.times}" if now else "")
        ends = [found.low, found.high, found.median] + ([now.median] if now else [])
        before, behind = axis.place(min(ends)) - 24, axis.place(max(ends)) + 24
        wide = width_of(words)
        slower = found.median < 1 and not found.no_difference
        fits_before = before - wide > axis.left - MARGIN
        if behind + wide <= axis.right + MARGIN and not (slower and fits_before):
            self.pen.text(behind, y, words, "c-text c-value")
        else:
            self.pen.text(before, y, words, "c-text c-value c-end")

    def items(self) -> Iterable[tuple[str, str]]:
        kinds = {by for _, _, by, _ in self._all()}
        yield "dot", PYTHON
        if C in kinds:
            yield "square", C
        yield "whisker", "spread"
        if "now" in kinds:
            yield "now-dot", "now, quickly"
        yield "", self.subject()

    def words(self) -> str:
        a, b = map(self.chart.label, self.chart.compare)
        panels = []
        for core in self.chart.cores:
            rows = [
                f"{units.size(count)} {_side(each)}{'' if by == PYTHON else f' ({by})'}"
                for where, count, by, each in self._all()
                if where == core
            ]
            panels.append(f"{begun(core)}: {', '.join(rows)}")
        what = f"{begun(self.subject())}: how many times as fast as {b} is {a}"
        return f"{what}. {'. '.join(panels)}."


def _side(found: Ratio) -> str:
    return "no difference" if found.no_difference else found.times
