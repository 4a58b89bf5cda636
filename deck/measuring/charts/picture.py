"""One picture: its shapes, and what both forms of a chart share: names, panels and legend."""

import math
from collections.abc import Iterable
from xml.etree import ElementTree

from deck.measuring.charts.chart import Chart
from deck.measuring.results import Results
from deck.measuring.units import TIMES

SVG = "http://www.w3.org/2000/svg"
WIDE, NARROW = 1600, 800
NAME, TEXT = 40, 36  # sizes of letters
HEAD = 62  # above a panel's rows


def serialised(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def width_of(text: str, size: float = TEXT) -> float:
    """About how wide a text is, rather too much than too little."""
    narrow = sum(char in f" .,:;il1|!'(){TIMES}" for char in text)
    return size * (0.56 * (len(text) - narrow) + 0.36 * narrow)


def wrapped(words: str, room: float) -> list[str]:
    """One line, or two that are about as long as each other."""
    if width_of(words, NAME) <= room or " " not in words:
        return [words]
    gaps = [at for at, char in enumerate(words) if char == " "]
    middle = min(gaps, key=lambda at: abs(at - len(words) / 2))
    return [words[:middle], words[middle + 1 :]]


def begun(words: str) -> str:
    """As a sentence begins; "B" stays bytes."""
    return words[:1].upper() + words[1:]


class Picture:
    """One picture: the shapes, and what both forms share."""

    legend_height = 58

    def __init__(self, chart: Chart, results: Results, fresh: Results, width: int) -> None:
        self.chart = chart
        self.results = results
        self.fresh = fresh
        self.width = width
        self.stacked = width == NARROW
        self.root = ElementTree.Element(f"{{{SVG}}}svg")

    # -- shapes

    def add(self, tag: str, kind: str, **attributes: object) -> ElementTree.Element:
        plain = {
            name.replace("_", "-"): f"{value:.1f}" if isinstance(value, float) else str(value)
            for name, value in attributes.items()
        }
        return ElementTree.SubElement(self.root, f"{{{SVG}}}{tag}", {"class": kind, **plain})

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.add("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def text(self, x: float, middle: float, words: str, kind: str = "c-text") -> None:
        """A line of text whose letters are centred on a height."""
        size = NAME if "c-name" in kind else TEXT
        self.add("text", kind, x=float(x), y=float(middle + 0.34 * size)).text = words

    def whisker(self, low: float, high: float, y: float, cap: float) -> None:
        for x in (low, high):
            self.line("c-whisker", x, y - cap, x, y + cap)
        self.line("c-whisker", low, y, high, y)

    def diamond(self, x: float, y: float, r: float = 15) -> None:
        self.add("path", "c-tool", d=f"M{x:.1f} {y - r:.1f}l{r} {r}l{-r} {r}l{-r} {-r}z")

    def name(self, words: str, y: float, room: float) -> None:
        """A row's name, on two lines if it is long."""
        lines = wrapped(words, room)
        for at, line in enumerate(lines):
            offset = (at - (len(lines) - 1) / 2) * NAME * 0.95
            self.text(0, y + offset, line, "c-name")

    # -- the whole

    def drawn(self) -> str:
        title = f"{self.chart.title} {self.subject()}".strip()
        kind = "chart-narrow" if self.stacked else "chart-wide"
        self.root.set("class", kind)
        self.root.set("role", "img")
        self.root.set("aria-label", f"{title}. {self.words()}")
        ElementTree.SubElement(self.root, f"{{{SVG}}}title").text = title
        ElementTree.SubElement(self.root, f"{{{SVG}}}desc").text = self.words()
        bottom = 0.0
        count = len(self.chart.cores)
        for at, core in enumerate(self.chart.cores):
            if self.stacked:
                bottom = self.panel(core, self.names, bottom, self.width - self.names)
            else:
                gap = 50 if count > 1 else 0
                room = (self.width - self.names - gap * (count - 1)) / count
                x = self.names + at * (room + gap)
                bottom = max(bottom, self.panel(core, x, 0, room))
        height = self.legend(bottom + 20)
        self.root.set("viewBox", f"0 0 {self.width} {math.ceil(height)}")
        return serialised(self.root)

    def subject(self) -> str:
        return self.chart.measure

    def items(self) -> Iterable[tuple[str, str]]:
        """The legend: the kind of a sign, and its words."""
        raise NotImplementedError

    def legend(self, y: float) -> float:
        x, middle = 0.0, y + TEXT / 2
        for kind, words in self.items():
            wide = width_of(words) + (58 if kind else 0)
            if x and x + wide > self.width:
                x, middle = 0.0, middle + TEXT * 1.3
            if kind:
                self.sign(kind, x, middle)
            self.text(x + (58 if kind else 0), middle, words, "c-text c-quiet")
            x += wide + 36
        return middle + TEXT * 0.8

    def sign(self, kind: str, x: float, y: float) -> None:
        middle = x + 24
        if kind == "bar":
            self.add("rect", "c-bar", x=x, y=y - 13, width=46, height=26)
        elif kind == "now-bar":
            self.add("rect", "c-now", x=x, y=y - 6, width=46, height=12)
        elif kind == "tick":
            self.line("c-tick", middle, y - 17, middle, y + 17)
        elif kind == "tool":
            self.diamond(middle, y)
        elif kind == "whisker":
            self.whisker(x + 2, x + 46, y, 11)
        elif kind == "dot":
            self.add("circle", "c-dot", cx=middle, cy=y, r=13)
        elif kind == "now-dot":
            self.add("circle", "c-now", cx=middle, cy=y, r=11)
        else:
            self.add("rect", "c-square", x=middle - 11, y=y - 11, width=22, height=22)
