"""An array of messages, in a single system call.

It is sendmmsg() that sends an array of messages, each with an end of its own; sendfile() moves
bytes. recvmmsg() is the other end. Both say how many messages went through. sendmmsg() takes no
more than 1024 at a time, without calling that an error.

:needs: none
:man: sendmmsg(2), recvmmsg(2)
:since: 3.1
"""

import ctypes
import socket
import struct

from examples.support.mmsg import Iovec, Mmsghdr, recvmmsg, sendmmsg

WORDS = b"the", b"whole", b"", b"array", b"at once"
FIVE_SECONDS = struct.pack("ll", 5, 0)


def array_of(buffers):
    """An array of messages; each has one piece, its buffer."""
    array = (Mmsghdr * len(buffers))()
    for message, buffer in zip(array, buffers, strict=True):
        piece = Iovec(ctypes.addressof(buffer), len(buffer))
        message.header.pieces = ctypes.pointer(piece)
        message.header.piece_count = 1
    return array


def send_all(out, words):
    buffers = [(ctypes.c_char * len(w))(*w) for w in words]
    return sendmmsg(out, array_of(buffers))


def receive(inbox, count):
    buffers = [(ctypes.c_char * 100)() for _ in range(count)]
    array = array_of(buffers)
    came = recvmmsg(inbox, array)
    return [buffers[i][: array[i].length] for i in range(came)]


def open_pair():
    inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(("127.0.0.1", 0))
    inbox.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVTIMEO, FIVE_SECONDS
    )
    out = socket.socket(type=socket.SOCK_DGRAM)
    out.connect(inbox.getsockname())
    return inbox, out


def main():
    inbox, out = open_pair()
    with inbox, out:
        sent = send_all(out, WORDS)
        print(f"sender: sendmmsg: {sent} datagrams in one call")
        received = receive(inbox, len(WORDS))
        print(f"receiver: recvmmsg: {len(received)} in one call")
        print("receiver:", *received)
        assert sent == len(WORDS)
        assert received == list(WORDS)

        sent = send_all(out, [b"!"] * 1025)
        print(f"kernel: of an array of 1025 it takes {sent}")
        assert sent == 1024


if __name__ == "__main__":
    main()
