"""A database loads a file that was never unpacked.

gzip unpacks into a FIFO, and PostgreSQL is told to COPY from that path: rows, sum and checksum
arrive whole, though no unpacked file ever lay on a disk. The server opens the path, so a plain role
is refused (42501). It needs no such right to send the same rows through its own connection.

:needs: program gzip, program postgres, user name
:man: fifo(7), mkfifo(3)
:see: PostgreSQL manual, COPY and psql
:since: 2.6
"""

import gzip
import hashlib
import os
import subprocess
from tempfile import TemporaryDirectory

from examples.support.databases import postgres
from examples.support.scene import child

PRICES = [i * i % 9973 for i in range(100_000)]
CSV = "".join(f"{i},{p}\n" for i, p in enumerate(PRICES))
MD5 = hashlib.md5(CSV.encode()).hexdigest()
PROOF = f"{len(PRICES)} rows, sum {sum(PRICES)}, md5 {MD5}"
TALLY = r"""SELECT format('%s rows, sum %s, md5 %s', count(*), sum(price),
    md5(string_agg(id || ',' || price || E'\n', '' ORDER BY id)))
    FROM sales"""
SETUP = """CREATE TABLE sales (id int, price int);
    CREATE ROLE guest LOGIN; GRANT INSERT ON sales TO guest"""
GUNZIP = "gzip -dc sales.csv.gz"


def load_by_path(sql, path):
    os.mkfifo(path)
    unpack = f"exec {GUNZIP} > {path}"
    with child(os.execlp, "sh", "sh", "-c", unpack):
        sql(f"COPY sales FROM '{path}' CSV", "boss")


def load_by_program(sql):
    sql(rf"\copy sales FROM PROGRAM '{GUNZIP}' CSV", "guest")


def load_by_stdin():
    copy = "psql -q -U guest -c 'COPY sales FROM STDIN CSV'"
    subprocess.run(f"{GUNZIP} | {copy}", shell=True, timeout=10)


def refused_path(sql, path):
    try:
        sql(f"COPY sales FROM '{path}' CSV", "guest")
    except subprocess.CalledProcessError as error:
        return error.stderr.split()[-1]


def check(sql, who):
    arrived = sql(TALLY)
    print(f"{who}: {arrived[:40]}")
    assert arrived == PROOF
    sql("TRUNCATE sales")


def main():
    with TemporaryDirectory() as folder, postgres(folder) as sql:
        with gzip.open("sales.csv.gz", "wt") as file:
            file.write(CSV)
        path = f"{folder}/sales.csv"
        sql(SETUP)
        load_by_path(sql, path)
        check(sql, "boss: FIFO")
        size = os.stat(path).st_size
        print(f"kernel: size of that FIFO: {size}")
        assert size == 0
        state = refused_path(sql, path)
        print(f"guest: FIFO: {state} insufficient_privilege")
        assert state == "42501"
        load_by_program(sql)
        check(sql, r"guest: \copy")
        load_by_stdin()
        check(sql, "guest: STDIN")


if __name__ == "__main__":
    main()
