"""How bars and their figures fill the room: where the axis stands, how long a unit is."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

GAP = 18  # between a bar and its figure
NEARLY = 0.03  # bars whose lengths differ by less look the same


@dataclass(frozen=True)
class End:
    """How far something goes from the axis: so many units, and then so much room for words.

    `units` is negative on the left of the axis, `is_left` says so of what has no length.
    """

    units: float
    room: float = 0
    is_left: bool = False


def fitted(ends: Sequence[End], room: float) -> tuple[float, float]:
    """Where the axis stands in the room, and the longest unit with which all ends are inside."""
    left = [(-end.units, end.room) for end in ends if end.units < 0 or end.is_left] or [(0, 0)]
    right = [(end.units, end.room) for end in ends if end.units > 0] or [(0, 0)]
    right += [(0, end.room) for end in ends if not end.units and not end.is_left]
    pairs = [(a + b, room - c - d) for (a, c), (b, d) in itertools.product(left, right)]
    unit = max(0.0, min((free / long for long, free in pairs if long), default=1.0))
    return max(long * unit + words for long, words in left), unit


def side_by_side(panels: Sequence[Sequence[End]], room: float) -> tuple[list[float], float]:
    """How wide each panel is, whose ends all lie on the right, and the unit that they share."""

    def widths(unit: float) -> list[float]:
        return [max(end.units * unit + end.room for end in ends) for ends in panels]

    longest = max(end.units for ends in panels for end in ends)
    low, high = 0.0, room / longest
    while (high - low) * longest > 0.1:
        middle = (low + high) / 2
        low, high = (middle, high) if sum(widths(middle)) <= room else (low, middle)
    return widths(low), low


def digits_for(figures: Sequence[tuple[Callable[[int], str], float]]) -> int:
    """How many digits figures need: two, or three where bars that differ were called the same.

    Each figure comes as what writes it with so many digits, and the length of its bar.
    """
    for (one, a), (other, b) in itertools.combinations(figures, 2):
        longer, shorter = max(abs(a), abs(b)), min(abs(a), abs(b))
        if longer - shorter > NEARLY * longer and one(2) == other(2):
            return 3
    return 2
