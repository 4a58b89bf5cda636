"""Bars: a row for each way, as long as Python's median, its figure written at its end.

A row has a lane for each who measured it, so that no sign covers another: Python's bar with the
spread, below it the twin in C and the public tools, below those what a run just now found.
"""

from collections.abc import Iterable

from deck.measuring import units
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.fitting import GAP, End, digits_for, side_by_side
from deck.measuring.charts.pen import NAME, width_of, wrapped
from deck.measuring.charts.picture import BETWEEN, HEAD, LOW, Detailed, begun, seen
from deck.measuring.results import PYTHON, C, Cell, Results

REASON = 24  # characters: a longer reason has no room in a row
LANE = 28  # from one lane to the next, so that a figure covers no lane below it
LEAST, MOST = 56, 120  # the height of a row
ABOVE = 44  # the room of a name above its bar


class Bars(Detailed):
    def __init__(self, chart: Chart, results: Results, fresh: Results, width: float) -> None:
        super().__init__(chart, results, fresh, width)
        self.cells = shown(chart, results)
        self.now = [cell for cell in shown(chart, fresh) if cell.by == PYTHON]
        self.tools = [by for by in results.values("by", self.cells) if by not in (PYTHON, C)]
        self.digits = {core: self._digits(core) for core in chart.cores}
        labels = [chart.label(way) for way in chart.ways]
        # Where a column of names would take too much, each stands above its bar.
        self.above = self.stacked and max(width_of(label, NAME) for label in labels) > width * 0.22
        room = width if self.above else width * 0.28
        self.lines = [wrapped(label, room) for label in labels]
        widest = max(width_of(line, NAME) for lines in self.lines for line in lines)
        self.names = 2 if self.above else widest + 24
        if len(chart.cores) > 1:
            self.heads += HEAD
        self.row = self._height()
        self.width = self.widened(self.heads + self.row * len(labels))
        self.panels, self.unit = self._fitted()

    def _digits(self, core: str) -> int:
        cells = [self.cell(way, core, PYTHON) for way in self.chart.ways]
        return digits_for([(cell.brief, cell.summary.median) for cell in cells if cell])

    def _height(self) -> float:
        lanes = any(cell.by != PYTHON for cell in self.cells) + bool(self.now)
        least = LEAST + LANE * max(0, lanes - 1)
        if self.above:
            return float(least + ABOVE)
        least = max(least, 88 if any(len(lines) > 1 for lines in self.lines) else 0)
        return float(max(least, min(MOST, (LOW - self.heads) / len(self.chart.ways))))

    def _fitted(self) -> tuple[list[float], float]:
        """How wide each panel is and how long a unit, which is the same in all."""
        panels = [self._ends(core) for core in self.chart.cores]
        room = self.width - self.names - 4
        if self.stacked:
            panels = [[end for ends in panels for end in ends]]
            return [room] * len(self.chart.cores), side_by_side(panels, room)[1]
        return side_by_side(panels, room - BETWEEN * (len(panels) - 1))

    def rooms(self) -> list[float]:
        return self.panels

    def _ends(self, core: str) -> list[End]:
        """How far each row goes: its spread and its figure; a twin, a tool or a run just now."""
        medians = [each for each in [*self.cells, *self.now] if each.cores == core]
        ends = [End(0, width_of(core)), *(End(each.summary.median, 14) for each in medians)]
        for way in self.chart.ways:
            cell = self.cell(way, core, PYTHON)
            high = cell.summary.high if cell else 0
            ends.append(End(high, width_of(self.figure(way, core)) + GAP))
        return ends

    def head(self) -> str:
        better = "longer" if self.cells[0].is_rate else "shorter"
        return f"{self.placed()}: {better} is better"

    def subject(self) -> str:
        return f"{super().subject()}, {units.size(self.chart.size)}"

    def cell(self, way: str, core: str, by: str, results: Results | None = None) -> Cell | None:
        return (results or self.results).one(**self._wanted(way, core, by))

    def _wanted(self, way: str, core: str, by: str) -> dict[str, object]:
        size = {"measure": self.chart.measure, "size": self.chart.size}
        return {"way": way, "cores": core, "by": by} | size

    def figure(self, way: str, core: str) -> str:
        """What is written at the end of a bar."""
        cell, now = self.cell(way, core, PYTHON), self.cell(way, core, PYTHON, self.fresh)
        words = cell.brief(self.digits[core]) if cell else self._missing(way, core)
        return f"{words}, now {now.brief(self.digits[core])}" if now else words

    def _missing(self, way: str, core: str) -> str:
        reason = self.results.reason(**self._wanted(way, core, PYTHON))
        return f"not measured: {reason}" if 0 < len(reason) < REASON else "not measured"

    def panel(self, core: str, x: float, y: float) -> float:
        top = self.named(core, x, y)
        bottom = top + self.row * len(self.chart.ways)
        self.pen.line("c-axis", x, top, x, bottom)
        for at, (way, lines) in enumerate(zip(self.chart.ways, self.lines, strict=True)):
            self._row(way, core, x, top + at * self.row, lines)
        return bottom + (20 if self.stacked else 0)

    def _row(self, way: str, core: str, x: float, top: float, lines: list[str]) -> None:
        lanes = any(cell.by != PYTHON for cell in self.cells) + bool(self.now)
        room = self.row - (ABOVE if self.above else 0)
        thick = min(0.8 * (room - LANE * lanes), 56.0) if not self.above else 28.0
        below = max(LANE, thick / 2 + 14)
        used = thick / 2 + below + LANE * (lanes - 1) + 7 if lanes else thick
        y = top + self.row - room + (room - used) / 2 + thick / 2
        if self.above:
            self.pen.text(x + 10, top + ABOVE / 2 - 3, " ".join(lines), "c-name")
        elif x == self.names:
            self.pen.lines(0, y if len(lines) == 1 else top + self.row / 2, lines, "c-name")
        self._python(way, core, x, y, thick)
        self._others(way, core, x, y + below)
        if now := self.cell(way, core, PYTHON, self.fresh):
            lane = y + below + (LANE if lanes > 1 else 0)
            self.pen.box("c-now", x, lane, seen(now.summary.median * self.unit), 11.0)

    def _python(self, way: str, core: str, x: float, y: float, thick: float) -> None:
        """Draw Python's bar and its spread, and write its figure behind both."""
        end = x
        if cell := self.cell(way, core, PYTHON):
            found = cell.summary
            end = x + found.high * self.unit
            self.pen.box("c-bar", x, y, seen(found.median * self.unit), thick)
            self.spread(x + found.low * self.unit, end, y, thick * 0.28)
        self.pen.text(x + seen(end - x) + GAP, y, self.figure(way, core), "c-text c-value")

    def _others(self, way: str, core: str, x: float, y: float) -> None:
        if twin := self.cell(way, core, C):
            self.pen.box("c-twin", x, y, seen(twin.summary.median * self.unit), 10.0)
        for tool in self.tools:
            if cell := self.cell(way, core, tool):
                self.pen.diamond(x + cell.summary.median * self.unit, y)

    def items(self) -> Iterable[tuple[str, str]]:
        yield "bar", PYTHON
        if any(cell.by == C for cell in self.cells):
            yield "twin", C
        for tool in self.tools:
            yield "tool", tool
        yield self.spread_item()
        if self.now:
            yield "now-bar", "now, quickly"

    def words(self) -> str:
        panels = [
            f"{begun(core)}: {', '.join(self._said(way, core) for way in self.chart.ways)}"
            for core in self.chart.cores
        ]
        better = "more" if self.cells[0].is_rate else "less"
        return f"{begun(self.subject())}, {better} is better. {'. '.join(panels)}."

    def _said(self, way: str, core: str) -> str:
        others = [(by, self.cell(way, core, by)) for by in (C, *self.tools)]
        beside = [f"{by} {cell.words}" for by, cell in others if cell]
        if now := self.cell(way, core, PYTHON, self.fresh):
            beside.append(f"now {now.words}")
        cell = self.cell(way, core, PYTHON)
        words = f"{self.chart.label(way)} {cell.words if cell else 'not measured'}"
        return f"{words} ({', '.join(beside)})" if beside else words
