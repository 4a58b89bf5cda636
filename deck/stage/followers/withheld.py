"""What followers get of the built page: no notes, no comments, no answer before it was shown.

Only what is sent can't be read, so all of it is cut out here, before anything is served. What an
answer is: the right choice of a `question` and the explanation below it, and a whole slide of the
class `answer`.
"""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from deck.stage.followers.captions import Captions, captions_of

ANSWER = "answer"
# How a slide that is an answer looks until it is shown; without its title, which its id tells, too.
PLACEHOLDER = '<section class="slide withheld"></section>'
# Of what the page's script is told: what is not served here.
NOT_SERVED: dict[str, Any] = {
    "handout": "",
    "linux": None,
    "scripts": {},
    "parts": {},
    "talk_minutes": None,
}
DROPPED = ("data-source", "data-timing")
LOADING = {"src", "href", "data", "poster", "xlink:href", "data-src", "data-background-image"}
# How a step of the slide is known, where none is asked for.
ARRIVAL = -1


class Unreadable(Exception):
    """The page can't be cut; the message says where."""


@dataclass
class Slide:
    """One slide: `id` as an address has it, `whole` as it is once its answer was shown, `before`
    that; `answered` is the step that shows it, None without an answer. `files` are what it loads,
    `late` what its answer does."""

    id: str
    whole: str
    before: str
    answered: int | None
    captions: Captions
    files: set[str]
    late: set[str]


@dataclass
class Page:
    """`head` and `tail` stand around the slides; `files` are what these two load."""

    head: str
    tail: str
    slides: list[Slide]
    files: set[str]


def read(text: str) -> Page:
    """The page that a build wrote, cut."""
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    return reader.page()


@dataclass
class _Part:
    """A part of the page, and what is cut of it: (start, end, what comes in its place)."""

    start: int
    end: int = -1
    id: str = ""
    is_answer: bool = False
    cuts: list[tuple[int, int, str]] = field(default_factory=list)
    answers: list[tuple[int, int, str]] = field(default_factory=list)
    notes: list[tuple[int, int]] = field(default_factory=list)
    # Of each fragment: its index if it has one, and whether it shows the answer.
    steps: list[tuple[int | None, bool]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)

    def answered(self) -> int | None:
        if self.is_answer:
            return ARRIVAL
        if not self.answers:
            return None
        # As reveal.js counts: first those with an index, equal ones together, then the others.
        given = sorted({index for index, _ in self.steps if index is not None})
        place = len(given)
        for index, shows in self.steps:
            step = place if index is None else given.index(index)
            place += index is None
            if shows:
                return step
        return ARRIVAL


class _Reader(HTMLParser):
    """Finds the slides and what is to be cut, by where it stands in the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._text = text
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._around = _Part(0)
        self._slides: list[_Part] = []
        self._part = self._around
        self._depth = 0  # of sections
        self._question = 0  # of divs in a question
        # The element that is being cut: its tag, how deep in elements of that tag, start, cuts.
        self._cut: tuple[str, int, int, list[tuple[int, int, str]]] | None = None
        self._settings = False

    def page(self) -> Page:
        """Raises Unreadable: where it is not known what a note is, nothing of it may get out."""
        if self._cut or self._depth:
            where = self._slides[-1].id if self._slides else "its head"
            raise Unreadable(f"on the page, a tag of the slide {where} is not closed")
        first = self._slides[0].start if self._slides else len(self._text)
        last = self._slides[-1].end if self._slides else len(self._text)
        around = self._around.cuts
        return Page(
            _without(self._text, 0, first, [cut for cut in around if cut[1] <= first]),
            _without(self._text, last, len(self._text), [cut for cut in around if cut[0] >= last]),
            [self._slide(part) for part in self._slides],
            self._around.files,
        )

    def _slide(self, part: _Part) -> Slide:
        whole = _without(self._text, part.start, part.end, part.cuts)
        before = _without(self._text, part.start, part.end, part.cuts + part.answers)
        notes = [self._text[start:end] for start, end in part.notes]
        return Slide(
            part.id,
            whole,
            PLACEHOLDER if part.is_answer else before,
            part.answered(),
            captions_of(notes),
            set() if part.is_answer else part.files,
            part.files | part.late if part.is_answer else part.late,
        )

    # What the parser tells

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, end = self._here(), self._here() + len(self.get_starttag_text() or "")
        told = {name: value or "" for name, value in attrs}
        loads = {told[name] for name in LOADING & {*told}} | _of_set(told)
        if self._cut:
            self._deeper(tag, 1)
            if self._cut and self._cut[3] is self._part.answers:
                self._part.late |= loads
            return
        classes = told.get("class", "").split()
        if tag == "section":
            self._enter(told, classes, start)
        if "fragment" in classes:
            index = told.get("data-fragment-index", "")
            shows = self._question > 0
            self._part.steps.append((int(index) if index.isdecimal() else None, shows))
        if tag == "aside" and "notes" in classes:
            self._begin(tag, start, self._part.cuts)
            return
        if tag == "div" and (self._question or "question" in classes):
            self._question += 1
        if self._question and {"the-answer", "why"} & {*classes}:
            self._question -= tag == "div"
            self._begin(tag, start, self._part.answers)
            return
        if self._question and tag == "li" and "right" in classes:
            self._part.answers.append((start, end, "<li>"))
        self._part.files |= loads
        self._settings = told.get("id") == "deck-settings"
        self._without_attributes(tag, attrs, start, end)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)  # "/>" ends no element that is looked for

    def handle_endtag(self, tag: str) -> None:
        if self._cut:
            self._deeper(tag, -1)
        elif tag == "div" and self._question:
            self._question -= 1
        elif tag == "section" and self._depth:
            self._depth -= 1
            if self._depth == 0:
                self._part.end = self._after()
                self._part = self._around
                self._question = 0

    def handle_data(self, data: str) -> None:
        if self._settings and not self._cut:
            told = json.loads(data) | NOT_SERVED
            kept = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
            self._part.cuts.append((self._here(), self._here() + len(data), kept))
            self._settings = False

    def handle_comment(self, data: str) -> None:
        if not self._cut:
            self._part.cuts.append((self._here(), self._after("-->"), ""))

    # How it is cut

    def _enter(self, told: dict[str, str], classes: list[str], start: int) -> None:
        self._depth += 1
        if self._depth == 1:
            self._part = _Part(start, id=told.get("id", ""), is_answer=ANSWER in classes)
            self._slides.append(self._part)

    def _begin(self, tag: str, start: int, cuts: list[tuple[int, int, str]]) -> None:
        self._cut = tag, 1, start, cuts

    def _deeper(self, tag: str, by: int) -> None:
        assert self._cut
        name, depth, start, cuts = self._cut
        if tag != name:
            return
        depth += by
        self._cut = (name, depth, start, cuts) if depth else None
        if not depth:
            cuts.append((start, self._after(), ""))
            if name == "aside":
                self._part.notes.append((start, self._after()))

    def _without_attributes(
        self, tag: str, attrs: list[tuple[str, str | None]], start: int, end: int
    ) -> None:
        if tag == "section" and any(name in DROPPED for name, _ in attrs):
            for name, value in attrs:
                text = f' {name}="{value}"'
                at = self._text.find(text, start, end)
                if name in DROPPED and at >= 0:
                    self._part.cuts.append((at, at + len(text), ""))

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _after(self, end: str = ">") -> int:
        """Where the tag that begins here ends."""
        return self._text.index(end, self._here()) + len(end)


def _of_set(told: dict[str, str]) -> set[str]:
    """The addresses of a `srcset`."""
    return {entry.split()[0] for entry in told.get("srcset", "").split(",") if entry.strip()}


def _without(text: str, start: int, end: int, cuts: list[tuple[int, int, str]]) -> str:
    kept = []
    for first, last, instead in sorted(cuts):
        if first >= start:
            kept += [text[start:first], instead]
            start = last
    return "".join([*kept, text[start:end]])
