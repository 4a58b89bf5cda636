"""One picture: what all forms of a chart share; what the detailed forms share."""

import abc
import math
from collections.abc import Iterable
from xml.etree import ElementTree

from deck.measuring.charts.chart import Chart
from deck.measuring.charts.pen import NAME, SVG, TEXT, Pen, serialised, width_of, wrapped
from deck.measuring.results import Results

WIDE, NARROW = 1600, 800
WIDEST = 1900  # in a wider one letters were too small
# How high a wide one may be where a slide has a title and a sentence, of one line or two each.
ROOM, LOW = 620, 570
HEAD = 56  # the name of a panel, where there are several
BETWEEN = 50  # two panels that stand side by side
SEEN = 8.0  # a shorter bar would lie under the axis


class Picture(abc.ABC):
    """A chart of some width, for a screen or narrow for a phone."""

    kind: str  # its class, and what it is called on the page

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: float) -> None:
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

    def placed(self) -> str:
        """The subject, and where it was measured if that is one placement."""
        cores = self.chart.cores
        return f"{self.subject()}, {cores[0]}" if len(cores) == 1 else self.subject()

    def drawn(self) -> str:
        """The chart as SVG."""
        root, words = self.pen.root, self.words()
        title = f"{self.chart.title} {self.subject()}".strip()
        root.set("class", f"{self.kind} {'chart-narrow' if self.stacked else 'chart-wide'}")
        root.set("role", "img")
        root.set("aria-label", f"{title}. {words}")
        ElementTree.SubElement(root, f"{{{SVG}}}title").text = title
        ElementTree.SubElement(root, f"{{{SVG}}}desc").text = words
        root.set("viewBox", f"0 0 {math.ceil(self.width)} {math.ceil(self.draw())}")
        # Where there is less room than it would fill, it begins where the title does.
        root.set("preserveAspectRatio", "xMinYMid")
        return serialised(root)

    def widened(self, height: float) -> float:
        """The width with which so high a picture still fills a slide from side to side."""
        return self.width if self.stacked else min(WIDEST, self.width * max(1, height / ROOM))

    def hint(self, x: float, top: float, lines: list[str], aligned: str = "") -> float:
        """Write lines above the rows, from this height on; where they end below."""
        high = len(lines) * NAME
        self.pen.lines(x, top + high / 2 + 4, lines, f"c-name c-hint {aligned}".strip())
        return top + high + 8


class Detailed(Picture):
    """All that was measured: a panel for each placement. Forms say how a panel is drawn."""

    kind = "chart-detail"
    heads = 140.0  # what the head and the legend take of a wide one
    names: float  # the room that the rows' names take
    least_spread = 12.0  # the ends of a shorter whisker would run together

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: float) -> None:
        super().__init__(chart, results, fresh, width)
        self.spreads_seen: list[bool] = []  # of each spread, whether it was drawn

    @abc.abstractmethod
    def head(self) -> str:
        """What stands above all."""

    @abc.abstractmethod
    def panel(self, core: str, x: float, y: float) -> float:
        """Draw what was measured on this placement, from x and y on; where it ends below."""

    @abc.abstractmethod
    def items(self) -> Iterable[tuple[str, str]]:
        """The legend: the kind of a sign, or none, and its words."""

    def draw(self) -> float:
        top = self.hint(0, 0, wrapped(self.head(), self.width)) + 12
        return self._legend(self._panels(top) + 20)

    def rooms(self) -> list[float]:
        """How wide each panel is."""
        cores = len(self.chart.cores)
        beside = 1 if self.stacked else cores
        return [(self.width - self.names - BETWEEN * (beside - 1)) / beside] * cores

    def named(self, core: str, x: float, y: float) -> float:
        """Write the panel's name where there are several; where it ends below."""
        if len(self.chart.cores) == 1:
            return y
        self.pen.text(x, y + 24, core, "c-text c-head")
        return y + HEAD

    def spread(self, low: float, high: float, y: float, cap: float) -> None:
        """Draw a spread, unless it is too short to be seen as one."""
        seen = high - low >= self.least_spread
        self.spreads_seen.append(seen)
        if seen:
            self.pen.whisker(low, high, y, cap)

    def spread_item(self) -> tuple[str, str]:
        """What the legend says of the spread."""
        if True not in self.spreads_seen:
            return "", "the spread is too small to see"
        return "whisker", "spread, if visible" if False in self.spreads_seen else "spread"

    def _panels(self, top: float) -> float:
        """One below the other, or side by side; where they end below."""
        bottom, x = top, self.names
        for core, room in zip(self.chart.cores, self.rooms(), strict=True):
            if self.stacked:
                bottom = self.panel(core, x, bottom)
            else:
                bottom = max(bottom, self.panel(core, x, top))
                x += room + BETWEEN
        return bottom

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


def seen(length: float) -> float:
    """How long a bar is drawn: as it is, or as long as it takes to be seen beside the axis."""
    return max(length, SEEN) if length else length


def begun(words: str) -> str:
    """As a sentence begins; "B" stays bytes."""
    return words[:1].upper() + words[1:]
