"""Something lies in shared memory: how is the other told?

64 bytes lie in memory that both have mapped. One program says that they are there: by an eventfd,
by a futex, or by nothing but a flag that the other one looks at all the time. A pipe beside them.

:needs: none
:man: eventfd(2), futex(2), mmap(2), pipe(7)
:since: 2.6.22
"""

from measurements.harness.cells import ACROSS_CORES, ROUND_TRIP, cells
from measurements.harness.rounds import answer

if __name__ == "__main__":
    answer(
        [
            *cells(ROUND_TRIP, ("pipe", "eventfd", "futex")),
            # On one core the other one could look for ever.
            *cells(ROUND_TRIP, ["spinning"], cores=[ACROSS_CORES]),
        ]
    )
