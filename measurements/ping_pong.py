"""A question and its answer: which way is fastest?

Two programs on one core, then on two: one sends 64 bytes and waits until the other has sent as many
back. The time is for both ways together.

:needs: own net
:man: pipe(7), fifo(7), mq_overview(7), unix(7), udp(7), tcp(7)
:since: 2.6.6
"""

from measurements.harness.cells import ROUND_TRIP, cells
from measurements.harness.rounds import answer

WAYS = (
    *("pipe", "FIFO", "POSIX queue", "socketpair", "Unix stream", "Unix seqpacket"),
    *("Unix datagram", "UDP", "TCP", "TCP_NODELAY"),
)
WITH_SOCKPERF = ("UDP", "TCP_NODELAY")

if __name__ == "__main__":
    answer(
        [
            *cells(ROUND_TRIP, WAYS),
            *cells(ROUND_TRIP, WITH_SOCKPERF, by=["sockperf"]),
        ]
    )
