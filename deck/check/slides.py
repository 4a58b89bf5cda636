"""What does not fit or can't be read on the slides that a browser shows.

`complaints(page)` and `pale(page)` take a Playwright page that shows a deck, and answer in
sentences; none means that all is well. Only a trick's output may scroll, and only downwards; on a
phone a slide may be higher than the screen, and wide boxes scroll sideways.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

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
# For a talk that holds itself to more: text 1/22 of the slide's height, code 1/32.
STRICT = Rules(1080 / 22, 1080 / 32)


@dataclass
class Finding:
    """One thing that is wrong on a slide, and at which sizes, themes or steps it was seen."""

    slide: int
    title: str
    source: str  # FILE:LINE, as the deck has it
    said: str
    seen: dict[str, int] = field(default_factory=dict)  # where, and the first step there

    def __str__(self) -> str:
        places = ", ".join(
            f"{where} step {step}" if step else where for where, step in self.seen.items()
        )
        return f"slide {self.slide} ({self.title}): {self.said} ({places})"


def check(
    page: Any, rules: Rules = USUAL, sizes: Iterable[Size] = (*SCREENS, PHONE)
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

    def add(self, where: str, answers: Iterable[dict[str, Any]]) -> None:
        for answer in answers:
            step = answer.pop("step")
            key = answer["slide"], answer["said"]
            self._found.setdefault(key, Finding(**answer)).seen.setdefault(where, step)

    def __iter__(self) -> Iterator[Finding]:
        return iter(sorted(self._found.values(), key=lambda finding: finding.slide))


def fitting(page: Any, size: Size, rules: Rules) -> list[dict[str, Any]]:
    """What goes beyond its slide, hides, lies on something, or is too small, at this size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.wait_for_function(_LAID_OUT, arg=list(size))
    return ask(page, ["fits", "large", "overlaps"], rules)


def standing_out(page: Any, theme: str, rules: Rules) -> list[dict[str, Any]]:
    """Text that stands out too little, in this theme."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    # With the last step all is there but the other explanations, which look like this one.
    return ask(page, ["standsOut"], rules, only_last=True)


def ask(
    page: Any, names: list[str], rules: Rules, *, only_last: bool = False
) -> list[dict[str, Any]]:
    """The answers of all slides and steps, in one call: many would take longer than the answers."""
    page.add_style_tag(content=_STILL)
    page.evaluate("document.fonts.ready.then(() => null)")
    question = f"async (how) => {{ {QUESTIONS.read_text('utf-8')}\n return ask(how); }}"
    how = {"names": names, "rules": rules._asdict(), "onlyLast": only_last}
    return page.evaluate(question, how)


# ---- for tests


def complaints(page: Any, rules: Rules = STRICT, sizes: Iterable[Size] = SCREENS) -> list[str]:
    """What hides, goes beyond its slide, or is too small, at each size and each step."""
    found = Findings()
    for size in sizes:
        found.add(f"{size[0]}x{size[1]}", fitting(page, size, rules))
    return [str(finding) for finding in found]


def pale(page: Any, rules: Rules = STRICT) -> list[str]:
    """Text that stands out too little, in the light and in the dark."""
    found = Findings()
    for theme in ("light", "dark"):
        found.add(theme, standing_out(page, theme, rules))
    return [str(finding) for finding in found]
