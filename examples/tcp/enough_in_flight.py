"""A writer need not be ahead by more than the wire can take.

A TCP socket takes all that fits into its buffer: megabytes that were written, have not left, and
can't be taken back. With TCP_NOTSENT_LOWAT the kernel takes no more when a little waits unsent, and
calls for more when less than half of that is left. What is under way does not count.

:needs: none
:man: tcp(7), socket(7), poll(2)
:see: Documentation/networking/ip-sysctl.rst (tcp_notsent_lowat)
:since: 5.0
"""

import select
import socket
import struct

from examples.support.linux import (
    SK_MEMINFO_SNDBUF,
    SK_MEMINFO_WMEM_QUEUED,
    SO_MEMINFO,
    unsent,
)
from examples.support.scene import DEADLINE

MEGABYTE = 1 << 20
MARK = 128 << 10  # bytes that may wait unsent
WINDOW = 64 << 10  # more than that is never under way


def connect():
    """A reader with a small buffer, a writer with a large one."""
    with socket.socket() as listener:
        resize(listener, socket.SO_RCVBUF, WINDOW // 2)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        writer = socket.create_connection(listener.getsockname())
        reader, _ = listener.accept()
    resize(writer, socket.SO_SNDBUF, MEGABYTE)
    writer.setblocking(False)
    reader.settimeout(DEADLINE)
    return writer, reader


def resize(sock, buffer, size):
    """The kernel doubles it, and has a limit: net.core.wmem_max."""
    sock.setsockopt(socket.SOL_SOCKET, buffer, size)


def keep_little_waiting(writer):
    writer.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MARK
    )


def write_until_stopped(writer):
    """How much can't be taken back, and has not left yet?"""
    try:
        while True:
            writer.send(bytes(4096))
    except BlockingIOError:
        return unsent(writer)


def read_until_called(reader, writer):
    """Read little by little, until the writer may go on."""
    while not may_write(writer):
        reader.recv(1024)
    return unsent(writer)


def may_write(writer):
    return writer in select.select([], [writer], [], 0)[1]


def free_part(writer):
    """How much of the writer's buffer is free?"""
    info = writer.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
    words = struct.unpack("9I", info)
    used = words[SK_MEMINFO_WMEM_QUEUED]
    return 1 - used / words[SK_MEMINFO_SNDBUF]


def as_ever():
    writer, reader = connect()
    waits = write_until_stopped(writer)
    much = waits > 2 * MARK
    print(f"writer: unsent, more than 256 KiB: {much}")
    left, free = (
        read_until_called(reader, writer),
        free_part(writer),
    )
    called = free >= 1 / 3
    print(f"kernel: called when a third is free: {called}")
    assert much and called and left > MARK


def with_a_mark():
    writer, reader = connect()
    keep_little_waiting(writer)
    waits = write_until_stopped(writer)
    little = MARK <= waits <= MARK + WINDOW
    print(f"writer: unsent, about 128 KiB, my mark: {little}")
    left = read_until_called(reader, writer)
    called = left < MARK // 2
    print(f"kernel: called when half of it is left: {called}")
    print(f"kernel: and the wire has not run dry: {left > 0}")
    assert little and called and left > 0


def main():
    as_ever()
    with_a_mark()


if __name__ == "__main__":
    main()
