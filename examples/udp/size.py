"""A postcard holds 65,507 bytes; above 1,472 it travels in pieces.

UDP over IPv4 ends where IP's 16-bit length does. A network ends earlier: what is longer than its
packets is cut into fragments, and when one of them gets lost, the whole datagram is. A sender may
forbid the cutting: then the kernel refuses what is too long.

:needs: own net
:man: udp(7), ip(7)
:see: RFC 8085 section 3.2, RFC 9000 section 14
:since: 4.20
"""

import errno
import socket

from examples.support.hosts import Host
from examples.support.linux import IP_MTU_DISCOVER, IP_PMTUDISC_DO
from examples.support.wire import BadWire

HERSELF, BOB = ("127.0.0.1", 7), ("10.0.0.2", 7)
DEADLINE = 5  # seconds
SEED = 15  # of the dice: they take the fifth packet


def send(out, size, to=BOB):
    try:
        out.sendto(bytes(size), to)
        return "sent"
    except OSError as error:
        return errno.errorcode[error.errno]


def fates(wire, alice, out, size, packets):
    """Send, and let the wire say what became of each packet."""
    log = wire.drain(alice, socket.IPPROTO_UDP, 0)
    before = len(log.fates)
    send(out, size)
    wire.drain(alice, socket.IPPROTO_UDP, before + packets)
    return log.fates[before:]


def never_cut(out):
    out.setsockopt(
        socket.IPPROTO_IP,
        IP_MTU_DISCOVER,
        IP_PMTUDISC_DO,
    )


def open_sockets(alice, bob):
    with bob:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(BOB)
    inbox.settimeout(DEADLINE)
    with alice:
        return inbox, socket.socket(type=socket.SOCK_DGRAM)


def to_herself(out):
    fits, one_more = (
        send(out, size, HERSELF) for size in (65507, 65508)
    )
    print(f"alice: to myself, 65507 bytes: {fits}")
    print(f"alice: to myself, 65508 bytes: {one_more}")
    assert (fits, one_more) == ("sent", "EMSGSIZE")


def to_bob(wire, alice, out, inbox):
    sizes = {1472: 1, 1473: 2, 4000: 3, 5: 1}
    told = {
        size: fates(wire, alice, out, size, packets)
        for size, packets in sizes.items()
    }
    for size, packets in told.items():
        print(f"wire: {size} bytes: {', '.join(packets)}")
    assert sizes == {n: len(told[n]) for n in told}
    assert told[4000] == ["passed", "dropped", "passed"]
    got = [len(inbox.recv(5000)) for _ in range(3)]
    print("bob: {}, {} and {} bytes reached me".format(*got))
    assert got == [1472, 1473, 5]


def main():
    alice, bob = Host("alice"), Host("bob")
    ends = alice, "10.0.0.1/24", bob, "10.0.0.2/24"
    odds = {"drop": 0.2, "double": 0, "delay": 0}
    with BadWire(*ends, SEED, **odds) as wire:
        inbox, out = open_sockets(alice, bob)
        to_herself(out)
        to_bob(wire, alice, out, inbox)
        never_cut(out)
        refused = send(out, 1473)
        print(f"alice: 1473 bytes, not to be cut: {refused}")
        assert refused == "EMSGSIZE"


if __name__ == "__main__":
    main()
