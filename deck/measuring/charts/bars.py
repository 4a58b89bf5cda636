"""Bars: a row for each way, as long as Python's median, its figure written at its end."""

from collections.abc import Iterable

from deck.measuring import units
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.labels import Bar, Span, place_figure, place_letter
from deck.measuring.charts.pen import NAME, width_of, wrapped
from deck.measuring.charts.picture import HEAD, HEIGHT, Detailed, begun
from deck.measuring.results import PYTHON, C, Cell, Results

REASON = 24  # characters: a longer reason has no room in a row


class Bars(Detailed):
    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        super().__init__(chart, results, fresh, width)
        self.cells = shown(chart, results)
        self.now = [cell for cell in shown(chart, fresh) if cell.by == PYTHON]
        self.tools = [by for by in results.values("by", self.cells) if by not in (PYTHON, C)]
        self.name_room = width * (0.42 if self.stacked else 0.28)
        names = [wrapped(chart.label(way), self.name_room) for way in chart.ways]
        self.names = max(width_of(line, NAME) for lines in names for line in lines) + 24
        least = 86.0 if any(len(lines) > 1 for lines in names) else 58.0
        room = HEIGHT - HEAD - self.legend_height
        self.row = max(least, min(130.0, room / len(chart.ways)))

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
        words = cell.brief if cell else self._missing(way, core)
        return f"{words}, now {now.brief}" if now else words

    def _missing(self, way: str, core: str) -> str:
        reason = self.results.reason(**self._wanted(way, core, PYTHON))
        return f"not measured: {reason}" if 0 < len(reason) < REASON else "not measured"

    def _longest(self) -> float:
        """The greatest figure of all panels: they share one scale."""
        python = [cell.summary.high for cell in [*self.cells, *self.now] if cell.by == PYTHON]
        return max(python + [cell.summary.median for cell in self.cells if cell.by != PYTHON])

    def _some_are_over(self) -> bool:
        """Whether a sign stands to the right of its bar, and its figure may stand behind it."""
        pairs = ((c, self.cell(c.way, c.cores, PYTHON)) for c in self.cells if c.by != PYTHON)
        return any(not bar or c.summary.median > bar.summary.low for c, bar in pairs)

    def panel(self, core: str, x: float, y: float, room: float) -> float:
        self.pen.text(x, y + 24, core, "c-text c-head")
        top = y + HEAD
        bottom = top + self.row * len(self.chart.ways)
        self.pen.line("c-axis", x, top - 6, x, bottom - 2)
        scale = self._scale(room)
        for at, way in enumerate(self.chart.ways):
            middle = top + (at + 0.5) * self.row
            if x == self.names:
                self.pen.lines(0, middle, wrapped(self.chart.label(way), self.name_room), "c-name")
            self._row(way, core, x, middle, scale)
        return bottom + (20 if self.stacked else 0)

    def _scale(self, room: float) -> float:
        """How long a unit is, when the longest bar leaves room for the longest figure."""
        figures = [self.figure(way, core) for core in self.chart.cores for way in self.chart.ways]
        beside = 64 + width_of(f"{PYTHON} ") if self._some_are_over() else 44
        return max(60.0, room - max(map(width_of, figures)) - beside) / self._longest()

    def _row(self, way: str, core: str, x: float, middle: float, scale: float) -> None:
        thick = min(self.row * 0.56, 60)
        y = middle - (7 if self.now else 0)
        low, high = self._bar(self.cell(way, core, PYTHON), x, y, thick, scale)
        if now := self.cell(way, core, PYTHON, self.fresh):
            self.pen.box("c-now", x, y + thick / 2 + 8.5, now.summary.median * scale, 11.0)
        tools = self._diamonds(way, core, x, y, scale)
        twin = self.cell(way, core, C)
        tick = x + twin.summary.median * scale if twin else None
        self._label(Bar(x, low, high, tools, tick), self.figure(way, core), y, thick)

    def _bar(self, cell: Cell | None, x: float, y: float, thick: float, scale: float) -> Span:
        """Draw Python's bar and its spread; the spread's ends."""
        if not cell:
            return x, x
        found = cell.summary
        low, high = x + found.low * scale, x + found.high * scale
        self.pen.box("c-bar", x, y, found.median * scale, thick)
        self.pen.whisker(low, high, y, thick * 0.28)
        return low, high

    def _diamonds(self, way: str, core: str, x: float, y: float, scale: float) -> tuple[Span, ...]:
        """Draw the public tools' medians; where they stand."""
        cells = [self.cell(way, core, tool) for tool in self.tools]
        places = [x + cell.summary.median * scale for cell in cells if cell]
        for place in places:
            self.pen.diamond(place, y)
        return tuple((place - 18, place + 18) for place in places)

    def _label(self, bar: Bar, words: str, y: float, thick: float) -> None:
        figure, words = place_figure(bar, words)
        within = " c-inside" if figure[1] < bar.low else ""
        self.pen.text(figure[0], y, words, f"c-text c-value{within}")
        if bar.tick is None:
            return
        self.pen.line("c-tick", bar.tick, y - thick / 2 - 6, bar.tick, y + thick / 2 + 6)
        if letter := place_letter(bar, figure):
            self.pen.text(letter[0], y, "C", letter[1])

    def items(self) -> Iterable[tuple[str, str]]:
        yield "bar", PYTHON
        if any(cell.by == C for cell in self.cells):
            yield "tick", C
        for tool in self.tools:
            yield "tool", tool
        yield "whisker", "spread"
        if self.now:
            yield "now-bar", "now, quickly"
        better = "longer" if self.cells[0].is_rate else "shorter"
        yield "", f"{self.subject()}: {better} is better"

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
