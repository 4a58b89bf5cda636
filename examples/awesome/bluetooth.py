"""Bluetooth is a socket: two ends talk, without IP and without a radio.

Two controllers that are programs (hci_vhci) are all the air there is; the kernel takes them for
chips. A socket is bound to the address of one of them and listens; another, bound to the other, is
connected to it. An address is six bytes, and the port is called PSM. Two messages stay two.

:needs: root, module bluetooth, file /dev/vhci
:man: socket(2)
:see: include/net/bluetooth/l2cap.h, drivers/bluetooth/hci_vhci.c
:since: 3.13
"""

import select
import socket
import struct

from examples.support.linux import accept, bind, connect
from examples.support.radio import switch_on

# include/net/bluetooth/bluetooth.h; not every Python has them
AF_BLUETOOTH, BTPROTO_L2CAP = 31, 0

NORTH = bytes.fromhex("0a 00 00 00 00 02")
SOUTH = bytes.fromhex("0b 00 00 00 00 02")
DEADLINE = 10
PSM = 0x1001  # the first that anybody may use


def sockaddr_l2(address, psm=0):
    return struct.pack("<HH6sHBx", AF_BLUETOOTH, psm, address, 0, 0)


def l2cap(address, psm=0):
    made = socket.socket(
        AF_BLUETOOTH, socket.SOCK_SEQPACKET, BTPROTO_L2CAP
    )
    bind(made, sockaddr_l2(address, psm))
    return made


def call():
    client = l2cap(NORTH)
    with l2cap(SOUTH, PSM) as listener:
        listener.listen()
        connect(client, sockaddr_l2(SOUTH, PSM))
        ready, _, _ = select.select([listener], [], [], DEADLINE)
        assert ready
        server = accept(listener)
    for end in client, server:
        end.settimeout(DEADLINE)
    return client, server


def spelt(address):
    """The last byte comes first, but for people."""
    return address[::-1].hex(":")


def main():
    north, south = switch_on(NORTH, SOUTH)
    client, server = call()
    print(f"client: from {spelt(NORTH)}")
    print(f"server: to {spelt(SOUTH)}, PSM {PSM:#x}")
    client.send(b"one")
    client.send(b"two")
    words = [server.recv(100), server.recv(100)]
    print(f"server: {words}")
    assert words == [b"one", b"two"]
    server.send(b"both")
    answer = client.recv(100)
    print(f"client: {answer!r}")
    assert answer == b"both"

    carried = b"one" in north.sent and b"both" in south.sent
    print(f"air: every word has gone through me: {carried}")
    assert carried


if __name__ == "__main__":
    main()
