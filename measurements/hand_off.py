"""What does it cost to give a descriptor away?

A byte and its answer through a socket pair; the same with a descriptor in the envelope. Then a new
TCP connection, a byte and its answer: served by who accepted it, or by another program to which
it was handed over.

:needs: own net
:man: unix(7), cmsg(3), accept(2)
:since: 2.6.6
"""

from measurements.harness.cells import REQUEST, cells
from measurements.harness.rounds import answer

WAYS = (
    *("a byte", "a byte and a descriptor"),
    *("a new connection", "a connection handed over"),
)

if __name__ == "__main__":
    answer(cells(REQUEST, WAYS, sizes=[1]))
