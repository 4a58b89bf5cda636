"""Is a bigger pipe a faster pipe?

How many bytes a second go through a pipe that holds 4 KiB to 1 MiB, when they are written and read
64 KiB at a time. A pipe holds 64 KiB unless somebody says otherwise.

:needs: none
:man: pipe(7), fcntl(2)
:since: 2.6.35
"""

from measurements.harness.cells import KIB, THROUGHPUT, cells
from measurements.harness.rounds import answer

WAYS = tuple(f"pipe of {kib} KiB" for kib in (4, 16, 64, 256, 1024))

if __name__ == "__main__":
    answer(cells(THROUGHPUT, WAYS, sizes=[64 * KIB]))
