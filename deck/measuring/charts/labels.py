"""Where a bar's figure and its twin's letter may stand, so that neither covers a sign."""

from collections.abc import Sequence
from dataclasses import dataclass

from deck.measuring.charts.pen import width_of
from deck.measuring.results import PYTHON

Span = tuple[float, float]  # from where to where something goes
LETTER = 32  # the room of the twin's letter


@dataclass(frozen=True)
class Bar:
    """One bar and the signs on its line: `low` and `high` are its whisker's ends.

    `tools` are the public tools' diamonds, `tick` is where the twin's median lies.
    """

    start: float
    low: float
    high: float
    tools: tuple[Span, ...]
    tick: float | None


def place_figure(bar: Bar, words: str) -> tuple[Span, str]:
    """Where the bar's figure goes, and what it says.

    It stands at the bar's end; where a sign is in the way, inside the bar; where there is no room
    either, behind the signs, and then says whose it is.
    """
    ticks = () if bar.tick is None else ((bar.tick - 8, bar.tick + 8),)
    signs = [*bar.tools, *ticks]
    beyond = [(low, high) for low, high in signs if low + high > 2 * bar.high]
    at_end = max([bar.high + 16, *(high + 8 for low, high in signs if (low, high) not in beyond)])
    wide = width_of(words)
    if is_free(at_end, wide, beyond):
        return (at_end, at_end + wide), words
    inside = bar.start + 14
    if inside + wide < bar.low - 10 and is_free(inside, wide, signs):
        return (inside, inside + wide), words
    words = f"{PYTHON} {words}"
    letters = () if bar.tick is None else ((bar.tick - 8, bar.tick + 8 + LETTER),)
    behind = first_free(at_end, width_of(words), [*bar.tools, *letters])
    return (behind, behind + width_of(words)), words


def place_letter(bar: Bar, figure: Span) -> tuple[float, str] | None:
    """Where the C at the twin's tick stands and which class aligns it, or None.

    It stands nowhere if it could be read as belonging to Python's figure; the legend explains the
    tick as well.
    """
    if bar.tick is None:
        return None
    taken = [*bar.tools, figure, (bar.low - 6, bar.high + 6)]
    if is_free(bar.tick + 8, LETTER - 2, taken):
        return bar.tick + 8, "c-text c-letter"
    if bar.tick - 8 - LETTER > bar.start and is_free(bar.tick - 8 - LETTER, LETTER, taken):
        return bar.tick - 8, "c-text c-letter c-end"
    return None


def first_free(x: float, wide: float, taken: Sequence[Span]) -> float:
    """The first place from x on where a text covers none of the signs."""
    for low, high in sorted(taken):
        if not is_free(x, wide, [(low, high)]):
            x = high + 8
    return x


def is_free(x: float, wide: float, taken: Sequence[Span]) -> bool:
    """Whether a text at x covers none of the signs."""
    return not any(low < x + wide and x < high for low, high in taken)
