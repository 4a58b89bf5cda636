"""What the built deck shows: which programs, and what it would fetch from elsewhere."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

SITE = Path("_build", "slides")
DECK = SITE / "index.html"
# Folders whose files a build reads.
SOURCES = ("slides", "examples", "measurements", "_static")
_PART = re.compile(r"deckPart\([^,]+, (\{.*\})\);\s*", re.DOTALL)
_AS_TEXT = re.compile(r"<noscript><hr hidden>(.*?)</noscript>", re.DOTALL)
_SLIDE = re.compile(
    r'(<section id="([^"]+)"[^>]*?)( data-part="[^"]*")?( aria-label="[^"]*")?>(.*?)</section>',
    re.DOTALL,
)
# What code quotes has no quotation marks of its own in HTML.
_SHOWN = re.compile(r'\sdata-(?:trick="([^"]+)"|chart="([^"]+)")')
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
# Where a page names what it loads by itself; links are followed only by hand.
_LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("video", "src"), ("audio", "src")}
_LOADED |= {("source", "src"), ("embed", "src"), ("object", "data"), ("iframe", "data-src")}
_STYLES = {"stylesheet", "icon", "preload", "modulepreload"}


@dataclass(frozen=True)
class Shown:
    """`tricks` and `measurements` by their ids, in the order of the slides; `remote` is what the
    page loads from another host."""

    tricks: tuple[str, ...]
    measurements: tuple[str, ...]
    remote: tuple[str, ...]


def whole(page: Path) -> str:
    """The HTML of a built page of slides as if all had come at once (deck/slides/delivery.py).

    :raises OSError: there is no such page.
    """
    text = page.read_text("utf-8", "replace")
    more: dict[str, str] = {}
    for path in sorted((page.parent / "parts").glob("*.js")):
        told = _PART.fullmatch(path.read_text("utf-8"))
        for id, html in json.loads(told[1]).items() if told else ():
            more[id] = more.get(id, "") + html
    text = _AS_TEXT.sub(lambda slides: slides[1].replace("<!--next slide-->", ""), text)
    return _SLIDE.sub(lambda slide: _filled(slide, more.get(slide[2], "")), text)


def _filled(slide: re.Match[str], more: str) -> str:
    start, _, part, label, content = slide.groups("")
    return f"{start}{label}>{'' if part else content}{more}</section>"


def read(root: Path) -> Shown | None:
    """What the deck built below root shows, chapters that are left out left out; None without."""
    try:
        text = whole(root / DECK)
    except OSError:
        return None
    page = _Page()
    page.feed(text)
    return Shown(tuple(page.tricks), tuple(page.measurements), tuple(page.remote))


def programs(root: Path) -> frozenset[str]:
    """The ids of what the deck built below root shows, read in a tenth of the time of `read`."""
    try:
        text = whole(root / DECK)
    except OSError:
        return frozenset()
    return programs_in(text)


def programs_in(html: str) -> frozenset[str]:
    """The ids of the programs that these slides show."""
    return frozenset(trick or f"measurements.{chart}" for trick, chart in _SHOWN.findall(html))


def built(root: Path) -> float:
    """When the deck was built, as a time of the clock in seconds."""
    return (root / DECK).stat().st_mtime


def newer(root: Path, when: float) -> Path | None:
    """A source of the deck that was saved after this time; None when there is none."""
    return next((path for path in _sources(root) if _saved(path) > when), None)


def _saved(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # an editor has just replaced it
        return 0.0


def _sources(root: Path) -> Iterator[Path]:
    yield root / "conf.py"
    for name in SOURCES:
        for path in sorted((root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and path.name != "proven.json":
                yield path


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tricks: dict[str, None] = {}
        self.measurements: dict[str, None] = {}
        self.remote: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if id := told.get("data-trick"):
            self.tricks[id] = None
        if name := told.get("data-chart"):
            self.measurements[f"measurements.{name}"] = None
        for name, value in told.items():
            loads = (tag, name) in _LOADED or (
                f"{tag} {name}" == "link href" and _STYLES & set(told.get("rel", "").split())
            )
            if loads and _REMOTE.match(value):
                self.remote[value] = None
