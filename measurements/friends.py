"""Friend sockets: how much faster are they?

The two ends of a TCP connection are in a map of friends (see examples/awesome/friends.py), beside
plain TCP, which sends at once (TCP_NODELAY), and a Unix stream.

:needs: root
:man: bpf-helpers(7), tcp(7), unix(7)
:see: Documentation/bpf/map_sockmap.rst
:since: 5.13
"""

from measurements.harness.cells import KIB, ROUND_TRIP, THROUGHPUT, cells
from measurements.harness.rounds import answer

WAYS = ("friends", "TCP_NODELAY", "Unix stream")
SIZES = (64, 4 * KIB, 64 * KIB)

if __name__ == "__main__":
    answer(
        [
            *cells(ROUND_TRIP, WAYS, SIZES),
            *cells(THROUGHPUT, ("friends", "TCP", "Unix stream"), SIZES),
        ]
    )
