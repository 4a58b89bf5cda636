"""Where the talk is: the slide and the step that were shown last, also after a crash."""

import re
import time
from collections.abc import Callable
from pathlib import Path

from deck.stage.kept import Kept

FILE = "place.json"
LOST = "after a crash the talk opens at its first slide."
# So long a talk that broke off is the same one; later it begins at its first slide.
SAME_TALK = 60 * 60.0
# A slide's id or number as an address has it (encodeURIComponent), and perhaps a step.
_PLACE = re.compile(r"#/[\w.!~*'()%-]{1,300}(/\d{1,4})?", re.ASCII)


class Place:
    """The last place; `now` is a part of an address such as `#/pipes/2`, or "" at the start."""

    def __init__(
        self,
        folder: Path | None = None,
        warn: Callable[[str], None] = print,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._kept = Kept(folder, FILE, LOST, warn)
        self._clock = clock
        self.now = self._read()

    def move(self, place: str) -> bool:
        """Note where the talk is; whether that is a place at all."""
        if not _PLACE.fullmatch(place):
            return False
        self.now = place
        self._kept.write({"place": place, "when": self._clock()})
        return True

    def _read(self) -> str:
        told = self._kept.read()
        place, when = told.get("place"), told.get("when")
        if not isinstance(place, str) or not isinstance(when, float):
            return ""
        recent = 0 <= self._clock() - when < SAME_TALK
        return place if recent and _PLACE.fullmatch(place) else ""
