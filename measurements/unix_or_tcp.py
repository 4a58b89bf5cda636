"""Unix or TCP: which is faster on one machine?

Round trips of messages of several sizes, and how many bytes a second arrive when they are written
in pieces of these sizes. TCP sends at once (TCP_NODELAY) where an answer is waited for.

:needs: own net
:man: unix(7), tcp(7)
:since: 2.6.6
"""

from measurements.harness.cells import KIB, ROUND_TRIP, THROUGHPUT, cells
from measurements.harness.rounds import answer

SIZES = (64, KIB, 4 * KIB, 16 * KIB, 64 * KIB)

if __name__ == "__main__":
    answer(
        [
            *cells(ROUND_TRIP, ("Unix stream", "TCP_NODELAY"), SIZES),
            *cells(THROUGHPUT, ("Unix stream", "TCP"), SIZES),
            *cells(THROUGHPUT, ["TCP"], [64 * KIB], by=["iperf3"]),
        ]
    )
