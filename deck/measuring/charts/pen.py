"""The pen: shapes, signs and text as SVG."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

from deck.measuring.units import TIMES

SVG = "http://www.w3.org/2000/svg"
LARGE, NAME, TEXT = 56, 40, 36  # sizes of letters
KEEPS = re.compile(r"(\d|\b(a|an|the|and))$", re.IGNORECASE)


def serialised(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def width_of(text: str, size: float = TEXT) -> float:
    """About how wide a text is, rather too much than too little."""
    narrow = sum(char in f" .,:;il1|!'(){TIMES}" for char in text)
    return size * (0.56 * (len(text) - narrow) + 0.36 * narrow)


def size_of(kind: str) -> float:
    """How large the letters of these classes are."""
    return LARGE if "c-large" in kind else NAME if "c-name" in kind else TEXT


def wrapped(words: str, room: float, size: float = NAME) -> list[str]:
    """Words in one line, or in two about as long as each other, parted at a comma if that fits."""
    if width_of(words, size) <= room or " " not in words:
        return [words]
    gaps = [at for at, char in enumerate(words) if char == " "]
    # A number stays with its unit, an article or "and" with what follows, if there is a choice.
    gaps = [at for at in gaps if not KEEPS.search(words[:at])] or gaps
    fits = [at for at in gaps if max(width_of(half, size) for half in _cut(words, at)) <= room]
    gaps = [at for at in fits if words[at - 1] in ",:;"] or fits or gaps
    middle = min(gaps, key=lambda at: abs(at - len(words) / 2))
    return _cut(words, middle)


def _cut(words: str, at: int) -> list[str]:
    return [words[:at], words[at + 1 :]]


class Pen:
    """Draws into one SVG. Lengths are the drawing's own units; y grows downwards."""

    SIGN = 58  # the room of a sign and the gap behind it

    def __init__(self) -> None:
        self.root = ElementTree.Element(f"{{{SVG}}}svg")

    def add(self, tag: str, kind: str, **attributes: object) -> ElementTree.Element:
        """Draw an element of these classes; lengths are rounded to a tenth."""
        plain = {
            name.replace("_", "-"): f"{value:.1f}" if isinstance(value, float) else str(value)
            for name, value in attributes.items()
        }
        return ElementTree.SubElement(self.root, f"{{{SVG}}}{tag}", {"class": kind, **plain})

    def line(self, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.add("line", kind, x1=x1, y1=y1, x2=x2, y2=y2)

    def text(self, x: float, middle: float, words: str, kind: str = "c-text") -> None:
        """A line of text whose letters are centred on a height."""
        y = middle + 0.34 * size_of(kind)
        self.add("text", kind, x=float(x), y=float(y)).text = words

    def lines(self, x: float, middle: float, lines: list[str], kind: str) -> None:
        """Lines of text, one below the other, together centred on a height."""
        for at, line in enumerate(lines):
            offset = (at - (len(lines) - 1) / 2) * size_of(kind) * 0.95
            self.text(x, middle + offset, line, kind)

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        """A rectangle from x on, its height centred on y."""
        self.add("rect", kind, x=x, y=y - height / 2, width=width, height=height)

    def circle(self, kind: str, x: float, y: float, r: float) -> None:
        self.add("circle", kind, cx=x, cy=y, r=r)

    def square(self, x: float, y: float) -> None:
        self.box("c-square", x - 11, y, 22, 22)

    def diamond(self, x: float, y: float, r: float = 9) -> None:
        self.add("path", "c-tool", d=f"M{x:.1f} {y - r:.1f}l{r} {r}l{-r} {r}l{-r} {-r}z")

    def whisker(self, low: float, high: float, y: float, cap: float) -> None:
        for x in (low, high):
            self.line("c-whisker", x, y - cap, x, y + cap)
        self.line("c-whisker", low, y, high, y)

    def sign(self, kind: str, x: float, y: float) -> None:
        """The same sign as in the chart, for its legend."""
        middle = x + 24
        signs: dict[str, Callable[[], None]] = {
            "bar": lambda: self.box("c-bar", x + 2, y, 44, 26),
            "now-bar": lambda: self.box("c-now", x + 2, y, 44, 12),
            "twin": lambda: self.box("c-twin", x, y, 46, 10),
            "tool": lambda: self.diamond(middle, y),
            "whisker": lambda: self.whisker(x + 2, x + 46, y, 11),
            "dot": lambda: self.circle("c-dot", middle, y, 13),
            "now-dot": lambda: self.circle("c-now", middle, y, 11),
            "square": lambda: self.square(middle, y),
        }
        signs[kind]()
