"""What a benchmark is here: some sides that do the same job, each one round at a time."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

# Does the job once, and tells what it took, in the unit of the row.
Round = Callable[[], float]


class Missing(Exception):
    """A side that this machine can't measure; the text says what it lacks, and how it is had."""


@dataclass(frozen=True)
class Row:
    """One job.

    `sides` names those who do it, ours first. Each is opened once, with a stack that closes what
    it started, and gives its round, or raises `Missing`, as a round may that finds out too late.
    `at_most` is the target: the name of a side to the largest ratio of ours to it, of the medians.
    `ceiling` is the most that ours may take, in the unit, where the target is no ratio. Rows with
    few rounds are those that take long.
    `warm_up` rounds come before the first that counts: caches fill, peers compile.
    """

    name: str
    sides: Mapping[str, Callable[[ExitStack], Round]]
    unit: str = "ms"
    rounds: int = 9
    at_most: Mapping[str, float] = field(default_factory=dict)
    ceiling: float | None = None
    warm_up: int = 2

    @property
    def ours(self) -> str:
        return next(iter(self.sides))

    def with_rounds(self, rounds: int) -> "Row":
        return replace(self, rounds=rounds, warm_up=min(self.warm_up, rounds))
