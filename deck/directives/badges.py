"""A trick's badges: on which kernels it is proven, and what it needs.

A slide's row holds buttons, the date, the badges and the trick's name. What would find no room
there gets a brief form; a phone, the handout and those who point at it have the whole.
"""

from html import escape
from typing import NamedTuple

from deck.programs import proof, talk
from deck.programs.catalogue import Trick
from deck.slides import words

# In units of a slide of 1920 by 1080 (theme/styles/trick.css): the row, and what stands there.
ROW, GAP = 1792, 18
RUN, WHAT_IF, COPY, SHAPE, EDGES = 170, 218, 70, 40, 38
MONO = 18.1  # a letter of the trick's name
SLACK = 1.02
LOW = 34 / 30  # how much larger the small print is on a low screen (theme/styles/controls.css)
# Of the small print, by letters; all others are as wide as a digit.
WIDTHS = {" .,:ijl": 6.0, "ftr-/I": 10.0, "mwMW": 24.0}
DIGIT = 15.6


class Badge(NamedTuple):
    """What it says, and briefly in a row without room: None where it is whole there, too, and ""
    where nothing of it has room."""

    whole: str
    brief: str | None = None

    def html(self) -> str:
        text = escape(self.whole)
        if self.brief is None:
            return f'<span class="badge" title="{text}">{text}</span> '
        return (
            f'<span class="badge" title="{text}" data-brief="{escape(self.brief)}">'
            f"<span>{text}</span></span> "
        )


def of(trick: Trick, rows: dict[str, proof.Row], ours: talk.Talk) -> tuple[Badge, ...]:
    """The badges of a trick, with their brief forms."""
    proven = Badge(proof.badge(trick, rows), proof.badge(trick, rows, brief=True))
    return tuple(badge for badge in (proven, _needs(trick, ours)) if badge.whole)


def _needs(trick: Trick, ours: talk.Talk) -> Badge:
    needs = [_said(need, ours) for need in trick.needs]
    if not needs:
        return Badge("")
    more = [f"+ {len(needs) - 1}"] if needs[1:] else []
    say = words._("needs {what}")
    first = needs[0].removeprefix("module ")
    return Badge(say.format(what=", ".join(needs)), say.format(what=" ".join([first, *more])))


def _said(need: str, ours: talk.Talk) -> str:
    """The name alone says whether it is a program, a package or a file."""
    kind, _, name = need.partition(" ")
    return ours.called.get(need) or (name if kind in ("program", "package", "file") else need)


def fitted(badges: tuple[Badge, ...], name: str, status: str, what_if: bool) -> list[Badge]:
    """The badges in the longest forms that find room: what a trick needs is brief last."""
    room: float = ROW - RUN - what_if * (GAP + WHAT_IF) - 2 * GAP
    room -= SHAPE + _width(status) + COPY + MONO * len(name)
    if not badges:
        return []
    *proven, last = badges
    whole = [badge._replace(brief=None) for badge in badges]
    alone = [badge._replace(brief="") for badge in proven]
    ways = [whole, [*proven, whole[-1]], list(badges)]
    if _row([whole[-1]]) * LOW <= room - (LOW - 1) * _width(status):
        ways.append([*alone, whole[-1]])
    return next((way for way in ways if _row(way) <= room), [*alone, last])


def _row(badges: list[Badge]) -> float:
    said = [badge.whole if badge.brief is None else badge.brief for badge in badges]
    return sum(GAP + EDGES + _width(text) for text in said if text)


def _width(text: str) -> float:
    def of(letter: str) -> float:
        return next((wide for some, wide in WIDTHS.items() if letter in some), DIGIT)

    return SLACK * sum(map(of, text))
