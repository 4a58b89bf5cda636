"""Bars: a row for each way, as long as Python's median, its figure written at its end."""

from collections.abc import Iterable, Sequence

from deck.measuring import units
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.picture import HEAD, NAME, Picture, begun, width_of, wrapped
from deck.measuring.results import PYTHON, C, Cell, Results


class Bars(Picture):
    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        super().__init__(chart, results, fresh, width)
        limit = width * (0.42 if self.stacked else 0.28)
        lines = [line for way in chart.ways for line in wrapped(chart.label(way), limit)]
        self.names = max(width_of(line, NAME) for line in lines) + 24
        self.name_room = limit
        room = 640 - HEAD - self.legend_height
        self.row = min(130.0, max(58.0, room / len(chart.ways)))
        if any(len(wrapped(chart.label(way), limit)) > 1 for way in chart.ways):
            self.row = max(self.row, 86.0)

    def subject(self) -> str:
        return f"{self.chart.measure}, {units.size(self.chart.size)}"

    def cell(self, way: str, core: str, by: str, results: Results | None = None) -> Cell | None:
        found = results or self.results
        return found.one(
            way=way, cores=core, by=by, measure=self.chart.measure, size=self.chart.size
        )

    def tools(self) -> list[str]:
        cells = shown(self.chart, self.results)
        return [by for by in self.results.values("by", cells) if by not in (PYTHON, C)]

    def value(self, way: str, core: str) -> str:
        """What is written at the end of a bar."""
        cell, now = self.cell(way, core, PYTHON), self.cell(way, core, PYTHON, self.fresh)
        words = _short(cell.words) if cell else self._missing(way, core)
        return f"{words}, now {_short(now.words)}" if now else words

    def _missing(self, way: str, core: str) -> str:
        reason = self.results.reason(
            way=way, cores=core, by=PYTHON, measure=self.chart.measure, size=self.chart.size
        )
        return f"not measured: {reason}" if reason and len(reason) < 24 else "not measured"

    def bound(self) -> float:
        """The greatest figure of all panels: they share one scale."""
        ends = [c.summary.high if c.by == PYTHON else c.summary.median for c in self._cells()]
        return max(ends)

    def _some_are_over(self) -> bool:
        """Whether a sign stands to the right of its bar, and its figure may stand behind it."""
        pairs = ((c, self.cell(c.way, c.cores, PYTHON)) for c in self._cells() if c.by != PYTHON)
        return any(not bar or c.summary.median > bar.summary.low for c, bar in pairs)

    def _cells(self) -> list[Cell]:
        fresh = [c for c in shown(self.chart, self.fresh) if c.by == PYTHON]
        return shown(self.chart, self.results) + fresh

    def panel(self, core: str, x: float, y: float, room: float) -> float:
        self.text(x, y + 24, core, "c-text c-head")
        labels = [
            width_of(self.value(way, each)) for each in self.chart.cores for way in self.chart.ways
        ]
        over = self._some_are_over()
        scale = (
            max(60.0, room - max(labels) - (64 + width_of(f"{PYTHON} ") if over else 44))
            / self.bound()
        )
        top = y + HEAD
        bottom = top + self.row * len(self.chart.ways)
        self.line("c-axis", x, top - 6, x, bottom - 2)
        for at, way in enumerate(self.chart.ways):
            middle = top + (at + 0.5) * self.row
            if x == self.names:
                self.name(self.chart.label(way), middle, self.name_room)
            self._row(way, core, x, middle, scale)
        return bottom + (20 if self.stacked else 0)

    def _row(self, way: str, core: str, x: float, middle: float, scale: float) -> None:
        thick = min(self.row * 0.56, 60)
        centre = middle - (7 if shown(self.chart, self.fresh) else 0)
        end, taken = x, []
        if cell := self.cell(way, core, PYTHON):
            found = cell.summary
            end = x + found.high * scale
            length = found.median * scale
            self.add("rect", "c-bar", x=x, y=centre - thick / 2, width=length, height=thick)
            self.whisker(x + found.low * scale, end, centre, thick * 0.28)
        if now := self.cell(way, core, PYTHON, self.fresh):
            length = now.summary.median * scale
            self.add("rect", "c-now", x=x, y=centre + thick / 2 + 3, width=length, height=11.0)
        for tool in self.tools():
            if found := self.cell(way, core, tool):
                at = x + found.summary.median * scale
                self.diamond(at, centre)
                taken.append((at - 18, at + 18))
        twin = self.cell(way, core, C)
        tick = x + twin.summary.median * scale if twin else None
        inner = x + cell.summary.low * scale if cell else x
        label = self._label(self.value(way, core), (x, inner, end), centre, taken, tick)
        if tick is not None:
            spread = (inner - 6, end + 6)
            self._twin(tick, centre, thick, [*taken, label, spread], x)

    def _label(
        self,
        words: str,
        bar: tuple[float, float, float],
        y: float,
        taken: list[tuple[float, float]],
        tick: float | None,
    ) -> tuple[float, float]:
        """The figure at the bar's end, or inside; only behind other signs must it say whose it is.

        Returns from where to where it goes.
        """
        start, inner, end = bar
        signs = taken if tick is None else [*taken, (tick - 8, tick + 8)]
        wide = width_of(words)
        beyond = [(low, high) for low, high in signs if low + high > 2 * end]
        place = max(end + 16, *(high + 8 for low, high in signs if (low, high) not in beyond), 0)
        if not is_free(place, wide, beyond):
            if start + 14 + wide < inner - 10 and is_free(start + 14, wide, signs):
                place = start + 14
            else:
                words = f"{PYTHON} {words}"
                wide = width_of(words)
                letter = [] if tick is None else [(tick - 8, tick + 40)]
                place = free(place, wide, [*taken, *letter])
        self.text(place, y, words, "c-text c-value")
        return place, place + wide

    def _twin(self, at: float, y: float, thick: float, taken: list, start: float) -> None:
        """C's median: a tick over the whole bar, and its letter where that can mean nothing else.

        A letter just before Python's figure would claim it; then the legend has to do.
        """
        self.line("c-tick", at, y - thick / 2 - 6, at, y + thick / 2 + 6)
        if is_free(at + 8, 30, taken):
            self.text(at + 8, y, "C", "c-text c-letter")
        elif at - 40 > start and is_free(at - 40, 32, taken):
            self.text(at - 8, y, "C", "c-text c-letter c-end")

    def items(self) -> Iterable[tuple[str, str]]:
        cells = shown(self.chart, self.results)
        yield "bar", PYTHON
        if any(cell.by == C for cell in cells):
            yield "tick", C
        for tool in self.tools():
            yield "tool", tool
        yield "whisker", "spread"
        if shown(self.chart, self.fresh):
            yield "now-bar", "now, quickly"
        better = "longer" if cells[0].is_rate else "shorter"
        yield "", f"{self.subject()}: {better} is better"

    def words(self) -> str:
        panels = [
            f"{begun(core)}: {', '.join(self._said(way, core) for way in self.chart.ways)}"
            for core in self.chart.cores
        ]
        better = "more" if shown(self.chart, self.results)[0].is_rate else "less"
        return f"{begun(self.subject())}, {better} is better. {'. '.join(panels)}."

    def _said(self, way: str, core: str) -> str:
        others = [(by, self.cell(way, core, by)) for by in (C, *self.tools())]
        beside = ", ".join(f"{by} {cell.words}" for by, cell in others if cell)
        now = self.cell(way, core, PYTHON, self.fresh)
        beside = ", ".join(filter(None, (beside, f"now {now.words}" if now else "")))
        cell = self.cell(way, core, PYTHON)
        words = cell.words if cell else "not measured"
        return f"{self.chart.label(way)} {words}{f' ({beside})' if beside else ''}"


def _short(words: str) -> str:
    """The legend says that they are messages."""
    return words.replace(" million messages/s", " million/s").replace(" messages/s", "/s")


def free(x: float, wide: float, taken: Sequence[tuple[float, float]]) -> float:
    """The first place from x on where a text covers none of the signs."""
    for low, high in sorted(taken):
        if not is_free(x, wide, [(low, high)]):
            x = high + 8
    return x


def is_free(x: float, wide: float, taken: Sequence[tuple[float, float]]) -> bool:
    """Whether a text at x covers none of the signs."""
    return not any(low < x + wide and x < high for low, high in taken)
