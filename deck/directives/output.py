"""A program's recorded output as HTML: who says each line, in which lane, and tables.

What the page's script does with a live line (theme/scripts/output.js) is done here for a recorded
one. In lanes, each speaker has a line of its own, time running down, and says things beside it;
lanes stand as far from each other as the longest lines of all allow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from deck.programs import talk

_SPEAKER = re.compile(r"([\w/][\w ./,'-]{0,35}):(?= |$)")
_COLUMNS = re.compile(r"\S {2,}\S.* {2,}\S")  # a row of a table: its columns stay under each other
_LAST_WORD = re.compile(r": (dead|killed)$")
DOT = 2  # columns that the mark of a line in a lane takes


class LanesError(Exception):
    """The output can't be drawn in these lanes; the message names the remedy."""


@dataclass(frozen=True)
class Lanes:
    """Who speaks, from left to right, and how many columns it is from one to the next."""

    names: tuple[str, ...]
    step: int

    def of(self, name: str) -> int:
        return self.names.index(name)

    def heads(self, ours: talk.Talk) -> str:
        """The lanes themselves, each with its name at its upper end."""
        lanes = (
            f'<b class="lane" data-place="{escape(ours.place_of(name))}" style="--lane: {at}">'
            f"<span>{escape(name)}</span></b>"
            for at, name in enumerate(self.names)
        )
        # For those who hear it, each line says who speaks.
        return f'<div class="lanes" aria-hidden="true">{"".join(lanes)}</div>'

    def widths(self, lines: Sequence[str]) -> list[int]:
        """How many columns each line takes, counted from the first lane."""
        return [self.step * at + said for at, said in _said(self.names, lines)]


def lanes_of(names: Sequence[str], lines: Sequence[str], room: int) -> Lanes:
    """Lanes for these speakers, as far apart as `room` columns allow. Raises LanesError."""
    known = list(dict.fromkeys(speaker for line in lines if (speaker := speaker_of(line))))
    if sorted(known) != sorted(names) or any(not speaker_of(line) for line in lines):
        raise LanesError(
            f":lanes: {', '.join(names)}, but who speaks is {', '.join(known) or 'nobody'}: name"
            " each of them once, from left to right, and let each line say who speaks"
        )
    if not 2 <= len(names) <= 4:
        raise LanesError(":lanes: are for two to four speakers; leave it out")
    least = max(map(len, names[:-1])) + DOT
    most = [(room - said) // at for at, said in _said(names, lines) if at]
    return Lanes(tuple(names), max(least, min(most)))


def _said(names: Sequence[str], lines: Sequence[str]) -> list[tuple[int, int]]:
    """For each line its lane, and how many columns it takes beside it."""
    found = []
    for line in lines:
        speaker = speaker_of(line)
        found.append((names.index(speaker), len(line) - len(speaker) - 2 + DOT))
    return found


def speaker_of(line: str) -> str:
    """Who says this line; "" if it does not tell."""
    speaker = _SPEAKER.match(line)
    return speaker[1] if speaker else ""


def pane(lines: Sequence[str], ours: talk.Talk, lanes: Lanes | None, label: str) -> str:
    """The pane with all lines."""
    columns = ' class="columns"' if any(map(_COLUMNS.search, lines)) else ""
    heads = lanes.heads(ours) if lanes else ""
    step = f' data-lanes style="--step: {lanes.step}"' if lanes else ""
    written = "".join(_line(line, ours, lanes) for line in lines)
    return (
        f'<div class="trick-output" tabindex="0" role="log" aria-label="{escape(label)}"{step}>'
        f"{heads}<pre{columns}>{written}</pre></div>"
    )


def _line(text: str, ours: talk.Talk, lanes: Lanes | None) -> str:
    who = speaker_of(text)
    if not who:
        return f'<span class="line">{escape(text)}\n</span>'
    end = " data-end" if _LAST_WORD.search(text) else ""
    lane = f' data-lane{end} style="--lane: {lanes.of(who)}"' if lanes else ""
    return (
        f'<span class="line" data-place="{escape(ours.place_of(who))}"{lane}>'
        f'<b class="who">{escape(who)}:</b>{escape(text[len(who) + 1 :])}\n</span>'
    )
