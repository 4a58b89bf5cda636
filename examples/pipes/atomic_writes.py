"""Up to 4096 bytes, writers never mix; one more and they may.

Four processes write into one pipe, and each record of PIPE_BUF bytes comes out whole. When 4095
bytes are left, a write of 4096 that will not wait stays out altogether. But a page and a byte go in
(4097, on most machines) by one byte, and another's record lands between that and the rest.

:needs: none
:man: pipe(7), write(2)
:since: 2.6.27
"""

import contextlib
import errno
import os
import select

from examples.support.scene import child

ATOM = select.PIPE_BUF
PAGE = os.sysconf("SC_PAGE_SIZE")
RECORDS = 200


def write_records(pipe, letter):
    for _ in range(RECORDS):
        os.write(pipe, letter * ATOM)


def crowd(letters):
    """What a reader gets when a process writes for each letter."""
    end, start = os.pipe()
    with contextlib.ExitStack() as writers:
        for letter in letters:
            writer = child(write_records, start, letter)
            writers.enter_context(writer)
        os.close(start)
        with open(end, "rb") as pipe:
            return pipe.read()


def records(stream):
    starts = range(0, len(stream), ATOM)
    return [stream[i : i + ATOM] for i in starts]


def try_write(pipe, record):
    try:
        return os.write(pipe, record)
    except BlockingIOError as error:
        return errno.errorcode[error.errno]


def tear():
    end, start = os.pipe2(os.O_NONBLOCK)
    filling = bytes(16 * PAGE - ATOM + 1)
    os.write(start, filling)
    whole = try_write(start, b"a" * ATOM)
    part = try_write(start, b"a" * (PAGE + 1))
    os.read(end, len(filling))
    os.write(start, b"B")
    os.write(start, b"a" * PAGE)
    return whole, part, os.read(end, 4 * PAGE)


def main():
    got = records(crowd([b"a", b"b", b"c", b"d"]))
    mixed = [record for record in got if len(set(record)) > 1]
    print(f"writers: four, each {RECORDS} records of {ATOM} bytes")
    print(f"reader: {len(got)} records, {len(mixed)} mixed")
    assert (len(got), len(mixed)) == (4 * RECORDS, 0)

    whole, part, stream = tear()
    print(f"ann: writes {ATOM} bytes where {ATOM - 1} fit: {whole}")
    print(f"ann: writes a page and a byte: {part} goes in")
    print("ben: writes B, then ann the rest")
    print(f"reader: {stream[:8].decode()}...")
    assert (whole, part) == ("EAGAIN", 1)
    assert stream == b"aB" + b"a" * PAGE


if __name__ == "__main__":
    main()
