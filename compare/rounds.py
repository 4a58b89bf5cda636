"""Rounds, interleaved: what disturbs the machine for a while disturbs all sides alike."""

import statistics
from contextlib import ExitStack
from dataclasses import dataclass

from compare.row import Missing, Round, Row


@dataclass(frozen=True)
class Result:
    """What was measured of a row: figures by side, round by round; who was missing."""

    row: Row
    figures: dict[str, list[float]]
    missing: dict[str, str]

    def median(self, side: str) -> float:
        return statistics.median(self.figures[side])

    def ratio(self, peer: str) -> float | None:
        """Of our median to the peer's; None where one of them was not measured."""
        if self.row.ours not in self.figures or peer not in self.figures:
            return None
        return self.median(self.row.ours) / self.median(peer)

    def verdicts(self) -> list[tuple[str, bool | None]]:
        """The row's targets in words, and whether each is met; None: nothing to compare."""
        found: list[tuple[str, bool | None]] = []
        for peer, limit in self.row.at_most.items():
            ratio = self.ratio(peer)
            met = None if ratio is None else ratio <= limit
            found.append((f"at most {limit:g} x {peer}", met))
        if self.row.ceiling is not None:
            measured = self.row.ours in self.figures
            met = self.median(self.row.ours) <= self.row.ceiling if measured else None
            found.append((f"at most {self.row.ceiling:g} {self.row.unit}", met))
        return found


def measure(row: Row) -> Result:
    """All sides of a row, a round of each in turn."""
    with ExitStack() as stack:
        able: dict[str, Round] = {}
        missing: dict[str, str] = {}
        for name, opened in row.sides.items():
            try:
                able[name] = opened(stack)
            except Missing as lack:
                missing[name] = str(lack)
        figures: dict[str, list[float]] = {name: [] for name in able}
        for number in range(row.warm_up + row.rounds):
            for name, once in list(able.items()):
                try:
                    figure = once()
                except Missing as lack:
                    missing[name] = str(lack)
                    del able[name], figures[name]
                    continue
                if number >= row.warm_up:
                    figures[name].append(figure)
    return Result(row, figures, missing)
