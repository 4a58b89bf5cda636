"""How long the speaker stayed on each slide of a rehearsal, and what was run there."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from deck.programs.shown import whole

FILE = Path("_build", "rehearsal.json")
FIRST = ""  # where a talk opens: its first slide
NEAR = 10  # seconds that are worth no word
PASSED_BY = 3  # seconds: who stays no longer was on the way to another slide
HEADINGS = {f"h{level}" for level in range(1, 7)}


class RehearsalError(Exception):
    """What was kept can't be read or written; the message names file and remedy."""


@dataclass
class Visit:
    """One stay on a slide: the id of the slide, the seconds, the programs that were run."""

    slide: str
    seconds: float = 0.0
    runs: list[str] = field(default_factory=list)


class Rehearsal:
    """What was noted, kept in *file* at each turn: stopped and begun again, it goes on.

    Raises RehearsalError.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.file = file
        self._clock = clock
        self.visits = _read(file)
        self._since: float | None = None

    def note(self, action: str, what: str) -> None:
        """Something happened on the stage: a window has joined, moved, or run a program."""
        if action == "join":
            if self._since is None:
                self._begin(FIRST if not what else _slide(what))
        elif action == "at":
            if self._since is None or self.visits[-1].slide != _slide(what):
                self.stop()
                self._begin(_slide(what))
        elif action == "run" and self._since is not None:
            self.visits[-1].runs.append(what)
            self._save()

    def stop(self) -> None:
        """The time that passes from here on does not count."""
        if self._since is not None:
            self.visits[-1].seconds += self._clock() - self._since
            self._since = None
            self._save()

    def _begin(self, slide: str) -> None:
        self.visits.append(Visit(slide))
        self._since = self._clock()

    def _save(self) -> None:
        rows = [
            {"slide": visit.slide, "seconds": round(visit.seconds, 1), "runs": visit.runs}
            for visit in self.visits
        ]
        passing = self.file.with_suffix(".new")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            passing.write_text(json.dumps({"visits": rows}, indent=1), "utf-8")
            passing.replace(self.file)
        except OSError as error:
            raise RehearsalError(f"{self.file} can't be written: {error.strerror}") from error


def _slide(place: str) -> str:
    """`#/pipes/2` is the slide `pipes`."""
    return place.removeprefix("#/").partition("/")[0]


def _read(file: Path) -> list[Visit]:
    if not file.exists():
        return []
    try:
        rows = json.loads(file.read_text("utf-8"))["visits"]
        return [Visit(row["slide"], float(row["seconds"]), list(row["runs"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RehearsalError(f"{file} is no rehearsal ({error}); begin anew: --anew") from error


# ---- what was meant


@dataclass
class Slide:
    """A slide of the built deck: its id, its title, and the seconds that its `minutes` give it."""

    id: str
    title: str = ""
    seconds: float = 0.0


class _Slides(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Slide] = []
        self._depth = 0
        self._titled = True
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self._depth += 1
            if self._depth == 1:
                given = dict(attrs)
                seconds = float(given.get("data-timing") or 0)
                self.found.append(Slide(given.get("id") or str(len(self.found)), "", seconds))
                self._titled = False
        elif tag in HEADINGS and self._depth and not self._titled:
            self._inside = self._titled = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._depth -= 1
        elif tag in HEADINGS:
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1].title += data


def slides_of(page: Path) -> list[Slide]:
    """The slides of a built deck."""
    parser = _Slides()
    parser.feed(whole(page))
    return parser.found


# ---- what came of it


def stayed(visits: list[Visit]) -> dict[str, float]:
    """The seconds on each slide, in all."""
    spent: dict[str, float] = {}
    for visit in visits:
        spent[visit.slide] = spent.get(visit.slide, 0.0) + visit.seconds
    return spent


def rehearsed(root: Path) -> dict[str, float]:
    """The seconds that each slide took in the rehearsal of this talk, "" for the first slide.

    Slides that were only passed by are not in it. Raises RehearsalError.
    """
    spent = stayed(_read(root / FILE))
    return {slide: seconds for slide, seconds in spent.items() if seconds > PASSED_BY}


def report(visits: list[Visit], slides: list[Slide]) -> list[str]:
    """Where the time went, for a terminal: what took longer than it was meant to, first."""
    first = slides[0].id if slides else FIRST
    spent = {slide or first: seconds for slide, seconds in stayed(visits).items()}
    runs: dict[str, list[str]] = {}
    for visit in visits:
        runs.setdefault(visit.slide or first, []).extend(visit.runs)
    meant = [slide for slide in slides if slide.seconds]
    count = sum(map(len, runs.values()))
    whole = f" of {_clock(sum(slide.seconds for slide in meant))}" if meant else ""
    lines = [
        f"Rehearsed {_clock(sum(spent.values()))}{whole}. Slides: {len(spent)}, runs: {count}."
    ]
    over = [(spent[slide.id] - slide.seconds, slide) for slide in slides if slide.id in spent]
    lost = sorted((one for one in over if one[0] > NEAR), key=lambda one: -one[0])
    won = sum(-more for more, _ in over if more < -NEAR)
    if meant and lost:
        lines.append(f"Time was lost, {_clock(sum(more for more, _ in lost))} in all, on:")
        lines += [_line(more, slide, spent[slide.id], runs[slide.id]) for more, slide in lost]
    if meant and won:
        lines.append(f"Other slides took {_clock(won)} less than they were given.")
    unseen = [slide.title for slide in meant if slide.id not in spent]
    if unseen:
        lines.append(f'Slides not rehearsed yet: {len(unseen)}, the first is "{unseen[0]}".')
    return lines


def _line(more: float, slide: Slide, spent: float, runs: list[str]) -> str:
    ran = f"; ran {', '.join(dict.fromkeys(runs))}" if runs else ""
    given = _clock(slide.seconds) if slide.seconds else "no time"
    return f"  +{_clock(more)}  {slide.title or slide.id}: {_clock(spent)}, given {given}{ran}"


def _clock(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02}"
