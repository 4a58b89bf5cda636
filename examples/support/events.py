"""What can be waited for as a descriptor or a signal: signalfd, timerfd, inotify, pselect.

Each call raises OSError with the kernel's errno.
"""

import ctypes
import os
import struct
import time

from examples.support.libc import checked, libc

# include/uapi/linux/inotify.h
IN_CREATE = 0x100


def signalfd(*signals: int) -> int:
    """Return a descriptor from which blocked signals can be read: signalfd(2), Linux 2.6.27."""
    return checked(
        libc.signalfd(-1, _sigset(signals), os.O_CLOEXEC),
        "signalfd",
    )


def read_signals(fd: int) -> list[tuple[int, int]]:
    """Read all that a signalfd has, waiting for the first: number and value of each signal."""
    size, number_and_value = 128, struct.Struct("=I40xi")
    records = os.read(fd, 64 * size)
    return [
        number_and_value.unpack_from(records, at)
        for at in range(0, len(records), size)
    ]


def sigqueue(pid: int, number: int, value: int) -> None:
    """Send a signal that carries a number: sigqueue(3)."""
    sigval = ctypes.c_void_p(value)
    checked(libc.sigqueue(pid, number, sigval), "sigqueue")


def timerfd() -> int:
    """Return a descriptor that can be read when time is up: timerfd_create(2), Linux 2.6.27."""
    return checked(
        libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_CLOEXEC),
        "timerfd_create",
    )


def timerfd_settime(fd: int, nanoseconds: int) -> None:
    """Let a timer expire once, so long from now; less than a second: timerfd_settime(2)."""
    once = struct.pack("@4l", 0, 0, 0, nanoseconds)
    checked(
        libc.timerfd_settime(fd, 0, once, None), "timerfd_settime"
    )


def inotify(path: str, events: int) -> int:
    """Return a descriptor that tells what happens to a file or in a folder: inotify(7)."""
    fd = checked(libc.inotify_init1(os.O_CLOEXEC), "inotify_init1")
    checked(
        libc.inotify_add_watch(fd, os.fsencode(path), events),
        "inotify_add_watch",
    )
    return fd


def pselect(
    readers: list[int], seconds: int, blocked: tuple[int, ...] = ()
) -> list[int]:
    """Wait for readers, with only these signals blocked meanwhile: pselect(2), Linux 2.6.16.

    A signal that comes through raises InterruptedError; Python's own select would go on waiting.
    """
    bits = sum(1 << fd for fd in readers).to_bytes(128, "little")
    ready = ctypes.create_string_buffer(bits, 128)
    deadline = struct.pack("@2l", seconds, 0)
    count = max(readers, default=-1) + 1
    mask = _sigset(blocked)
    checked(
        libc.pselect(count, ready, None, None, deadline, mask),
        "pselect",
    )
    left = int.from_bytes(ready.raw, "little")
    return [fd for fd in readers if left >> fd & 1]


def _sigset(signals: tuple[int, ...]) -> bytes:
    bits = sum(1 << (number - 1) for number in signals)
    return bits.to_bytes(128, "little")
