"""Memory that both share: the message lies in it, and something else says that it is there."""

import ctypes
import errno
import mmap
import os
from collections.abc import Callable

from examples.support import machines
from measurements.harness.loops import libc
from measurements.harness.loops.timing import for_a_while

Arguments = tuple[object, ...]
HALF = mmap.PAGESIZE // 2  # there the answer begins; the last word of each half is its flag
FLAG_THERE, FLAG_BACK = HALF // 4 - 1, mmap.PAGESIZE // 4 - 1

try:
    SYS_FUTEX: int | None = machines.number("futex")
except machines.UnknownMachine:
    SYS_FUTEX = None  # another machine's is not guessed
FUTEX_WAIT, FUTEX_WAKE = 0, 1  # linux/futex.h


def _halves(memory: int) -> tuple[memoryview, memoryview, memoryview]:
    page = mmap.mmap(memory, mmap.PAGESIZE)
    return memoryview(page)[:HALF], memoryview(page)[HALF:], memoryview(page).cast("I")


def ask_eventfd(memory: int, there: int, back: int, size: int, seconds: float, result: int) -> None:
    """Put the message into memory, ring; wait for the bell, take the answer."""
    mine, theirs, _ = _halves(memory)
    message, ring, wait = bytes(size), os.eventfd_write, os.eventfd_read
    for _ in for_a_while(seconds, result):
        mine[:size] = message
        ring(there, 1)
        wait(back)
        bytes(theirs[:size])


def answer_eventfd(memory: int, there: int, back: int, size: int) -> None:
    mine, theirs, _ = _halves(memory)
    ring, wait = os.eventfd_write, os.eventfd_read
    while True:
        wait(there)
        theirs[:size] = mine[:size]
        ring(back, 1)


def _futexes(memory: int) -> tuple[Callable[..., int], list[Arguments], list[Arguments]]:
    """The system call, and its arguments to wake and to wait at each flag, made only once."""
    page = mmap.mmap(memory, mmap.PAGESIZE)
    flags = [ctypes.c_uint32.from_buffer(page, 4 * flag) for flag in (FLAG_THERE, FLAG_BACK)]
    words = list(map(ctypes.byref, flags))
    wake: list[Arguments] = [(SYS_FUTEX, word, FUTEX_WAKE, 1) for word in words]
    wait: list[Arguments] = [(SYS_FUTEX, word, FUTEX_WAIT, 0, None) for word in words]
    return libc.syscall, wake, wait


def _woken_or_not_asleep() -> None:
    """After a wait that failed: the flag may have been set before, all else is an error."""
    if ctypes.get_errno() not in (errno.EAGAIN, errno.EINTR):
        raise libc.failed("futex")


def ask_futex(memory: int, size: int, seconds: float, result: int) -> None:
    """As with the eventfd, but the flag is in memory too, and the kernel only wakes."""
    mine, theirs, words = _halves(memory)
    futex, [wake, _], [_, wait] = _futexes(memory)
    there, back, message = FLAG_THERE, FLAG_BACK, bytes(size)
    for _ in for_a_while(seconds, result):
        mine[:size] = message
        words[there] = 1
        if futex(*wake) < 0:
            raise libc.failed("futex")
        while not words[back]:
            if futex(*wait):
                _woken_or_not_asleep()
        words[back] = 0
        bytes(theirs[:size])


def answer_futex(memory: int, size: int) -> None:
    mine, theirs, words = _halves(memory)
    futex, [_, wake], [wait, _] = _futexes(memory)
    there, back = FLAG_THERE, FLAG_BACK
    while True:
        while not words[there]:
            if futex(*wait):
                _woken_or_not_asleep()
        words[there] = 0
        theirs[:size] = mine[:size]
        words[back] = 1
        if futex(*wake) < 0:
            raise libc.failed("futex")


def ask_spinning(memory: int, size: int, seconds: float, result: int) -> None:
    """No system call at all: look at the flag until it changes."""
    mine, theirs, words = _halves(memory)
    message = bytes(size)
    for _ in for_a_while(seconds, result):
        mine[:size] = message
        words[FLAG_THERE] = 1
        while not words[FLAG_BACK]:
            pass
        words[FLAG_BACK] = 0
        bytes(theirs[:size])


def answer_spinning(memory: int, size: int) -> None:
    mine, theirs, words = _halves(memory)
    while True:
        while not words[FLAG_THERE]:
            pass
        words[FLAG_THERE] = 0
        theirs[:size] = mine[:size]
        words[FLAG_BACK] = 1
