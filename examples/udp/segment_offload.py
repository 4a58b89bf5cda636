"""One send, ten postcards; ten postcards, one receive.

UDP_SEGMENT lets the kernel cut one buffer into many datagrams, so the way down the stack is walked
once. UDP_GRO lets the kernel gather them again for the receiver, and says how long each one is; on
lo they are not even cut for a receiver that has asked. One that did not sees ordinary datagrams.

:needs: none
:man: udp(7)
:see: include/uapi/linux/udp.h (UDP_SEGMENT, UDP_GRO)
:since: 5.11
"""

import socket
import struct

from examples.support.linux import UDP_GRO, UDP_SEGMENT

PIECE = 100
PAGE = bytes(range(95)) * 10  # 950 bytes
DEADLINE = 5  # seconds


def open_inbox():
    inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(("127.0.0.1", 0))
    inbox.settimeout(DEADLINE)
    return inbox


def send_in_pieces(inbox, page):
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        out.setsockopt(socket.SOL_UDP, UDP_SEGMENT, PIECE)
        out.sendto(page, inbox.getsockname())


def gathered(inbox):
    page, control, _, _ = inbox.recvmsg(65536, 100)
    [(level, kind, size)] = control
    assert (level, kind) == (socket.SOL_UDP, UDP_GRO)
    return page, struct.unpack("i", size)[0]


def main():
    inbox = open_inbox()
    send_in_pieces(inbox, PAGE)
    print(f"sender: one send of {len(PAGE)} bytes, UDP_SEGMENT")
    pieces = [inbox.recv(65536) for _ in range(10)]
    sizes = [len(piece) for piece in pieces]
    print(f"receiver: {len(pieces)} datagrams")
    print(f"receiver: nine of {sizes[0]} bytes, one of {sizes[9]}")
    assert sizes == 9 * [PIECE] + [50]
    assert b"".join(pieces) == PAGE

    inbox.setsockopt(socket.SOL_UDP, UDP_GRO, 1)
    send_in_pieces(inbox, PAGE)
    page, size = gathered(inbox)
    print(f"receiver: UDP_GRO: one receive of {len(page)} bytes")
    print(f"kernel: these are datagrams of {size} bytes")
    assert (page, size) == (PAGE, PIECE)


if __name__ == "__main__":
    main()
