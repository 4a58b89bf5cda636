"""Several rows of one measurement, such as the first line and the end of a run."""

import itertools
from collections.abc import Callable
from contextlib import ExitStack

from compare.row import Round

# Measures once, and gives the figures by their names.
Measure = Callable[[], dict[str, float]]
# Prepares that, as a side of a row does.
Opened = Callable[[ExitStack], Measure]


class Measured:
    """Several figures of one measurement: the first row has it made, a round of it for each of its
    own, and the others have their figure of the same rounds.
    """

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._found: list[dict[str, float]] = []

    def figure(self, name: str) -> Callable[[ExitStack], Round]:
        def opened(stack: ExitStack) -> Round:
            measure = None if self._found else self._opened(stack)
            numbers = itertools.count()

            def once() -> float:
                nonlocal measure
                number = next(numbers)
                while len(self._found) <= number:
                    measure = measure or self._opened(stack)
                    self._found.append(measure())
                return self._found[number][name]

            return once

        return opened
