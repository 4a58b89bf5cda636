"""One picture: what all forms of a chart share; what the detailed forms share."""

import abc
import math
from collections.abc import Iterable
from xml.etree import ElementTree

from deck.measuring.charts.chart import Chart
from deck.measuring.charts.pen import SVG, TEXT, Pen, serialised, width_of, wrapped
from deck.measuring.results import Results

WIDE, NARROW = 1600, 800
HEIGHT = 640  # about that of a wide one
HEAD = 62  # above a panel's rows
BETWEEN = 50  # two panels that stand side by side


class Picture(abc.ABC):
    """A chart of some width, for a screen or narrow for a phone."""

    kind: str  # its class, and what it is called on the page

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        self.chart = chart
        self.results = results
        self.fresh = fresh
        self.width = width
        self.stacked = width == NARROW
        self.pen = Pen()

    @abc.abstractmethod
    def draw(self) -> float:
        """Draw it from nought on; where it ends below."""

    @abc.abstractmethod
    def words(self) -> str:
        """All that it shows, in words."""

    def subject(self) -> str:
        return self.chart.label(self.chart.measure)

    def drawn(self) -> str:
        """The chart as SVG."""
        root, words = self.pen.root, self.words()
        title = f"{self.chart.title} {self.subject()}".strip()
        root.set("class", f"{self.kind} {'chart-narrow' if self.stacked else 'chart-wide'}")
        root.set("role", "img")
        root.set("aria-label", f"{title}. {words}")
        ElementTree.SubElement(root, f"{{{SVG}}}title").text = title
        ElementTree.SubElement(root, f"{{{SVG}}}desc").text = words
        root.set("viewBox", f"0 0 {self.width} {math.ceil(self.draw())}")
        # Where there is less room than it would fill, it begins where the title does.
        root.set("preserveAspectRatio", "xMinYMid")
        return serialised(root)


class Detailed(Picture):
    """All that was measured: a panel for each placement. Forms say how a panel is drawn."""

    kind = "chart-detail"
    legend_height = 58
    names: float  # the room that the rows' names take

    @abc.abstractmethod
    def panel(self, core: str, x: float, y: float, room: float) -> float:
        """Draw what was measured on this placement, from x and y on; where it ends below."""

    @abc.abstractmethod
    def items(self) -> Iterable[tuple[str, str]]:
        """The legend: the kind of a sign, or none, and its words."""

    def draw(self) -> float:
        return self._legend(self._panels() + 20)

    def _panels(self) -> float:
        """One below the other, or side by side; where they end below."""
        cores, bottom = self.chart.cores, 0.0
        if self.stacked:
            for core in cores:
                bottom = self.panel(core, self.names, bottom, self.width - self.names)
            return bottom
        room = (self.width - self.names - BETWEEN * (len(cores) - 1)) / len(cores)
        places = [self.names + at * (room + BETWEEN) for at in range(len(cores))]
        return max(self.panel(core, x, 0, room) for core, x in zip(cores, places, strict=True))

    def _legend(self, y: float) -> float:
        x, middle = 0.0, y + TEXT / 2
        for kind, words in self.items():
            sign = Pen.SIGN if kind else 0
            wide = width_of(words) + sign
            if x and x + wide > self.width:
                x, middle = 0.0, middle + TEXT * 1.3
            if kind:
                self.pen.sign(kind, x, middle)
            first, *more = wrapped(words, self.width - sign, TEXT)
            self.pen.text(x + sign, middle, first, "c-text c-quiet")
            for line in more:
                middle += TEXT * 1.3
                self.pen.text(sign, middle, line, "c-text c-quiet")
            x += wide + 36
        return middle + TEXT * 0.8


def begun(words: str) -> str:
    """As a sentence begins; "B" stays bytes."""
    return words[:1].upper() + words[1:]
