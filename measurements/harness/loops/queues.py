"""POSIX message queues."""

import ctypes
from collections.abc import Callable

from measurements.harness.loops import libc
from measurements.harness.loops.timing import count, for_a_while


def ask_queue(there: int, back: int, size: int, seconds: float, result: int) -> None:
    """Put a message into one queue, take the answer from the other."""
    put, take = libc.mq_send, libc.mq_receive
    out, into = bytes(size), ctypes.create_string_buffer(size)
    for _ in for_a_while(seconds, result):
        if put(there, out, size, 0) or take(back, into, size, None) != size:
            raise libc.failed("a message queue")


def answer_queue(there: int, back: int, size: int) -> None:
    put, take, buffer = libc.mq_send, libc.mq_receive, ctypes.create_string_buffer(size)
    while take(there, buffer, size, None) == size and not put(back, buffer, size, 0):
        pass
    raise libc.failed("a message queue")


def send_queue(queue: int, size: int) -> None:
    put, message = libc.mq_send, bytes(size)
    while not put(queue, message, size, 0):
        pass
    raise libc.failed("mq_send")


def receive_queue(queue: int, size: int, seconds: float, result: int) -> None:
    """Count the bytes that arrive."""
    count(_taking(queue, size), seconds, result)


def _taking(queue: int, size: int) -> Callable[[], int]:
    take, buffer = libc.mq_receive, ctypes.create_string_buffer(size)

    def taking() -> int:
        got = take(queue, buffer, size, None)
        if got < 0:
            raise libc.failed("mq_receive")
        return got

    return taking
