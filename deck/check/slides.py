"""What does not fit or can't be read on the slides that a browser shows.

`check(page)` takes a Playwright page that shows a deck; no finding means that all is well. Only a
trick's output may scroll, and only downwards; on a phone a slide may be higher than the screen, and
wide boxes scroll sideways.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUESTIONS = Path(__file__).with_name("questions.js")
Size = tuple[int, int]
SCREENS: tuple[Size, ...] = ((1920, 1080), (1280, 720))
PHONE: Size = (390, 844)
# The slide is 1080 units high; on a phone it is the screen itself.
_LAID_OUT = """([width, height]) => document.documentElement.classList.contains("phone")
  ? innerWidth === width
  : Math.abs(Reveal.getScale() - Math.min(width / 1920, height / 1080)) < 0.01"""
_STILL = "*, *::before, *::after { transition: none !important; animation: none !important }"


class Rules(NamedTuple):
    """What counts as large enough (in the slide's 1080 units of height) and as standing out."""

    text: float = 30
    code: float = 24
    contrast: float = 4.5


USUAL = Rules()


class Answer(TypedDict):
    """What questions.js says of one thing: `step` is the slide's step at which it is seen."""

    slide: int
    title: str
    source: str
    said: str
    step: int


@dataclass
class Finding:
    """One thing that is wrong on a slide, and at which sizes, themes or steps it was seen."""

    slide: int
    title: str
    source: str  # FILE:LINE, as the deck has it
    said: str
    seen: dict[str, int] = field(default_factory=dict)  # where, and the first step there


def check(
    page: "Page", rules: Rules = USUAL, sizes: Iterable[Size] = (*SCREENS, PHONE)
) -> list[Finding]:
    """Everything that is wrong, at each size and step, in light and dark."""
    found = Findings()
    for size in sizes:
        found.add(f"{size[0]}x{size[1]}", fitting(page, size, rules))
    page.set_viewport_size({"width": SCREENS[0][0], "height": SCREENS[0][1]})
    page.wait_for_function(_LAID_OUT, arg=list(SCREENS[0]))
    for theme in ("light", "dark"):
        found.add(theme, standing_out(page, theme, rules))
    return list(found)


class Findings:
    """What was found, each once, with all the places where it was seen."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], Finding] = {}

    def add(self, where: str, answers: Iterable[Answer]) -> None:
        """Note what was seen at this size of screen, or in this theme."""
        for answer in answers:
            slide, said = key = answer["slide"], answer["said"]
            finding = Finding(slide, answer["title"], answer["source"], said)
            self._found.setdefault(key, finding).seen.setdefault(where, answer["step"])

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found.values(), key=lambda finding: finding.slide))


def fitting(page: "Page", size: Size, rules: Rules) -> list[Answer]:
    """What goes beyond its slide, hides, lies on something, or is too small, at this size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function(_LAID_OUT, arg=list(size))
    return ask(page, ["fits", "large", "overlaps"], rules)


def standing_out(page: "Page", theme: str, rules: Rules) -> list[Answer]:
    """Text that stands out too little, in this theme."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    # With the last step all is there but the other explanations, which look like this one.
    return ask(page, ["standsOut"], rules, only_last=True)


def ask(page: "Page", names: list[str], rules: Rules, *, only_last: bool = False) -> list[Answer]:
    """The answers of all slides and steps, in one call: many would take longer than the answers."""
    page.add_style_tag(content=_STILL)
    page.evaluate("document.fonts.ready.then(() => null)")
    question = f"async (how) => {{ {QUESTIONS.read_text('utf-8')}\n return ask(how); }}"
    how = {"names": names, "rules": rules._asdict(), "onlyLast": only_last}
    answers: list[Answer] = page.evaluate(question, how)
    return answers
