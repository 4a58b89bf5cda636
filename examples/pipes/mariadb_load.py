"""MariaDB reads a path, and the path is a program.

gzip unpacks into a FIFO; LOAD DATA INFILE makes the server open it, and every row arrives, counted,
summed and checked by CRC. With LOCAL it is the client that opens the file and sends it on; so it
may name its own standard input, a pipe.

:needs: program gzip, program mariadbd
:man: fifo(7), mkfifo(3)
:see: MariaDB Knowledge Base, LOAD DATA INFILE
:since: 2.6
"""

import gzip
import os
import subprocess
import zlib
from tempfile import TemporaryDirectory

from examples.support.databases import mariadb
from examples.support.scene import child

PRICES = [i * i % 9973 for i in range(100_000)]
CSV = [f"{i},{p}" for i, p in enumerate(PRICES)]
CRC = sum(zlib.crc32(line.encode()) for line in CSV)
PROOF = f"{len(CSV)} rows, sum {sum(PRICES)}, crc {CRC}"
TALLY = """SELECT CONCAT(COUNT(*), ' rows, sum ', SUM(price),
    ', crc ', SUM(CRC32(CONCAT(id, ',', price)))) FROM shop.sales"""
SETUP = """CREATE DATABASE shop;
    CREATE TABLE shop.sales (id INT, price INT)"""
INTO = "INTO TABLE shop.sales FIELDS TERMINATED BY ','"
GUNZIP = "gzip -dc sales.csv.gz"


def load_by_path(sql, path):
    os.mkfifo(path)
    unpack = f"exec {GUNZIP} > {path}"
    with child(os.execlp, "sh", "sh", "-c", unpack):
        sql(f"LOAD DATA INFILE '{path}' {INTO}")


def load_by_stdin(sql):
    with subprocess.Popen(
        GUNZIP.split(), stdout=subprocess.PIPE
    ) as gunzip:
        sql(
            f"LOAD DATA LOCAL INFILE '/dev/stdin' {INTO}",
            "--local-infile",
            stdin=gunzip.stdout,
        )


def check(sql, who):
    arrived = sql(TALLY)
    print(f"{who}: {arrived}")
    assert arrived == PROOF
    sql("TRUNCATE shop.sales")


def main():
    with TemporaryDirectory() as folder, mariadb(folder) as sql:
        with gzip.open("sales.csv.gz", "wt") as file:
            file.write("\n".join([*CSV, ""]))
        path = f"{folder}/sales.csv"
        sql(SETUP)
        load_by_path(sql, path)
        check(sql, "server")
        size = os.stat(path).st_size
        print(f"kernel: size of the file it read: {size}")
        assert size == 0
        load_by_stdin(sql)
        check(sql, "client")


if __name__ == "__main__":
    main()
