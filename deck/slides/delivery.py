"""What of a long talk comes with its page, and what only after the first slide stands.

Of a talk of FEW slides and more the page has the first ones as elements. The others lie in it as
text, within <noscript>: that costs a browser next to nothing, and one that runs no scripts shows
them. What the speaker says, and the chapters that conf.py names as `talk_appendix`, come later in
scripts, since a page that is opened from a file may fetch nothing else; in the page an appendix
slide is a link to a page that can be read without script. theme/scripts/shelf.js is the other end.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from deck.slides import scripts
from deck.slides.cut import NEXT, Slide, Stretch
from deck.slides.talk import Talk

FEW = 60  # slides: a shorter talk is in its page as it is
AT_ONCE = 2  # slides that are elements from the start
NOTES = "notes"  # the part that has all that the speaker says
FOLDER = "parts"
APPENDIX = "appendix"  # the page to read without script
_ADDRESSES = re.compile(r'(?<="parts": )\{[^{}]*\}')  # as addresses() has them, in the settings
_ADD_NO_SCRIPTS = {"sphinx", "deck", "alabaster"}  # to a page of slides, when it is written
_LINK = re.compile(r'(<a\b[^>]*\bhref=")#([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')


class Delivery:
    """The slides of one page on their way: `page` is what the page has of them.

    :param stretches: the slides of the talk, in order.
    :param late: the names of the parts in which the slides of some documents come.
    """

    def __init__(self, stretches: Iterable[Stretch], late: Mapping[str, str]) -> None:
        self._parts: dict[str, list[str]] = {}  # name -> what is told of each slide
        self.appendix = ""  # all slides that are parts, whole
        self._put: list[str] = []
        self._waiting: list[str] = []
        count, notes = 0, []
        for stretch in stretches:
            part = late.get(stretch.docname, "")
            if count >= AT_ONCE and not part and stretch.named:
                self._waiting.append(stretch.named)
            else:
                for number, slide in enumerate(stretch.slides, count):
                    self._add(slide, number, part)
            count += len(stretch.slides)
            notes += stretch.notes_told
        if notes:
            self._parts[NOTES] = notes
        self.page = "".join([*self._put, *_as_text(self._waiting)])

    def _add(self, slide: Slide, number: int, part: str) -> None:
        if number and part and slide.can_wait:
            self._waiting.append(slide.stand_in(part, f"{APPENDIX}.html"))
            self._put_off(slide, part)
        elif number < AT_ONCE or not slide.can_wait:
            self._put += [*_as_text(self._waiting), slide.silent]
            self._waiting = []
        else:
            self._waiting.append(slide.named)

    def _put_off(self, slide: Slide, part: str) -> None:
        self.appendix += slide.silent
        self._parts.setdefault(part, []).append(slide.content_told)

    @cached_property
    def scripts(self) -> dict[str, str]:
        """The parts as scripts: {file name: text}."""
        told = {name: ", ".join(slides) for name, slides in self._parts.items()}
        return {f"{name}.js": f'deckPart("{name}", {{{text}}});\n' for name, text in told.items()}

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where the page finds each part; another text has another address."""
        return {
            name.removesuffix(".js"): f"{FOLDER}/{name}?v={sha256(text.encode()).hexdigest()[:8]}"
            for name, text in self.scripts.items()
        }

    def to_read(self, home: str) -> str:
        """The appendix for a page of its own; its other links lead to the talk, *home*."""
        here = {*_ID.findall(self.appendix)}
        return _LINK.sub(
            lambda link: link[0] if link[2] in here else f'{link[1]}{home}#{link[2]}"',
            self.appendix,
        )


def write(delivered: Delivery | None, folder: Path) -> None:
    """Writes the parts; what is there already keeps its time, and what is no part goes."""
    wanted = delivered.scripts if delivered else {}
    place = folder / FOLDER
    for path in place.glob("*.js"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        place.mkdir(exist_ok=True)
        if not (place / name).exists() or (place / name).read_text("utf-8") != text:
            (place / name).write_text(text, "utf-8")


def deliver(builder: StandaloneHTMLBuilder, talk: Talk) -> Delivery | None:
    """What comes later of a long talk; None: all is in the page."""
    if sum(len(stretch.slides) for stretch in talk.stretches) < FEW or not runs_only_ours(builder):
        return None
    appendix = documents(builder.env, builder.config.talk_appendix)
    return Delivery(talk.stretches, {name: name.replace("/", "-") for name in appendix})


def without_addresses(page: str) -> str:
    """A page's HTML, but for where its parts are: an open page is told what becomes of its slides,
    wherever a new one would find them.
    """
    return _ADDRESSES.sub("{}", page)


def documents(env: BuildEnvironment, named: Iterable[str]) -> set[str]:
    """The documents that conf.py names, and all that they take in."""
    found: set[str] = set()
    waiting = [*named]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += env.toctree_includes.get(name, [])
    return found


def runs_only_ours(builder: StandaloneHTMLBuilder) -> bool:
    """Whether nothing but the deck's own scripts works on the page.

    Scripts of authors and extensions look for what they work on once, when the page is there.
    """
    foreign = [file for file in builder._js_files if not scripts.is_ours(file)]
    listeners = builder.events.listeners.get("html-page-context", [])
    modules = {getattr(heard.handler, "__module__", "") or "" for heard in listeners}
    return not foreign and {name.partition(".")[0] for name in modules} <= _ADD_NO_SCRIPTS


def _as_text(slides: list[str]) -> list[str]:
    # The line keeps a style sheet's `:first-child` from finding a slide in the middle.
    return [f"<noscript><hr hidden>{NEXT}{NEXT.join(slides)}</noscript>"] if slides else []
