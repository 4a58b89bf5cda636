"""The deck as followers have it now: each slide with its answer once that was shown."""

import time
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from deck.programs.shown import whole
from deck.stage.followers import files, withheld
from deck.stage.followers.captions import at_step
from deck.stage.followers.files import File
from deck.stage.followers.withheld import ARRIVAL, Page, Slide

STREAM = "/follow"


class Shown:
    """`now` counts changes: a page that was loaded at an earlier one lacks `since` then; one from
    before `first` is to be loaded anew. `files` is all that can be fetched, by path."""

    def __init__(self, folder: Path, more: dict[str, File] | None = None) -> None:
        self.files: dict[str, File] = {}
        # No number of an earlier process is taken for one of ours.
        self.now = self.first = time.time_ns() // 1_000_000
        self._folder = folder
        self._more = more or {}
        self._page = Page("", "", [], set())
        self._open: set[str] = set()
        self._texts: list[str] = []
        self._changed: dict[int, int] = {}

    def build(self) -> list[int] | None:
        """Read what was built: the slides that are new, or None where the page is.

        Raises OSError, ValueError and withheld.Unreadable; then all stays as it was.
        """
        page = withheld.read(whole(self._folder / "index.html"))
        before, old, self._page = self._page, self._texts, page
        same = (before.head, before.tail) == (page.head, page.tail)
        if same and len(old) == len(page.slides) and not self._others():
            return self._renew()
        self.now += 1
        self.first = self.now
        self._changed.clear()
        self._texts = self._written()
        self._collect()
        return None

    def show(self, index: int, step: int) -> list[int]:
        """The speaker is at this step of this slide; the slides that are new by that."""
        if index >= len(self._page.slides):
            return []
        slide = self._page.slides[index]
        if slide.answered is None or step < slide.answered or _key(index, slide) in self._open:
            return []
        self._open.add(_key(index, slide))
        return self._renew()

    def since(self, number: int) -> list[int]:
        """The slides that have changed since then."""
        return [index for index, changed in self._changed.items() if changed > number]

    def html(self, index: int) -> str:
        return self._texts[index]

    def find(self, place: str) -> tuple[int, int] | None:
        """Slide and step of an address `#/ID/STEP`; None for a slide that is not there."""
        name, _, step = place.removeprefix("#/").partition("/")
        name, at = unquote(name), int(step) if step.isdecimal() else ARRIVAL
        for index, slide in enumerate(self._page.slides):
            if name and slide.id == name:
                return index, at
        is_number = name.isdecimal() and int(name) < len(self._page.slides)
        return (int(name), at) if is_number else None

    def captions(self, index: int, step: int) -> list[str]:
        slides = self._page.slides
        return at_step(slides[index].captions, step) if index < len(slides) else []

    def _renew(self) -> list[int]:
        written = self._written()
        new = [index for index, text in enumerate(written) if text != self._texts[index]]
        if new:
            self.now += 1
            self._texts = written
            self._changed |= dict.fromkeys(new, self.now)
            self._collect()
        return new

    def _written(self) -> list[str]:
        return [slide.whole if is_open else slide.before for slide, is_open in self._slides()]

    def _slides(self) -> Iterable[tuple[Slide, bool]]:
        """The slides, and whether all of each may be seen."""
        for index, slide in enumerate(self._page.slides):
            yield slide, slide.answered is None or _key(index, slide) in self._open

    def _others(self) -> bool:
        """Whether a picture or a style sheet of the same name is another one now."""
        found = files.collect(self._folder, [path[1:] for path in self.files], {})
        return any(self.files[f"/{path}"].tag != each.tag for path, each in found.items())

    def _collect(self) -> None:
        page, wanted = self._page, set(self._page.files)
        for slide, is_open in self._slides():
            wanted |= slide.files | slide.late if is_open else slide.files
        known = {path[1:]: each for path, each in self.files.items()}
        found = files.collect(self._folder, wanted, known)
        mark = f'<html data-follow="{STREAM}" data-since="{self.now}"'
        text = "".join([page.head.replace("<html", mark, 1), *self._texts, page.tail])
        self.files = {f"/{path}": each for path, each in found.items()} | self._more
        self.files["/"] = files.file(text.encode(), files.PAGE)


def _key(index: int, slide: Slide) -> str:
    """What a slide is known by after it was built again."""
    return slide.id or str(index)
