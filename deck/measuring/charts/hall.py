"""For a hall: one series, on one placement, in letters that the last row can read.

Ways are bars from an axis to the right, as long as Python's median. Two ways that are compared are
bars on both sides of it: how many times as fast, on the side of the faster one.
"""

import abc
from dataclasses import dataclass

from deck.measuring import units
from deck.measuring.charts.chart import Chart
from deck.measuring.charts.comparing import (
    digits_of,
    gain,
    ratios_of,
    said,
    sides,
    with_now,
    written,
)
from deck.measuring.charts.fitting import GAP, End, digits_for, fitted
from deck.measuring.charts.pen import LARGE, NAME, width_of, wrapped
from deck.measuring.charts.picture import LOW, Picture, begun, seen
from deck.measuring.results import PYTHON, Cell, MeasuredError, Results
from deck.measuring.units import TIMES

BETWEEN_HINTS = 14
FEW = 3  # rows that may be higher than others


@dataclass(frozen=True)
class Row:
    """A bar: its name, its figure as it is written, and how long it is; to the left if negative.

    `now` is the length of what a run just now found.
    """

    name: str
    figure: str
    length: float
    now: float | None = None


class Hall(Picture):
    """Rows of bars on an axis. Forms say which rows, and what stands above them."""

    kind = "chart-hall"
    heads = 70.0  # about what the head and the foot take of a wide one

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: float) -> None:
        super().__init__(chart, results, fresh, width)
        self.core = chart.cores[0]
        self.size, self.letters = (NAME, "c-name") if self.stacked else (LARGE, "c-large")
        self.line = self.size * 1.1
        self.rows = self.found()
        if not self.rows:
            raise MeasuredError(f"{results.place}: {PYTHON} measured nothing of this, {self.core}")
        self.lines = [wrapped(row.name, width * 0.4, self.size) for row in self.rows]
        longest = max(self.wide(line) for lines in self.lines for line in lines)
        # Where a column of names would take too much, each stands above its bar.
        self.above = self.stacked and longest > width * 0.3
        self.names = 2 if self.above else longest + 30
        self.high = self._height()
        self.width = self.widened(self.heads + len(self.rows) * self.high)
        axis, self.unit = fitted(self._ends(), self.width - self.names - 4)
        self.axis = self.names + axis

    @abc.abstractmethod
    def found(self) -> list[Row]:
        """The rows, from above."""

    @abc.abstractmethod
    def head(self) -> float:
        """Write what stands above the rows; where it ends below."""

    def sides(self) -> tuple[float, float]:
        """The room that the head needs on the left and on the right of the axis."""
        return 0, 0

    def _ends(self) -> list[End]:
        """How far each row goes with its figure, and the head on both sides of the axis."""
        ends = []
        for row in self.rows:
            extreme = min if row.length < 0 else max
            end = extreme(row.length, row.now or 0)
            ends.append(End(end, self.wide(row.figure) + GAP + 6))
            ends.append(End(row.now or 0, 6))
        left, right = self.sides()
        return [*ends, End(0, left, is_left=True), End(0, right)]

    def foot(self, top: float) -> float:
        """Write what stands below the rows; where it ends below."""
        return top + 6

    def wide(self, words: str) -> float:
        return width_of(words, self.size)

    def draw(self) -> float:
        top, high = self.head() + 12, self.high
        for at, (row, lines) in enumerate(zip(self.rows, self.lines, strict=True)):
            self._row(row, lines, top + at * high, high)
        bottom = top + len(self.rows) * high
        self.pen.line("c-axis", self.axis, top, self.axis, bottom)
        return self.foot(bottom)

    def _height(self) -> float:
        """How high a row is."""
        if self.above:
            return self.line + 62
        least = self.line * max(map(len, self.lines)) + 6
        most = self.line * (3 if len(self.rows) <= FEW else 2)
        return max(least, min(most, (LOW - self.heads) / len(self.rows)))

    def _row(self, row: Row, lines: list[str], top: float, high: float) -> None:
        thick, middle = high * 0.62, top + high / 2
        if self.above:
            self.pen.text(self.axis + 8, top + self.line / 2 + 8, row.name, self.letters)
            thick, middle = 42.0, top + high - 30
        else:
            self.pen.lines(0, middle, lines, self.letters)
        y = middle - (8 if row.now is not None else 0)
        self._bar("c-bar", row.length, y, thick)
        if row.now is not None:
            self._bar("c-now", row.now, y + thick / 2 + 8, 11.0)
        ends = [self.axis + each * self.unit for each in (row.length, row.now or 0)]
        if row.length < 0:
            self.pen.text(min(ends) - GAP, y, row.figure, f"{self.letters} c-value c-end")
        else:
            self.pen.text(max(ends) + GAP, y, row.figure, f"{self.letters} c-value")

    def _bar(self, kind: str, length: float, y: float, thick: float) -> None:
        wide = seen(abs(length) * self.unit)
        self.pen.box(kind, self.axis - wide if length < 0 else self.axis, y, wide, thick)


class HallBars(Hall):
    """The ways, with their figures."""

    def found(self) -> list[Row]:
        rows = []
        cells = {way: self._cell(way, self.results) for way in self.chart.ways}
        digits = digits_for([(c.brief, c.summary.median) for c in cells.values() if c])
        for way, cell in cells.items():
            # What was not measured has no length: the detailed picture says why.
            if cell:
                now, figure = self._cell(way, self.fresh), cell.brief(digits)
                if now:
                    figure = f"{figure}, now {now.brief(digits)}"
                median = now.summary.median if now else None
                rows.append(Row(self.chart.label(way), figure, cell.summary.median, median))
        return rows

    def _cell(self, way: str, results: Results) -> Cell | None:
        chart = self.chart
        wanted = {"measure": chart.measure, "size": chart.size, "cores": self.core}
        return results.one(way=way, by=PYTHON, **wanted)

    def subject(self) -> str:
        return f"{super().subject()}, {units.size(self.chart.size)}"

    def _better(self) -> str:
        rates = [c.is_rate for way in self.chart.ways if (c := self._cell(way, self.results))]
        return "longer is better" if any(rates) else "shorter is better"

    def head(self) -> float:
        words = f"{self.subject()}, {self.core}: {self._better()}"
        return self.hint(0, 0, wrapped(words, self.width))

    def words(self) -> str:
        rows = ", ".join(f"{row.name} {row.figure}" for row in self.rows)
        return f"{self.core}, {self._better()}: {rows}."


class HallRatios(Hall):
    """How many times as fast the faster one is, for each size."""

    heads = 180.0

    def found(self) -> list[Row]:
        found, fresh = (
            ratios_of(self.chart, results, self.core) if results.cells else {}
            for results in (self.results, self.fresh)
        )
        digits, rows = digits_of(found), []
        for count, each in found.items():
            now, figure = fresh.get(count), written(each, digits)
            if now:
                room = self.width * 0.85  # beside the names
                figure = with_now(figure, written(now, digits), room, self.size)
            rows.append(Row(units.size(count), figure, gain(each), gain(now) if now else None))
        return rows

    def _lines(self) -> tuple[list[str], list[str]]:
        """What a bar on the left means, and one on the right."""
        gains = [row.length for row in self.rows]
        return sides(self.chart, gains, self.width - self.names - 2 * GAP, self.stacked)

    def sides(self) -> tuple[float, float]:
        left, right = (
            max((width_of(line, NAME) + GAP for line in lines), default=0)
            for lines in self._lines()
        )
        return left, right

    def head(self) -> float:
        top = self.hint(0, 0, wrapped(f"{self.subject()}, {self.core}", self.width)) + BETWEEN_HINTS
        left, right = self._lines()
        below = self.hint(self.axis - GAP, top, left, "c-end")
        return max(below, self.hint(self.axis + GAP, top, right))

    def foot(self, top: float) -> float:
        """Say where the bars begin, for that is not nought."""
        self.pen.text(self.axis, top + NAME * 0.7, f"1{TIMES}", "c-name c-hint c-middle")
        return top + NAME * 1.3

    def words(self) -> str:
        found = ratios_of(self.chart, self.results, self.core)
        rows = [
            said(self.chart, count, row.figure, each)
            for row, (count, each) in zip(self.rows, found.items(), strict=True)
        ]
        return (
            f"{begun(self.subject())}, {self.core}, how many times as fast the faster one is:"
            f" {', '.join(rows)}."
        )
