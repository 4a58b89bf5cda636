"""POSIX message queues, mq_overview(7): the calls of mqueue.h.

Each raises OSError with the kernel's errno.
"""

import contextlib
import ctypes
import os
import struct

from examples.support.libc import checked, libc


def temporary_name() -> str:
    """A name that nobody has: all processes of an IPC namespace share them."""
    return f"/trick-{os.urandom(8).hex()}"


def mq_open(name: str, messages: int, size: int) -> int:
    """Make a queue for so many messages of up to that size; return its descriptor: mq_open(3)."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NONBLOCK
    mq_attr = struct.pack("@8l", 0, messages, size, 0, 0, 0, 0, 0)
    try:
        return checked(
            libc.mq_open(name.encode(), flags, 0o600, mq_attr),
            "mq_open",
        )
    except PermissionError:
        # Whether we may open it is asked when the kernel has made it (Landlock): it would stay.
        with contextlib.suppress(OSError):
            mq_unlink(name)
        raise


def mq_unlink(name: str) -> None:
    """Take the name away; the queue lives on while somebody has it open: mq_unlink(3)."""
    checked(libc.mq_unlink(name.encode()), "mq_unlink")


def mq_send(queue: int, message: bytes, priority: int) -> None:
    """Put a message in front of all that are less important: mq_send(3)."""
    length = ctypes.c_size_t(len(message))
    checked(
        libc.mq_send(queue, message, length, priority), "mq_send"
    )


def mq_receive(queue: int, size: int) -> tuple[bytes, int]:
    """Take the oldest of the most important messages, and its priority: mq_receive(3)."""
    message = ctypes.create_string_buffer(size)
    priority = ctypes.c_uint()
    length = checked(
        libc.mq_receive(
            queue,
            message,
            ctypes.c_size_t(size),
            ctypes.byref(priority),
        ),
        "mq_receive",
    )
    return message.raw[:length], priority.value


def mq_notify(queue: int, number: int) -> None:
    """Ask for one signal when a message comes to the empty queue: mq_notify(3)."""
    sigevent = struct.pack("@Pii", 0, number, 0).ljust(64, b"\0")
    checked(libc.mq_notify(queue, sigevent), "mq_notify")
