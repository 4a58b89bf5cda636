"""What of a long talk comes with its page, and what only after the first slide stands.

Of a talk of FEW slides and more the page has the first ones as elements. The others lie in it as
text, within <noscript>: that costs a browser next to nothing, and one that runs no scripts shows
them. What the speaker says, and the chapters that conf.py names as `talk_appendix`, come later in
scripts, since a page that is opened from a file may fetch nothing else; in the page an appendix
slide is a link to a page that can be read without script. theme/scripts/shelf.js is the other end.
"""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape, unescape
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment

from deck.slides import scripts
from deck.slides.talk import Talk

FEW = 60  # slides: a shorter talk is in its page as it is
AT_ONCE = 2  # slides that are elements from the start
NEXT = "<!--next slide-->"
NOTES = "notes"  # the part that has all that the speaker says
FOLDER = "parts"
APPENDIX = "appendix"  # the page to read without script
# What works, or loads, by itself once it is in the page, or can't lie in <noscript>.
_ACTS = re.compile(r"<(?:/?noscript|iframe|object|embed|script(?![^>]*application/json))\b", re.I)
_START = re.compile(r"\s*<section\b([^>]*)>")
_TITLE = re.compile(
    r'<(h[1-6])\b[^>]*>(.*?)</\1>|<(\w+)\b[^>]*class="(?:[^"]* )?ask(?: [^"]*)?"[^>]*>(.*?)</\3>',
    re.S,
)
_NO_TITLE = re.compile(r'<a class="headerlink".*?</a>|<[^>]*>', re.S)
_ADDRESSES = re.compile(r'(?<="parts": )\{[^{}]*\}')  # as addresses() has them, in the settings
_NOTE = re.compile(r'<aside\b[^>]*\bclass="(?:[^"]* )?notes(?: [^"]*)?"')
_ASIDE = re.compile(r"<(/?)aside\b[^>]*>")
_ADD_NO_SCRIPTS = {"sphinx", "deck", "alabaster"}  # to a page of slides, when it is written
_LINK = re.compile(r'(<a\b[^>]*\bhref=")#([^"]*)"')
_ID = re.compile(r'\bid="([^"]*)"')


class Delivery:
    """The slides of one page on their way: `page` is what the page has of them.

    :param slides: id and HTML of each, a whole <section>.
    :param late: the names of the parts in which some slides come, by their ids.
    """

    def __init__(self, slides: Iterable[tuple[str, str]], late: Mapping[str, str]) -> None:
        self.parts: dict[str, dict[str, str]] = {}  # name -> {id of a slide: HTML that it gets}
        self.appendix = ""  # all slides that are parts, whole
        put: list[str] = []
        waiting: list[str] = []
        for number, (id, html) in enumerate(slides):
            html, notes = without_notes(html)
            if number and id in late and can_wait(html):
                waiting.append(self._put_off(id, html, late[id]))
            elif number < AT_ONCE or not can_wait(html):
                put += [*_as_text(waiting), html]
                waiting = []
            else:
                waiting.append(_named(html))
            if notes:
                self.parts.setdefault(NOTES, {})[id] = notes
        self.page = "".join([*put, *_as_text(waiting)])

    def _put_off(self, id: str, html: str, part: str) -> str:
        """Takes what is on a slide into its part; the page has its name and a link."""
        self.appendix += html
        start, content = _divided(html)
        self.parts.setdefault(part, {})[id] = content
        name = escape(title_of(html) or id)
        link = f'<p><a href="{APPENDIX}.html#{escape(id)}">{name}</a></p>'
        return f'<section{start} data-part="{escape(part)}"{_label(html)}>{link}</section>'

    def scripts(self) -> dict[str, str]:
        """The parts as scripts: {file name: text}."""
        told = {name: json.dumps(slides, ensure_ascii=False) for name, slides in self.parts.items()}
        return {f"{name}.js": f'deckPart("{name}", {slides});\n' for name, slides in told.items()}

    def addresses(self) -> dict[str, str]:
        """Where the page finds each part; another text has another address."""
        texts = {name.removesuffix(".js"): text for name, text in self.scripts().items()}
        return {
            name: f"{FOLDER}/{name}.js?v={sha256(text.encode()).hexdigest()[:8]}"
            for name, text in texts.items()
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
    wanted = delivered.scripts() if delivered else {}
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
    if len(talk.slides) < FEW or not runs_only_ours(builder):
        return None
    appendix = documents(builder.env, builder.config.talk_appendix)
    late = {
        slide["id"]: part.docname.replace("/", "-")
        for part in talk.order
        if part.docname in appendix
        for slide in part.contexts
    }
    return Delivery(talk.slides, late)


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


def _as_text(slides: list[str]) -> list[str]:
    # The line keeps a style sheet's `:first-child` from finding a slide in the middle.
    return [f"<noscript><hr hidden>{NEXT}{NEXT.join(slides)}</noscript>"] if slides else []


def _divided(html: str) -> tuple[str, str]:
    """The attributes of a section, and its content."""
    whole = html.strip()
    start = _START.match(whole)
    assert start, "can_wait has seen it"
    return start[1], whole[start.end() : -len("</section>")]


def _label(html: str) -> str:
    title = title_of(html)
    return f' aria-label="{escape(title)}"' if title else ""


def _named(html: str) -> str:
    """With its title told, for whoever has not made it elements yet."""
    start, content = _divided(html)
    return f"<section{start}{_label(html)}>{content}</section>"
