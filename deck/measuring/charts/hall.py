"""For a hall: one series, on one placement, in letters that the last row can read.

Ways are bars from an axis to the right, as long as Python's median. Two ways that are compared are
bars on both sides of it: how many times as fast, on the side of the faster one.
"""

import abc
from dataclasses import dataclass

from deck.measuring import units
from deck.measuring.charts.chart import Chart, sizes_of
from deck.measuring.charts.pen import LARGE, NAME, width_of, wrapped
from deck.measuring.charts.picture import Picture, begun
from deck.measuring.results import PYTHON, Cell, MeasuredError, Ratio, Results, ratio

GAP = 18  # between a bar and its figure
HEIGHT = 680  # about that of a wide one
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

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
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
        self.names = 0 if self.above else longest + 30
        self.axis, self.unit = self._fitted(width - self.names)

    @abc.abstractmethod
    def found(self) -> list[Row]:
        """The rows, from above."""

    @abc.abstractmethod
    def head(self) -> float:
        """Write what stands above the rows; where it ends below."""

    def sides(self) -> tuple[float, float]:
        """The room that the head needs on the left and on the right of the axis."""
        return 0, 0

    def _fitted(self, room: float) -> tuple[float, float]:
        """Where the axis stands, and how long a unit is, when bars and figures fill the room."""
        ends = [each for row in self.rows for each in (row.length, row.now or 0)]
        low, high = -min(0, *ends), max(0, *ends)
        figures = [(row.length < 0, self.wide(row.figure) + GAP + 6) for row in self.rows]
        before = max((wide for left, wide in figures if left), default=0)
        behind = max((wide for left, wide in figures if not left), default=0)
        left, right = self.sides()
        unit = (room - before - behind) / ((low + high) or 1)
        axis = min(max(low * unit + before, left), room - max(behind, right))
        if low:
            unit = min(unit, (axis - before) / low)
        if high:
            unit = min(unit, (room - axis - behind) / high)
        return self.names + axis, unit

    def wide(self, words: str) -> float:
        return width_of(words, self.size)

    def draw(self) -> float:
        top = self.head() + 16
        if self.above:
            high = self.line + 74
        else:
            high = max(self.line * max(map(len, self.lines)) + 12, self.line * 1.35)
            most = self.line * (3 if len(self.rows) <= FEW else 2)
            high = max(high, min(most, (HEIGHT - top) / len(self.rows)))
        for at, (row, lines) in enumerate(zip(self.rows, self.lines, strict=True)):
            self._row(row, lines, top + at * high, high)
        bottom = top + len(self.rows) * high
        self.pen.line("c-axis", self.axis, top, self.axis, bottom)
        return bottom + 6

    def hint(self, x: float, top: float, lines: list[str], aligned: str = "") -> float:
        """Write lines above the rows, from this height on; where they end below."""
        high = len(lines) * NAME
        self.pen.lines(x, top + high / 2 + 4, lines, f"c-name c-hint {aligned}".strip())
        return top + high + 8

    def _row(self, row: Row, lines: list[str], top: float, high: float) -> None:
        thick, middle = high * 0.62, top + high / 2
        if self.above:
            self.pen.text(self.axis + 8, top + self.line / 2 + 8, row.name, self.letters)
            thick, middle = 46.0, top + high - 32
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
        wide = abs(length) * self.unit
        self.pen.box(kind, self.axis - wide if length < 0 else self.axis, y, wide, thick)


class HallBars(Hall):
    """The ways, with their figures."""

    def found(self) -> list[Row]:
        rows = []
        for way in self.chart.ways:
            # What was not measured has no length: the detailed picture says why.
            if cell := self._cell(way, self.results):
                now = self._cell(way, self.fresh)
                figure = f"{cell.brief}, now {now.brief}" if now else cell.brief
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
        return self.hint(0, 0, wrapped(f"{self.subject()}: {self._better()}", self.width))

    def words(self) -> str:
        rows = ", ".join(f"{row.name} {row.figure}" for row in self.rows)
        return f"{self.core}, {self._better()}: {rows}."


class HallRatios(Hall):
    """How many times as fast the faster one is, for each size."""

    def found(self) -> list[Row]:
        rows = []
        for count in sizes_of(self.chart, self.results):
            if found := self._ratio(count, self.results):
                now = self._ratio(count, self.fresh)
                figure = f"{_times(found)}, now {_times(now)}" if now else _times(found)
                rows.append(
                    Row(units.size(count), figure, _length(found), _length(now) if now else None)
                )
        return rows

    def _ratio(self, count: int, results: Results) -> Ratio | None:
        wanted = {"measure": self.chart.measure, "size": count, "cores": self.core, "by": PYTHON}
        a, b = (results.one(way=way, **wanted) for way in self.chart.compare)
        return ratio(a, b) if a and b else None

    def _ends(self) -> tuple[list[str], list[str]]:
        """What a bar on the left means, and one on the right; of a side without bars nothing."""
        a, b = map(self.chart.label, self.chart.compare)
        lengths = [row.length for row in self.rows]
        left = [f"← {b}", "faster"] if min(lengths) < 0 else []
        right = [f"{a} faster →"] if max(lengths) > 0 or not left else []
        if self.stacked and left and right:
            return left, [f"{a} →", "faster"]
        return [" ".join(left)] if left else [], right

    def sides(self) -> tuple[float, float]:
        left, right = (
            max((width_of(line, NAME) for line in lines), default=-GAP) + GAP
            for lines in self._ends()
        )
        return left, right

    def head(self) -> float:
        top = self.hint(0, 0, wrapped(self.subject(), self.width))
        left, right = self._ends()
        below = self.hint(self.axis - GAP, top, left, "c-end")
        return max(below, self.hint(self.axis + GAP, top, right))

    def words(self) -> str:
        a, b = map(self.chart.label, self.chart.compare)
        said = [
            f"{row.name} {row.figure}" + (f" ({b if row.length < 0 else a})" if row.length else "")
            for row in self.rows
        ]
        return (
            f"{begun(self.subject())}, {self.core}, how many times as fast the faster one is:"
            f" {', '.join(said)}."
        )


def _times(found: Ratio) -> str:
    return "no difference" if found.no_difference else found.of_faster.times


def _length(found: Ratio) -> float:
    """How much faster; to the left if the second one is."""
    if found.no_difference:
        return 0
    return found.median - 1 if found.median > 1 else 1 - found.of_faster.median
