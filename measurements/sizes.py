"""Large pieces or small ones: what does their size cost?

Every way that two programs have, with pieces of 64 bytes, of a page, and of 32 KiB, which a message
queue does not take: first the round trip, then how many bytes a second arrive. On one core only.

:needs: own net
:man: pipe(7), fifo(7), mq_overview(7), unix(7), udp(7), tcp(7)
:since: 2.6.6
"""

from measurements.harness.cells import KIB, ROUND_TRIP, SAME_CORE, THROUGHPUT, cells
from measurements.harness.rounds import answer
from measurements.ping_pong import WAYS

SMALL, LARGE = (64, 4 * KIB), (32 * KIB,)
LONGER_WAYS = [way for way in WAYS if way != "POSIX queue"]

if __name__ == "__main__":
    answer(
        [
            *cells(ROUND_TRIP, WAYS, SMALL, cores=[SAME_CORE]),
            *cells(ROUND_TRIP, LONGER_WAYS, LARGE, cores=[SAME_CORE]),
            *cells(THROUGHPUT, WAYS, SMALL, cores=[SAME_CORE]),
            *cells(THROUGHPUT, LONGER_WAYS, LARGE, cores=[SAME_CORE]),
        ]
    )
