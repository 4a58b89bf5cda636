"""A database loads a file that never exists.

gzip unpacks into a FIFO and PostgreSQL is told to COPY from that path: rows, sum and checksum
arrive whole, though nothing was ever unpacked on a disk. A plain role is refused (42501), and needs
no such right: `\\copy` and COPY FROM STDIN send the same rows through its own connection.

:needs: program gzip, program postgres
:man: fifo(7), mkfifo(3)
:see: PostgreSQL manual, COPY and psql
:since: 2.6
"""

import contextlib
import glob
import gzip
import hashlib
import os
import subprocess
import tempfile

from examples.scene import child

BIN = glob.glob("/usr/lib/postgresql/*/bin")
PRICES = [i * i % 9973 for i in range(100_000)]
CSV = "".join(f"{i},{p}\n" for i, p in enumerate(PRICES))
PROOF = f"{len(PRICES)}|{sum(PRICES)}|" + (
    hashlib.md5(CSV.encode()).hexdigest()
)


def run(*words, **pipes):
    done = subprocess.run(
        words, check=True, capture_output=True, text=True, **pipes
    )
    return done.stdout.strip()


