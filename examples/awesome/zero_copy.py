"""Zero copy: send() returns, and the letter can still change.

A writer sends a letter and then rewrites its buffer, while the reader's window is closed. With a
plain send the reader gets the first draft. With MSG_ZEROCOPY the kernel has kept a reference, not a
copy, and the reader gets the second. The completion gives the buffer back; over loopback it adds
that in the end the bytes were copied after all.

:needs: none
:man: send(2), socket(7), recv(2)
:see: Documentation/networking/msg_zerocopy.rst
:since: 4.14
"""

import select
import socket
import struct

from examples.support.linux import (
    MSG_ZEROCOPY,
    SO_EE_CODE_ZEROCOPY_COPIED,
    SO_EE_ORIGIN_ZEROCOPY,
    SO_ZEROCOPY,
    unsent,
)
from examples.support.scene import connected

REPORT = struct.Struct("=IBBBxII")  # struct sock_extended_err
DRAFT, REVISED = b"Dear all: no!", b"Dear all: yes"


def close_the_window(writer):
    """Send more than a sleeping reader takes."""
    filler = bytes(400_000)
    writer.sendall(filler)
    kept_back = unsent(writer)
    assert kept_back
    return len(filler)


def send_then_rewrite(writer, flags):
    letter = bytearray(DRAFT)
    taken = writer.send(letter, flags)
    assert taken == len(letter)
    letter[:] = REVISED
    return letter  # who drops it early lets strangers write in it


def read_letter(reader, filler):
    with reader.makefile("rb") as words:
        before = words.read(filler)
        assert len(before) == filler
        return words.read(len(DRAFT))


def completion(writer):
    """Which sends are done with their buffers, and how?"""
    poll = select.poll()
    poll.register(writer, 0)  # an error queue shows as POLLERR
    events = poll.poll(10_000)
    assert events
    _, control, _, _ = writer.recvmsg(0, 100, socket.MSG_ERRQUEUE)
    [(_, _, report)] = control
    _, origin, _, code, first, last = REPORT.unpack_from(report)
    assert origin == SO_EE_ORIGIN_ZEROCOPY
    return (first, last), code == SO_EE_CODE_ZEROCOPY_COPIED


def plain():
    with connected() as (writer, reader):
        filler = close_the_window(writer)
        send_then_rewrite(writer, 0)
        letter = read_letter(reader, filler)
    print(f"plain send: the reader gets {letter!r}")
    assert letter == DRAFT


def zero_copy():
    with connected() as (writer, reader):
        writer.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
        filler = close_the_window(writer)
        ours = send_then_rewrite(writer, MSG_ZEROCOPY)
        letter = read_letter(reader, filler)
        print(f"zero copy: the reader gets {letter!r}")
        assert letter == ours == REVISED
        sends, copied = completion(writer)
    print(f"kernel: done with sends {sends[0]} to {sends[1]}")
    print(f"kernel: copied after all, on the way in: {copied}")
    assert sends == (0, 0) and copied


def main():
    print(f"writer: I send {DRAFT!r}")
    print(f"writer: now I make it {REVISED!r}")
    plain()
    zero_copy()


if __name__ == "__main__":
    main()
