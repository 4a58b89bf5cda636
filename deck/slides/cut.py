"""A slide of a one-page talk as HTML, and the pieces in which a long talk's page has it.

What was found once is kept with the slide, which stays the same from build to build until its
words change: a save then costs as much in a long talk as in a short one.
"""

import json
import re
from functools import cached_property
from hashlib import blake2b
from html import escape, unescape

from deck.programs import shown

NEXT = "<!--next slide-->"  # between slides that are text
# What works, or loads, by itself once it is in the page, or can't lie in <noscript>.
_ACTS = re.compile(r"<(?:/?noscript|iframe|object|embed|script(?![^>]*application/json))\b", re.I)
_START = re.compile(r"\s*<section\b([^>]*)>")
_TITLE = re.compile(
    r'<(h[1-6])\b[^>]*>(.*?)</\1>|<(\w+)\b[^>]*class="(?:[^"]* )?ask(?: [^"]*)?"[^>]*>(.*?)</\3>',
    re.S,
)
_NO_TITLE = re.compile(r'<a class="headerlink".*?</a>|<[^>]*>', re.S)
_NOTE = re.compile(r'<aside\b[^>]*\bclass="(?:[^"]* )?notes(?: [^"]*)?"')
_ASIDE = re.compile(r"<(/?)aside\b[^>]*>")


class Slide:
    """One slide as it stands in the page: its id, and its `<section>`. Neither changes."""

    def __init__(self, id: str, html: str) -> None:
        self.id = id
        self.html = html

    @cached_property
    def _divided(self) -> tuple[str, str]:
        return without_notes(self.html)

    @property
    def silent(self) -> str:
        """Without what the speaker says."""
        return self._divided[0]

    @property
    def notes(self) -> str:
        """What the speaker says."""
        return self._divided[1]

    @property
    def notes_told(self) -> str:
        """The same as an entry of a JSON object."""
        return f"{_told(self.id)}: {_told(self.notes)}"

    @cached_property
    def can_wait(self) -> bool:
        return can_wait(self.silent)

    @cached_property
    def _label(self) -> str:
        title = title_of(self.silent)
        return f' aria-label="{escape(title)}"' if title else ""

    @cached_property
    def named(self) -> str:
        """With its title told, for whoever has not made it elements yet."""
        start, content = _inside(self.silent)
        return f"<section{start}{self._label}>{content}</section>"

    @cached_property
    def content_told(self) -> str:
        """What is on it, as an entry of a JSON object."""
        return f"{_told(self.id)}: {_told(_inside(self.silent)[1])}"

    def stand_in(self, part: str, page: str) -> str:
        """Says in which *part* its content comes, and links to where it can be read."""
        start, _ = _inside(self.silent)
        name = escape(title_of(self.silent) or self.id)
        link = f'<p><a href="{page}#{escape(self.id)}">{name}</a></p>'
        return f'<section{start} data-part="{escape(part)}"{self._label}>{link}</section>'


class Stretch:
    """Slides of one document, *first* to *last* of them, that stand one after the other."""

    def __init__(self, docname: str, written: list[Slide], first: int, last: int) -> None:
        self.docname = docname
        self.written = written  # all slides of the document
        self.slides = written[first : last + 1]

    @cached_property
    def html(self) -> dict[str, str]:
        """The slides by their ids."""
        return {slide.id: slide.html for slide in self.slides}

    @cached_property
    def digest(self) -> bytes:
        return blake2b("".join(self.html.values()).encode(), digest_size=12).digest()

    @cached_property
    def programs(self) -> frozenset[str]:
        """The ids of those that are shown."""
        return shown.programs_in("".join(self.html.values()))

    @cached_property
    def named(self) -> str:
        """All that they are as text; nothing where one of them can't wait."""
        if not all(slide.can_wait for slide in self.slides):
            return ""
        return NEXT.join(slide.named for slide in self.slides)

    @cached_property
    def notes_told(self) -> list[str]:
        """What the speaker says to them, as entries of a JSON object."""
        return [slide.notes_told for slide in self.slides if slide.notes]


def title_of(html: str) -> str:
    """A slide's first heading, or the question that it asks, as plain text."""
    found = _TITLE.search(html)
    return unescape(" ".join(_NO_TITLE.sub("", found[2] or found[4]).split())) if found else ""


def can_wait(html: str) -> bool:
    """Whether a slide may become elements at any time."""
    whole = html.strip()
    return bool(_START.match(whole)) and whole.endswith("</section>") and not _ACTS.search(whole)


def without_notes(html: str) -> tuple[str, str]:
    """A slide without what the speaker says, and that."""
    rest, notes = "", ""
    while start := _NOTE.search(html):
        end = _end_of_aside(html, start.start())
        rest, notes = rest + html[: start.start()], notes + html[start.start() : end]
        html = html[end:]
    return rest + html, notes


def _end_of_aside(html: str, start: int) -> int:
    """Where the element ends that starts here; footnotes and sidebars in it are asides, too."""
    depth = 0
    for tag in _ASIDE.finditer(html, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return len(html)


def _inside(html: str) -> tuple[str, str]:
    """The attributes of a section, and its content."""
    whole = html.strip()
    start = _START.match(whole)
    assert start, "can_wait has seen it"
    return start[1], whole[start.end() : -len("</section>")]


def _told(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
