"""By read and write: pipes, sockets, datagrams."""

import functools
import os
from collections.abc import Iterator

from measurements.harness.loops.timing import count, for_a_while, read_all, write_all

BUFFER = 64 << 10
SMALL = 4096  # what arrives whole, and is read fastest as bytes


def ask(fd_in: int, fd_out: int, size: int, writes: int, seconds: float, result: int) -> None:
    """Send `size` bytes in so many writes, wait for as many back; how long did it take?"""
    rounds, part = for_a_while(seconds, result), bytes(size // writes)
    if writes == 1 and size <= SMALL:
        _ask_small(rounds, fd_in, fd_out, part)
    else:
        _ask_large(rounds, fd_in, fd_out, part, writes)


def _ask_small(rounds: Iterator[None], fd_in: int, fd_out: int, message: bytes) -> None:
    read, write, size = os.read, os.write, len(message)
    for _ in rounds:
        write(fd_out, message)
        if len(read(fd_in, size)) != size:
            raise EOFError("a small message came in pieces, or the other one has closed")


def _ask_large(rounds: Iterator[None], fd_in: int, fd_out: int, part: bytes, writes: int) -> None:
    answer = memoryview(bytearray(len(part) * writes))
    for _ in rounds:
        for _ in range(writes):
            write_all(fd_out, part)
        read_all(fd_in, answer)


def answer(fd_in: int, fd_out: int, size: int, writes: int) -> None:
    """Send back whatever comes, until we are killed."""
    if writes == 1 and size <= SMALL:
        _answer_small(fd_in, fd_out, size)
    message = memoryview(bytearray(size))
    while True:
        read_all(fd_in, message)
        write_all(fd_out, message)


def _answer_small(fd_in: int, fd_out: int, size: int) -> None:
    # One in pieces goes back in pieces, and who asked says so.
    read, write = os.read, os.write
    while write(fd_out, read(fd_in, size)):
        pass
    raise EOFError("the other one has closed")


def send(fd_out: int, size: int) -> None:
    """Send as fast as it goes, until we are killed."""
    message, write = bytes(size), os.write
    while True:
        write(fd_out, message)


def receive(fd_in: int, size: int, seconds: float, result: int) -> None:
    """Count the bytes that arrive."""
    buffer = bytearray(max(size, BUFFER))
    count(functools.partial(os.readv, fd_in, [buffer]), seconds, result)
