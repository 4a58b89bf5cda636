"""The two rings of io_uring: requests that a program writes, completions that the kernel writes.

A ring is a row of entries in memory that both share, and two numbers that only grow: how many were
put in (tail), how many were taken out (head). An entry's place is its number modulo the length.
io_uring(7) has the whole story; here each ring is used once, from its start.
"""

import ctypes
import mmap
import os
import struct

from examples.support.machines import system_call

# include/uapi/linux/io_uring.h
IORING_SETUP_SQPOLL = 1 << 1
IORING_SQ_NEED_WAKEUP = 1 << 0
IORING_ENTER_SQ_WAKEUP = 1 << 1
IORING_OFF_SQ_RING, IORING_OFF_SQES = 0, 0x10000000
IORING_OP_NOP, IORING_OP_SEND = 0, 26
IOSQE_IO_LINK = 1 << 2

# struct io_uring_params: room for ten numbers, then where things are in the shared memory
PARAMS, SQ_OFFSETS, CQ_OFFSETS = 120, 40, 80

# struct io_uring_sqe: opcode, flags, priority, descriptor, offset, address, length, call's flags,
# and a name by which its completion is known
REQUEST = struct.Struct("=BBHiQQIIQ24x")

# struct io_uring_cqe: that name, what the call returned, flags
COMPLETION = struct.Struct("=QiI")


class Ring:
    """A pair of rings whose requests a thread of the kernel's takes up by itself (SQPOLL).

    The thread looks for work without being called. After idle_ms without any it goes to sleep, and
    says so in a flag; then somebody has to wake it.
    """

    def __init__(self, entries: int, idle_ms: int) -> None:
        params = bytearray(PARAMS)
        wish = struct.pack("=8x3I", IORING_SETUP_SQPOLL, 0, idle_ms)
        params[: len(wish)] = wish
        given = (ctypes.c_char * PARAMS).from_buffer(params)
        self.fd = system_call("io_uring_setup", entries, given)
        length, completions = struct.unpack_from("=2I", params)
        at = struct.unpack_from("=7I", params, SQ_OFFSETS)
        _, tail, _, _, flags, _, array = at
        _, done, _, _, _, first, *_ = struct.unpack_from(
            "=7I", params, CQ_OFFSETS
        )
        size = max(
            array + 4 * length,
            first + COMPLETION.size * completions,
        )
        self._memory = mmap.mmap(
            self.fd, size, offset=IORING_OFF_SQ_RING
        )
        self._requests = mmap.mmap(
            self.fd, REQUEST.size * length, offset=IORING_OFF_SQES
        )
        # Numbers that both read and write: a ctypes number is stored and loaded in one piece.
        self._tail, self._done, self._flags = (
            ctypes.c_uint32.from_buffer(self._memory, place)
            for place in (tail, done, flags)
        )
        self._first = first
        self._written = 0
        # Request n stands in place n: the kernel allows any other order.
        struct.pack_into(
            f"={length}I", self._memory, array, *range(length)
        )

    def close(self) -> None:
        """Let go of the ring, and of the kernel's thread."""
        os.close(self.fd)

    def write(self, request: bytes) -> None:
        """Write a request behind the others. The kernel does not look there before submit()."""
        at = self._written * REQUEST.size
        self._requests[at : at + REQUEST.size] = request
        self._written += 1

    def submit(self) -> None:
        """Let the kernel see all that is written: one number, and no system call."""
        self._tail.value = self._written

    def completed(self) -> int:
        """How many requests are done, so far."""
        return self._done.value

    def sleeps(self) -> bool:
        """Has the kernel's thread gone to sleep? Look each time; else nobody takes the request."""
        return bool(self._flags.value & IORING_SQ_NEED_WAKEUP)

    def wake(self) -> None:
        """Wake it, by the one system call that is needed now and then: io_uring_enter(2)."""
        flags = IORING_ENTER_SQ_WAKEUP
        system_call("io_uring_enter", self.fd, 0, 0, flags, None, 0)

    def result(self, count: int) -> int:
        """What the call behind a completion returned: a number, or minus an errno."""
        at = self._first + count * COMPLETION.size
        return COMPLETION.unpack_from(self._memory, at)[1]


def nop(flags: int = 0) -> bytes:
    """A request to do nothing: the kernel's thread takes it, and says so."""
    return REQUEST.pack(IORING_OP_NOP, flags, 0, -1, 0, 0, 0, 0, 0)


def send(fd: int, message: ctypes.Array, flags: int = 0) -> bytes:
    """A request for send(2) of what lies in memory, and stays there until it is done.

    With IOSQE_IO_LINK the next request begins when this one is done.
    """
    address, length = ctypes.addressof(message), len(message)
    return REQUEST.pack(
        *(IORING_OP_SEND, flags, 0, fd),
        *(0, address, length, 0, 0),
    )
