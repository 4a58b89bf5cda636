"""Ratios: for each size, how many times as fast one way is as the other, on a logarithmic axis."""

import math
from collections.abc import Iterable

from deck.measuring import units
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.picture import HEAD, NAME, TEXT, Picture, begun, width_of
from deck.measuring.results import PYTHON, C, MeasuredError, Ratio, Results, ratio
from deck.measuring.units import TIMES


class Ratios(Picture):
    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        super().__init__(chart, results, fresh, width)
        cells = shown(chart, results)
        sizes = [{cell.size for cell in cells if cell.way == way} for way in chart.compare]
        self.sizes = sorted(set.intersection(*sizes))
        if not self.sizes:
            raise MeasuredError(f"{results.place}: no size of which both ways were measured")
        self.names = max(width_of(units.size(count), NAME) for count in self.sizes) + 30
        room = 640 - HEAD - self.legend_height - 130
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
        self.text(x, y + 24, core, "c-text c-head")
        top, right = y + HEAD, x + room - 40
        x += 40
        bottom = top + self.row * len(self.sizes)

        def place(value: float) -> float:
            return x + (math.log2(value) - self.low) / (self.high - self.low) * (right - x)

        step = math.ceil((self.high - self.low) / (room // 130))
        for power in range(self.low, self.high + 1):
            if power % step == 0:
                at = place(2.0**power)
                self.line("c-axis" if power == 0 else "c-grid", at, top, at, bottom + 8)
                self.text(at, bottom + 30, f"{2.0**power:g}{TIMES}", "c-text c-quiet c-middle")
        for at, count in enumerate(self.sizes):
            middle = top + (at + 0.5) * self.row
            if x - 40 == self.names:
                self.name(units.size(count), middle, self.names)
            self._row(count, core, middle, place, right + 40)
        lowest = self._ends(x - 40, right + 40, bottom + 74)
        return lowest + TEXT + (24 if self.stacked else 0)

    def _ends(self, left: float, right: float, y: float) -> float:
        a, b = map(self.chart.label, self.chart.compare)
        sides = (f"← {b} is faster", f"{a} is faster →")
        apart = 0 if sum(map(width_of, sides)) + 30 < right - left else TEXT * 1.15
        self.text(left, y, sides[0], "c-text")
        self.text(right, y + apart, sides[1], "c-text c-end")
        return y + apart

    def _row(self, count: int, core: str, middle: float, place, right: float) -> None:
        found = self.ratio(count, core, PYTHON, self.results)
        now = self.ratio(count, core, PYTHON, self.fresh)
        twin = self.ratio(count, core, C, self.results)
        y = middle - 14
        if twin:
            at, below = place(twin.median), middle + 24
            self.whisker(place(twin.low), place(twin.high), below, 9)
            self.add("rect", "c-square", x=at - 11, y=below - 11, width=22, height=22)
        if now:
            self.add("circle", "c-now", cx=place(now.median), cy=y + 17, r=10)
        if not found:
            return
        self.whisker(place(found.low), place(found.high), y, 11)
        self.add("circle", "c-dot", cx=place(found.median), cy=y, r=14)
        words = "no difference" if found.no_difference else found.times
        words += f", now {now.times}" if now else ""
        ends = [found.low, found.high, found.median] + ([now.median] if now else [])
        start = place(max(ends)) + 24
        slower = found.median < 1 and not found.no_difference
        before = place(min(ends)) - 24 - width_of(words) > place(2.0**self.low) - 40 and slower
        if start + width_of(words) <= right and not before:
            self.text(start, y, words, "c-text c-value")
        else:
            self.text(place(min(ends)) - 24, y, words, "c-text c-value c-end")

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
        what = f"{begun(self.chart.measure)}: how many times as fast as {b} is {a}"
        return f"{what}. {'. '.join(panels)}."


def _side(found: Ratio) -> str:
    return "no difference" if found.no_difference else found.times
