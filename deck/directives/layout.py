"""Where a trick's output stands, and how many rows and columns its slide has to hold.

The style sheet makes the letters as large as rows and columns allow (theme/styles/trick.css).
Below the code, the output has rows of its own; beside it, it lies on the code's pane, where the
code's lines are shortest.
"""

from dataclasses import dataclass

# In units of a slide of 1920 by 1080 with a title of one line, at the smallest size of letters.
HEIGHT = {"below": 762, "beside": 810}
COLUMNS = {"below": 83, "beside": 88}
LANES = 60  # columns of output in lanes: as many as letters of a good size allow
ROW = 38
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


def below(code: list[int], output: list[int]) -> Layout:
    """Code over output; both are given as the widths of their lines."""
    return Layout("below", len(code) + max(len(output), 2), max([*code, *output, 1]))


def beside(code: list[int], output: list[int]) -> Layout:
    """The output at the side of the lines that leave most room, rather of late ones."""
    high = len(output) + 1  # with its frame
    rows = max(len(code), high)

    def columns(start: int) -> int:
        return max(code[start : start + high], default=0) + max(output, default=0)

    start = min(reversed(range(rows - high + 1)), key=columns)
    return Layout("beside", rows, max([*code, columns(start)]), start)


def choose(code: list[int], output: list[int]) -> Layout:
    """Below, where that fits or nothing does."""
    under, side = below(code, output), beside(code, output)
    return side if side.fits and not under.fits else under
