"""Where a trick's output stands, and how many rows and columns its slide has to hold.

The style sheet makes the letters as large as rows and columns allow (theme/styles/trick.css).
Below the code, the output has rows of its own; beside it, it lies on the code's pane, where it
leaves explanations their lines, and where the code's lines are shortest.
"""

from collections.abc import Collection
from dataclasses import dataclass

# In units of a slide of 1920 by 1080 with a title of one line, at the smallest size of letters.
HEIGHT = {"below": 762, "beside": 810}
COLUMNS = {"below": 83, "beside": 88}
LANES = 60  # columns of output in lanes: as many as letters of a good size allow
ROW = 38
SMALLEST = 34
TIGHT, LOOSE = 1.25, 1.37  # the least and the most from one line to the next, in letters
CARD = 150  # units that an explanation of two lines takes
MARK = 3  # columns that the mark of an explanation takes
SWITCH = 2  # and the switch of a variant


@dataclass(frozen=True)
class Layout:
    """One way to lay a trick out; the output begins beside the code's line `start`."""

    kind: str
    rows: int
    columns: int
    start: int = 0

    @property
    def fits(self) -> bool:
        """Whether all is seen without scrolling."""
        return self.rows * ROW <= HEIGHT[self.kind] and self.columns <= COLUMNS[self.kind]

    @property
    def letters(self) -> float:
        """How large the code can be, in units of the slide."""
        rows = HEIGHT[self.kind] / max(self.rows, 1) / TIGHT
        return min(rows, SMALLEST * COLUMNS[self.kind] / max(self.columns, 1))

    @property
    def leading(self) -> float:
        """From one line to the next, in units of the slide."""
        return min(HEIGHT[self.kind] / max(self.rows, 1), self.letters * LOOSE)


def below(code: list[int], output: list[int]) -> Layout:
    """Code over output; both are given as the widths of their lines."""
    return Layout("below", len(code) + max(len(output), 2), max([*code, *output, 1]))


def beside(code: list[int], output: list[int], explained: Collection[int] = ()) -> Layout:
    """The output at the side of lines that are not `explained`, then of those that leave most room,
    rather of late ones. It may end below the code, where the slide has more rows."""
    high = len(output) + 1  # with its frame
    rows = max(len(code), high, int(HEIGHT["beside"] / SMALLEST / TIGHT))

    def at(start: int) -> Layout:
        wide = max(code[start : start + high], default=0) + max(output, default=0)
        return Layout("beside", max(len(code), start + high), max([*code, wide]), start)

    def apart(place: Layout) -> int:
        """How many rows of output lie between explained lines and room for an explanation."""
        start, end = place.start, place.start + high
        above = start * place.leading >= CARD
        under = HEIGHT["beside"] - (end - 1) * place.leading >= CARD
        return sum(
            min(max(0, row + 1 - start) if above else rows, max(0, end - row) if under else rows)
            for row in explained
        )

    last = min(rows - high, max(0, len(code) - 1))
    places = [at(start) for start in range(last, -1, -1)]
    fitting = [place for place in places if place.fits] or places
    return min(fitting, key=lambda place: (apart(place), -place.letters))


def choose(code: list[int], output: list[int], explained: Collection[int] = ()) -> Layout:
    """Below, where that fits or nothing does."""
    under, side = below(code, output), beside(code, output, explained)
    return side if side.fits and not under.fits else under
