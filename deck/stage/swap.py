"""What an open page has to change for a new build: some slides, or all of it.

A page that shows `from` becomes `version` by this message, in JSON:

    {"type": "swap", "from": ..., "version": ...,
     "slides": {ID: {"html": the whole section}},
     "renumbered": {ID: {"tag": the section's start tag, "number": the words of its number}},
     "gone": [IDs], "renamed": {old ID: new ID}, "order": [all IDs] or null where it is the same,
     "pictures": [addresses of pictures that look otherwise now]}
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

# What a page can show anew; and what only a new page takes over.
PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".mp4", ".webm"}
HELD = {".css", ".js", ".mjs", ".woff", ".woff2", ".ttf", ".otf"}
# Beside a page's own scripts, those that are no program.
_PROGRAM = re.compile(r"<script\b(?![^>]*\btype=\"application/json\")", re.IGNORECASE)
_START = re.compile(r"\s*<section\b[^>]*>")
_NUMBER = re.compile(r'<div class="slide-no">(\d+)</div>(?=\s*</section>\s*$)')


@dataclass(frozen=True)
class Built:
    """A page as it was built: its slides by id, in order, their digest, and the page around them.

    `swaps` says whether it may be changed in place: no script of others has worked on its slides.
    `programs` are the ids of those that it shows.
    """

    slides: dict[str, str]
    digest: bytes
    around: str
    swaps: bool
    programs: frozenset[str]

    @cached_property
    def version(self) -> str:
        return blake2b(self.digest + self.around.encode(), digest_size=12).hexdigest()


def between(old: Built | None, new: Built, files: Iterable[Path]) -> dict[str, Any] | None:
    """The message that takes an open page from *old* to *new*, or None: it has to be loaded anew.

    *files* are those beside the page that the build changed.
    """
    pictures = _pictures(files)
    if old is None or pictures is None or not new.swaps or old.around != new.around:
        return None
    if old.slides.keys().isdisjoint(new.slides):
        return None
    moved = [*old.slides] != [*new.slides]
    message: dict[str, Any] = {
        "type": "swap",
        "from": old.version,
        "version": new.version,
        "slides": {},
        "renumbered": {},
        "gone": [id for id in old.slides if id not in new.slides] if moved else [],
        "order": None,
        "renamed": {},
        "pictures": pictures,
    }
    before_each = map(old.slides.get, new.slides) if moved else old.slides.values()
    for (id, html), before in zip(new.slides.items(), before_each, strict=True):
        if before == html:
            continue
        if before is not None and _content(before) == _content(html):
            message["renumbered"][id] = {"tag": _start(html), "number": _number(html)}
        elif _PROGRAM.search(html):
            return None
        else:
            message["slides"][id] = {"html": html}
    if moved:
        message["order"] = list(new.slides)
        message["renamed"] = _renamed(list(old.slides), message["order"])
    return message


def _pictures(files: Iterable[Path]) -> list[str] | None:
    """The pictures among these files; None where a page holds one that is none.

    What comes later than the page (deck/slides/delivery.py) is in the slides already.
    """
    found = [path for path in files if path.parts[:1] != ("parts",)]
    if any(path.suffix in HELD for path in found):
        return None
    return sorted(path.as_posix() for path in found if path.suffix in PICTURES)


def _renamed(old: list[str], new: list[str]) -> dict[str, str]:
    """Slides that stand where others stood before: with a new title a slide has a new id."""
    renamed: dict[str, str] = {}
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace":
            gone = [id for id in old[a:b] if id not in new]
            come = [id for id in new[c:d] if id not in old]
            renamed |= dict(zip(gone, come, strict=False))
    return renamed


def _start(html: str) -> str:
    found = _START.match(html)
    return found[0].strip() if found else ""


def _content(html: str) -> str:
    """A slide without what tells only where it stands: its start tag and its number."""
    return _NUMBER.sub("", _START.sub("", html, count=1))


def _number(html: str) -> str:
    found = _NUMBER.search(html)
    return found[1] if found else ""
