"""UDP is fast. Faster than what?

Round trips of datagrams of several sizes, by UDP over loopback and by Unix datagram sockets, and of
as many bytes by TCP, which sends at once (TCP_NODELAY).

:needs: own net
:man: udp(7), unix(7), tcp(7)
:since: 2.6.6
"""

from measurements.harness.cells import KIB, ROUND_TRIP, cells
from measurements.harness.rounds import answer

SIZES = (64, KIB, 4 * KIB, 16 * KIB, 32 * KIB)

if __name__ == "__main__":
    answer(cells(ROUND_TRIP, ("Unix datagram", "UDP", "TCP_NODELAY"), SIZES))
