"""A wire that drops, doubles and delays, caught in the act.

200 numbered datagrams cross a wire that keeps a log of what it did to each. The receiver finds
gaps, repeats and latecomers, and they agree with the log exactly: UDP mended nothing. TCP sends the
same numbers over the same wire, and all arrive, once, in order.

:needs: own net
:man: udp(7), tcp(7), veth(4)
:see: RFC 768, RFC 8085 section 3.3
:since: 4.20
"""

import socket
from collections import Counter

from examples.support.hosts import Host
from examples.support.wire import BadWire

NUMBERS = [b"%03d" % n for n in range(200)]
BOB = ("10.0.0.2", 7)
DEADLINE = 10  # seconds
SEED = 11  # of the dice: the same fates each time


def by_udp(alice, bob, wire):
    with bob:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
        inbox.bind(BOB)
        inbox.settimeout(DEADLINE)
    with alice:
        out = socket.socket(type=socket.SOCK_DGRAM)
    for number in NUMBERS:
        out.sendto(number, BOB)
    log = wire.drain(alice, socket.IPPROTO_UDP, len(NUMBERS))
    return log, [inbox.recv(100) for _ in log.left]


def by_tcp(alice, bob):
    with bob:
        server = socket.create_server(BOB)
    with alice:
        client = socket.create_connection(BOB, DEADLINE)
    stream, _ = server.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in NUMBERS:
        client.send(number)
    client.close()
    stream.settimeout(DEADLINE)
    with stream.makefile("rb") as arrived:
        return [arrived.read(3) for _ in NUMBERS]


def late(arrived):
    """Those that a higher number has overtaken."""
    return {
        n
        for i, n in enumerate(arrived)
        if n < max(arrived[: i + 1])
    }


def main():
    alice, bob = Host("alice"), Host("bob")
    with BadWire(
        alice, "10.0.0.1/24", bob, "10.0.0.2/24", seed=SEED
    ) as wire:
        print("alice: 200 numbered postcards, by UDP")
        log, arrived = by_udp(alice, bob, wire)
        stream = by_tcp(alice, bob)
    fates = Counter(log.fates)
    did = ", ".join(
        f"{n} {fate}" for fate, n in sorted(fates.items())
    )
    print(f"wire: {did}")
    missing = len(set(NUMBERS) - set(arrived))
    again = len(arrived) - len(set(arrived))
    overtaken = len(late(arrived))
    print(
        f"bob: {missing} missing, {again} twice, {overtaken} late"
    )
    print(f"bob: just what left the wire: {arrived == log.left}")
    assert arrived == log.left != NUMBERS
    assert missing == fates["dropped"] > 0
    assert again == fates["doubled"] > 0
    assert overtaken == fates["delayed"] > 0

    print("alice: the same 200 over the same wire, by TCP")
    print(f"bob: all, once, in order: {stream == NUMBERS}")
    assert stream == NUMBERS


if __name__ == "__main__":
    main()
