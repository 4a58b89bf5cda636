"""A closed port does answer; you have to ask for the answer.

A datagram to a closed port comes back as an ICMP error. A plain UDP socket is not told of it. A
connected one gets ECONNREFUSED from its next call, and with IP_RECVERR even an unconnected one
learns what went wrong, who says so, and which of its datagrams it was.

:needs: none
:man: udp(7), ip(7), recv(2)
:see: RFC 1122 section 4.1.3.3
:since: 2.6
"""

import socket
import struct

from examples.support.linux import IP_RECVERR

DEADLINE = 5  # seconds
NOBODY = ("127.0.0.1", 1)  # a port where nothing listens
ICMP_UNREACHABLE, ICMP_CLOSED_PORT = 3, 3


def unconnected(nobody):
    out = socket.socket(type=socket.SOCK_DGRAM)
    out.sendto(b"hello?", nobody)
    return out


def connected(nobody):
    out = socket.socket(type=socket.SOCK_DGRAM)
    out.settimeout(DEADLINE)
    out.connect(nobody)
    out.send(b"hello?")
    return out


def curious(nobody):
    out = socket.socket(type=socket.SOCK_DGRAM)
    out.settimeout(DEADLINE)
    out.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    out.sendto(b"hello?", nobody)
    return out


def answer(out):
    try:
        out.recv(100)
    except ConnectionRefusedError:
        return "ECONNREFUSED"
    except BlockingIOError:
        return "nothing"


def post_mortem(out):
    lost, control, _, sent_to = out.recvmsg(
        100, 100, socket.MSG_ERRQUEUE
    )
    [(_, _, error)] = control
    # struct sock_extended_err, then the address of who says so
    _, _, kind, code = struct.unpack_from("IBBB", error)
    says = socket.inet_ntoa(error[20:24])
    return lost, sent_to, (kind, code), says


def main():
    deaf = unconnected(NOBODY)
    heard = answer(connected(NOBODY))
    print(f"connected: {heard}")
    # Its datagram went out first, so its error would be here by now.
    deaf.setblocking(False)
    silence = answer(deaf)
    print(f"unconnected: {silence}")
    asks = curious(NOBODY)
    told = answer(asks)
    print(f"with IP_RECVERR: {told}")
    lost, sent_to, reason, says = post_mortem(asks)
    print(f"kernel: {says} says ICMP {reason}: port unreachable")
    print(f"kernel: you had sent it {lost!r}")
    assert (heard, silence, told) == (
        "ECONNREFUSED",
        "nothing",
        "ECONNREFUSED",
    )
    assert reason == (ICMP_UNREACHABLE, ICMP_CLOSED_PORT)
    assert (lost, sent_to, says) == (b"hello?", NOBODY, NOBODY[0])


if __name__ == "__main__":
    main()
