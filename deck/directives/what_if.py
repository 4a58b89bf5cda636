"""The variants of a trick as its slide shows them: at which line, what is changed, what came of it.

Written into the page by html.py; theme/scripts/variants.js puts the switch at the line.
"""

from dataclasses import dataclass
from typing import Any

from deck.directives import html, snippets
from deck.programs import recording
from deck.programs.variants import Variant


@dataclass(frozen=True)
class Change:
    """A variant as whole lines: from line `number` of the program, `old` becomes `new`.

    Nothing in `old`: the new lines stand behind line `number` - 1.
    """

    number: int
    old: list[str]
    new: list[str]


def change(variant: Variant) -> Change:
    """The lines in which a variant differs from its trick."""
    old = variant.trick.path.read_text("utf-8").split("\n")
    new = variant.source().split("\n")
    first = _same(old, new)
    last = _same(old[first:][::-1], new[first:][::-1])
    return Change(first + 1, old[first : len(old) - last], new[first : len(new) - last])


def _same(some: list[str], others: list[str]) -> int:
    """How many lines are the same from the beginning."""
    pairs = enumerate(zip(some, others, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(some), len(others)))


def told(variant: Variant, lines: list[snippets.Line]) -> dict[str, Any]:
    """What the page is told of a variant of the trick that shows these lines.

    `at` is the index of the shown line behind which the new ones stand, -1 where none is shown;
    `gone` are the indices of those that they replace. Raises RecordingError.
    """
    made, kept = change(variant), recording.read(variant)
    shown = {line.number: index for index, line in enumerate(lines) if line.number}
    gone = [shown[number] for number in _numbers(made) if number in shown]
    at = gone[-1] if gone else -1 if made.old else shown.get(made.number - 1, -1)
    return {
        "name": variant.name,
        "title": variant.title,
        "shows": variant.shows,
        "exception": variant.exception,
        "at": at,
        "gone": gone,
        "old": made.old,
        "new": _set_back(made.new, variant, lines[at]) if at >= 0 else made.new,
        **html.told_of(kept),
    }


def _numbers(made: Change) -> range:
    return range(made.number, made.number + len(made.old))


def _set_back(new: list[str], variant: Variant, line: snippets.Line) -> list[str]:
    """As far to the left as the line beside them is shown."""
    whole = variant.trick.path.read_text("utf-8").split("\n")[line.number - 1]
    cut = len(whole) - len(line.text)
    return [text[cut:] if not text[:cut].strip() else text for text in new]
