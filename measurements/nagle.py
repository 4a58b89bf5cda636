"""Two small writes, then wait: what does Nagle's algorithm cost?

64 bytes go out by one write or by two of 32, and as many come back; with Nagle's algorithm and
without it (TCP_NODELAY).

:needs: own net
:man: tcp(7)
:see: RFC 896, RFC 1122 section 4.2.3.2
:since: 2.6.6
"""

from measurements.harness.cells import ROUND_TRIP, SAME_CORE, cells
from measurements.harness.rounds import answer

WAYS = ("TCP", "TCP_NODELAY", "TCP in two writes", "TCP_NODELAY in two writes")

if __name__ == "__main__":
    answer(cells(ROUND_TRIP, WAYS, cores=[SAME_CORE]), longer=8)
