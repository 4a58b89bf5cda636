"""A ring instead of recv(): ten times faster?

A packet socket sees 1000 datagrams on loopback and reads them: by recv(), one call for each, or
from a ring (TPACKET_V3) in memory. What is counted decides: only the reader, or also the sender's
calls, in which the kernel captures each packet.

:needs: own net
:man: packet(7)
:see: Documentation/networking/packet_mmap.rst
:since: 3.2
"""

from measurements.harness.cells import READING, SAME_CORE, WHOLE, cells
from measurements.harness.rounds import answer

if __name__ == "__main__":
    answer(
        [
            *cells(READING, ("recv", "ring"), cores=[SAME_CORE]),
            *cells(WHOLE, ("recv", "ring"), cores=[SAME_CORE]),
        ]
    )
