"""No wire at all, and still datagrams get lost.

A thousand datagrams go to a socket on the same machine that nobody reads. Every send succeeds.
When the receive buffer is full the kernel drops the rest, tells nobody, and counts: what was sent
is what was received and what was dropped.

:needs: none
:man: udp(7), socket(7)
:see: include/uapi/linux/sock_diag.h
:since: 4.12
"""

import socket
import struct

from examples.support.linux import (
    SK_MEMINFO_DROPS,
    SO_MEMINFO,
    SO_RXQ_OVFL,
)

SENT = 1000
DEADLINE = 5  # seconds


def open_inbox():
    inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.settimeout(DEADLINE)
    inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    inbox.setsockopt(socket.SOL_SOCKET, SO_RXQ_OVFL, 1)
    inbox.bind(("127.0.0.1", 0))
    return inbox


def flood(address):
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        return sum(
            out.sendto(b"hello", address) == 5 for _ in range(SENT)
        )


def dropped(inbox):
    info = inbox.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 64)
    return struct.unpack_from("9I", info)[SK_MEMINFO_DROPS]


def drain(inbox):
    received = 0
    # A datagram not yet counted is in the queue or on its way
    # there: only a full queue drops.
    while received + dropped(inbox) < SENT:
        inbox.recv(100)
        received += 1
    return received


def overflow(inbox):
    """The count that rides on the next datagram to arrive."""
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        out.sendto(b"one more", inbox.getsockname())
    _, control, _, _ = inbox.recvmsg(100, 100)
    [(_, kind, count)] = control
    assert kind == SO_RXQ_OVFL
    return struct.unpack("I", count)[0]


def main():
    inbox = open_inbox()
    succeeded = flood(inbox.getsockname())
    print(f"sender: {succeeded} of {SENT} sends succeeded")
    received = drain(inbox)
    lost = dropped(inbox)
    print(f"receiver: most of them never came: {lost > received}")
    print(f"kernel: received + dropped = {received + lost}")
    late = overflow(inbox)
    print(f"kernel: SO_RXQ_OVFL counts the same: {late == lost}")
    print("kernel: no error anywhere, and no wire to blame")
    assert succeeded == received + lost == SENT
    assert 0 < received < lost == late


if __name__ == "__main__":
    main()
