"""One to four: can multicast stand in for Redis?

A publisher and four subscribers. Either it waits for all four after each message, or only after a
batch: 100 messages of 64 bytes, or 20 of 4 KiB. Redis and ZeroMQ are reached from Python only; what
works in them is C and C++ already.

:needs: own net, program redis-server, package zmq
:man: udp(7), ip(7), netlink(7), unix(7)
:since: 2.6.14
"""

from measurements.harness.cells import DELIVERY, KIB, MESSAGES, PYTHON, C, cells
from measurements.harness.rounds import answer

KERNELS, SERVERS = ("UDP multicast", "netlink bus", "Unix datagrams"), ("Redis", "ZeroMQ")
SIZES = {DELIVERY: (64,), MESSAGES: (64, 4 * KIB)}

if __name__ == "__main__":
    answer(
        [
            cell
            for measure, sizes in SIZES.items()
            for cell in (
                *cells(measure, KERNELS + SERVERS, sizes, by=[PYTHON]),
                *cells(measure, KERNELS, sizes, by=[C]),
            )
        ]
        + [*cells(MESSAGES, ["Redis"], SIZES[MESSAGES], by=["redis-benchmark"])],
        longer=2,
    )
