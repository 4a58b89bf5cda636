"""The reader stops, and the writer has to stop too.

A writer sends until the kernel takes no more, for nobody reads: all that went out has arrived, the
rest waits, and send() says EAGAIN. No byte is dropped. The reader reads on, and the writer may
write on.

:needs: none
:man: tcp(7), send(2)
:see: RFC 9293 section 3.8.6
:since: 2.6.39
"""

import select
import socket

from examples.support.linux import unacknowledged, unsent
from examples.support.scene import connected


def write_until_stopped(writer):
    writer.setblocking(False)
    written, stopped = 0, False
    while True:
        try:
            written += writer.send(bytes(65536))
        except BlockingIOError:
            if stopped:
                return written
            stopped = held_back(writer)


def held_back(writer):
    """All that was sent has arrived, and still there is more."""
    return unacknowledged(writer) == unsent(writer) > 0


def read(reader, count):
    while count:
        count -= len(reader.recv(min(count, 65536)))


def without_pacing(stream):
    """A congestion control that keeps nothing back on its own."""
    stream.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno"
    )


def may_write(writer, patience):
    return writer in select.select([], [writer], [], patience)[1]


def main():
    with connected() as (writer, reader):
        without_pacing(writer)
        written = write_until_stopped(writer)
        print("writer: I write until the kernel takes no more")
        waiting = held_back(writer)
        print(
            f"kernel: all sent has arrived; more waits: {waiting}"
        )
        stopped = not may_write(writer, patience=0)
        print(f"writer: I have to stop: {stopped}")
        assert waiting and stopped
        read(reader, written)
        print("reader: I have read it all")
        goes_on = may_write(writer, patience=5)
        print(f"writer: I may go on: {goes_on}")
        assert goes_on


if __name__ == "__main__":
    main()
