"""Charts of what was measured, drawn as SVG.

Two forms. Bars: a row for each way, as long as Python's median, its figure written at its end.
Ratios: a row for each size, how many times as fast one way is as the other, on a logarithmic axis
around 1. Shapes and words say everything; colour only repeats it. Classes are deck.css's, which
follows light and dark; `standalone` brings them along.

Each chart is drawn wide, its panels side by side, and narrow, for a phone, its panels stacked.
"""

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from deck.measuring import measured
from deck.measuring.measured import CORES, PYTHON, C, Cell, MeasuredError, Question, Ratio, ratio

SVG = "http://www.w3.org/2000/svg"
STYLES = Path(__file__).parents[1] / "slides" / "theme" / "styles"
WIDE, NARROW = 1600, 800
NAME, TEXT = 40, 36  # sizes of letters
HEAD = 62  # above a panel's rows


@dataclass(frozen=True)
class Chart:
    """What a chart shows of a question: bars of `ways`, or `compare` two of them size by size."""

    question: str
    title: str = ""
    measure: str = ""
    size: int = 0
    ways: tuple[str, ...] = ()
    compare: tuple[str, ...] = ()
    cores: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What the page and the stage call this chart."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()[:12]

    def as_json(self) -> dict:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, told: dict) -> "Chart":
        pairs = tuple((way, label) for way, label in told["labels"])
        lists = {name: tuple(told[name]) for name in ("ways", "compare", "cores")}
        return cls(**(told | lists | {"labels": pairs}))

    def label(self, way: str) -> str:
        return dict(self.labels).get(way, way)

    def resolved(self, question: Question) -> "Chart":
        """The same with nothing left open. Raises MeasuredError, which names what is known."""
        cells = list(question.cells)
        for way in (*self.ways, *self.compare):
            question.pick("way", way, cells)
        cells = [c for c in cells if c.way in (self.ways or self.compare or (c.way,))]
        if self.compare:
            sizes = [{(c.measure) for c in cells if c.way == way} for way in self.compare]
            cells = [c for c in cells if c.measure in set.intersection(*sizes)]
        name = question.pick("measure", self.measure, cells)
        cells = [c for c in cells if c.measure == name]
        count = 0 if self.compare else question.pick("size", self.size, cells, _size)
        cells = [c for c in cells if count in (0, c.size)]
        there = question.values("cores", cells)
        cores = self.cores or tuple(core for core in CORES if core in there)
        for core in cores:
            question.pick("cores", core, cells)
        ways = () if self.compare else self.ways or tuple(question.values("way", cells))
        return dataclasses.replace(self, measure=name, size=count, cores=cores, ways=ways)


def _size(count: object) -> str:
    return measured.size(count) if count else ""


def shown(chart: Chart, question: Question) -> list[Cell]:
    """The cells that a resolved chart shows, in its order."""
    ways = chart.compare or chart.ways
    cells = [
        cell
        for core in chart.cores
        for way in ways
        for cell in question.select(measure=chart.measure, cores=core, way=way)
        if chart.size in (0, cell.size)
    ]
    return cells


def draw(chart: Chart, question: Question, fresh: Question | None = None) -> tuple[str, str]:
    """The chart as SVG, wide and narrow. `fresh` is what a run just now found, shown beside it."""
    chart = chart.resolved(question)
    fresh = fresh or Question(question.name, ())
    form = _Ratios if chart.compare else _Bars
    wide, narrow = (form(chart, question, fresh, width) for width in (WIDE, NARROW))
    return wide.drawn(), narrow.drawn()


def describe(chart: Chart, question: Question) -> str:
    """What the chart shows, in words."""
    chart = chart.resolved(question)
    form = _Ratios if chart.compare else _Bars
    return form(chart, question, Question(question.name, ()), WIDE).words()


def standalone(svg: str) -> str:
    """The drawing with its own style, for a file: light and dark as the reader has it."""
    sheet = "".join((STYLES / f"{name}.css").read_text("utf-8") for name in ("colours", "chart"))
    pairs = re.findall(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\);", sheet)
    rules = re.search(r"/\* Charts[^*]*\*/\n(.*?)/\* End of charts \*/", sheet, re.S)[1]
    light = " ".join(f"{name}: {value};" for name, value, _ in pairs)
    dark = " ".join(f"{name}: {value};" for name, _, value in pairs)
    root = ElementTree.fromstring(svg)
    _, _, width, height = root.get("viewBox").split()
    root.set("width", width)
    root.set("height", height)
    style = ElementTree.Element(f"{{{SVG}}}style")
    style.text = (
        f'svg {{ {light} --sans: "Source Sans Pro", "Source Sans 3", Arial, sans-serif;'
        " background: var(--ground); color: var(--ink); }\n"
        f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}\n"
        + rules.replace("figure .c-", ".c-")
    )
    root.insert(2, style)
    return _text_of(root)


def _text_of(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(root, encoding="unicode")


# ---- the pen


def width_of(text: str, size: float = TEXT) -> float:
    """About how wide a text is, rather too much than too little."""
    narrow = sum(char in f" .,:;il1|!'(){measured.TIMES}" for char in text)
    return size * (0.56 * (len(text) - narrow) + 0.36 * narrow)


class _Drawing:
    """One picture: the shapes, and what both forms share."""

    legend_height = 58

    def __init__(self, chart: Chart, question: Question, fresh: Question, width: int) -> None:
        self.chart = chart
        self.question = question
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
        return _text_of(self.root)

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


def wrapped(words: str, room: float) -> list[str]:
    """One line, or two that are about as long as each other."""
    if width_of(words, NAME) <= room or " " not in words:
        return [words]
    gaps = [at for at, char in enumerate(words) if char == " "]
    middle = min(gaps, key=lambda at: abs(at - len(words) / 2))
    return [words[:middle], words[middle + 1 :]]


# ---- bars


class _Bars(_Drawing):
    def __init__(self, chart: Chart, question: Question, fresh: Question, width: int) -> None:
        super().__init__(chart, question, fresh, width)
        limit = width * (0.42 if self.stacked else 0.28)
        lines = [line for way in chart.ways for line in wrapped(chart.label(way), limit)]
        self.names = max(width_of(line, NAME) for line in lines) + 24
        self.name_room = limit
        room = 640 - HEAD - self.legend_height
        self.row = min(130.0, max(58.0, room / len(chart.ways)))
        if any(len(wrapped(chart.label(way), limit)) > 1 for way in chart.ways):
            self.row = max(self.row, 86.0)

    def subject(self) -> str:
        return f"{self.chart.measure}, {measured.size(self.chart.size)}"

    def cell(self, way: str, core: str, by: str, question: Question | None = None) -> Cell | None:
        found = question or self.question
        return found.one(
            way=way, cores=core, by=by, measure=self.chart.measure, size=self.chart.size
        )

    def tools(self) -> list[str]:
        cells = shown(self.chart, self.question)
        return [by for by in self.question.values("by", cells) if by not in (PYTHON, C)]

    def value(self, way: str, core: str) -> str:
        """What is written at the end of a bar."""
        cell, now = self.cell(way, core, PYTHON), self.cell(way, core, PYTHON, self.fresh)
        words = _short(cell.words) if cell else self._missing(way, core)
        return f"{words}, now {_short(now.words)}" if now else words

    def _missing(self, way: str, core: str) -> str:
        reason = self.question.reason(
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
        return shown(self.chart, self.question) + fresh

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
        cells = shown(self.chart, self.question)
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
            f"{_begun(core)}: {', '.join(self._said(way, core) for way in self.chart.ways)}"
            for core in self.chart.cores
        ]
        better = "more" if shown(self.chart, self.question)[0].is_rate else "less"
        return f"{_begun(self.subject())}, {better} is better. {'. '.join(panels)}."

    def _said(self, way: str, core: str) -> str:
        others = [(by, self.cell(way, core, by)) for by in (C, *self.tools())]
        beside = ", ".join(f"{by} {cell.words}" for by, cell in others if cell)
        now = self.cell(way, core, PYTHON, self.fresh)
        beside = ", ".join(filter(None, (beside, f"now {now.words}" if now else "")))
        cell = self.cell(way, core, PYTHON)
        words = cell.words if cell else "not measured"
        return f"{self.chart.label(way)} {words}{f' ({beside})' if beside else ''}"


def _begun(words: str) -> str:
    """As a sentence begins; "B" stays bytes."""
    return words[:1].upper() + words[1:]


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


# ---- ratios


class _Ratios(_Drawing):
    def __init__(self, chart: Chart, question: Question, fresh: Question, width: int) -> None:
        super().__init__(chart, question, fresh, width)
        cells = shown(chart, question)
        sizes = [{cell.size for cell in cells if cell.way == way} for way in chart.compare]
        self.sizes = sorted(set.intersection(*sizes))
        if not self.sizes:
            raise MeasuredError(f"{question.place}: no size of which both ways were measured")
        self.names = max(width_of(measured.size(count), NAME) for count in self.sizes) + 30
        room = 640 - HEAD - self.legend_height - 130
        self.row = min(120.0, max(78.0, room / len(self.sizes)))
        self.low, self.high = self._axis()

    def ratio(self, count: int, core: str, by: str, question: Question) -> Ratio | None:
        wanted = {"measure": self.chart.measure, "size": count, "cores": core, "by": by}
        a, b = (question.one(way=way, **wanted) for way in self.chart.compare)
        return ratio(a, b) if a and b else None

    def _all(self) -> Iterable[tuple[str, int, str, Ratio]]:
        for core in self.chart.cores:
            for count in self.sizes:
                for by in (PYTHON, C):
                    if found := self.ratio(count, core, by, self.question):
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
                self.text(
                    at, bottom + 30, f"{2.0**power:g}{measured.TIMES}", "c-text c-quiet c-middle"
                )
        for at, count in enumerate(self.sizes):
            middle = top + (at + 0.5) * self.row
            if x - 40 == self.names:
                self.name(measured.size(count), middle, self.names)
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
        found = self.ratio(count, core, PYTHON, self.question)
        now = self.ratio(count, core, PYTHON, self.fresh)
        twin = self.ratio(count, core, C, self.question)
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
                f"{measured.size(count)} {_side(each)}{'' if by == PYTHON else f' ({by})'}"
                for where, count, by, each in self._all()
                if where == core
            ]
            panels.append(f"{_begun(core)}: {', '.join(rows)}")
        what = f"{_begun(self.chart.measure)}: how many times as fast as {b} is {a}"
        return f"{what}. {'. '.join(panels)}."


def _side(found: Ratio) -> str:
    return "no difference" if found.no_difference else found.times
