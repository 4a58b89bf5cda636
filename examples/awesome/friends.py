"""Two sockets become friends, and their words skip the network.

One TCP connection over loopback, before and after its two sockets enter a map: a few BPF
instructions hand what one sends straight to the other. Everything arrives, and lo sees not one
packet. The price: nobody stops a writer whose reader sleeps, and what was sent before they became
friends, and is not yet read, comes after what was sent since.

:needs: root, bpf
:man: bpf(2), bpf-helpers(7), tcp(7)
:see: Documentation/bpf/map_sockmap.rst
:since: 5.13
"""

import select
import socket
import struct

from examples.support import bpf
from examples.support.hosts import require_private_network
from examples.support.scene import connected

# include/uapi/linux/bpf.h
BPF_MAP_TYPE_SOCKHASH, BPF_PROG_TYPE_SK_MSG = 18, 16
BPF_SK_MSG_VERDICT, BPF_F_INGRESS, SK_PASS = 7, 1, 1
MSG_REDIRECT_HASH = 71
REMOTE_PORT, LOCAL_PORT = 60, 64  # offsets in struct sk_msg_md

TALKS = 500
ENOUGH = 8 << 20  # bytes


def straight_to_the_peer(friends):
    """Runs at each send: find my peer, have it receive this."""
    return (
        bpf.load(2, 1, REMOTE_PORT),
        bpf.from_big_endian(2),
        bpf.store(10, -8, 2),  # its port first,
        bpf.load(2, 1, LOCAL_PORT),
        bpf.store(10, -4, 2),  # then mine
        bpf.load_map(2, friends),
        bpf.copy(3, 10),
        bpf.add(3, -8),
        bpf.move(4, BPF_F_INGRESS),
        bpf.call(MSG_REDIRECT_HASH),
        bpf.move(0, SK_PASS),
        bpf.END,
    )


def introduce_friends():
    """A map of sockets, by their own port and their peer's."""
    kind = BPF_MAP_TYPE_SOCKHASH
    friends = bpf.create_map(kind, key=8, value=4, entries=64)
    program = bpf.load_program(
        BPF_PROG_TYPE_SK_MSG, *straight_to_the_peer(friends)
    )
    bpf.attach_to_map(program, friends, BPF_SK_MSG_VERDICT)
    return friends


def befriend(friends, *sockets):
    for sock in sockets:
        own, peer = sock.getsockname()[1], sock.getpeername()[1]
        name = struct.pack("=II", own, peer)
        bpf.update(friends, name, struct.pack("=I", sock.fileno()))


def packets_on_lo():
    with open("/proc/self/net/dev") as table:
        [lo] = [row for row in table if "lo:" in row]
    return int(lo.split()[2])


def talk(client, server):
    """Questions and answers, in order; how many packets was it?"""
    before = packets_on_lo()
    for number in range(TALKS):
        question = b"%03d" % number
        client.send(question)
        server.send(b"re: " + server.recv(100))
        assert client.recv(100) == b"re: " + question
    # Acknowledge the last answer now, not while others count.
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return packets_on_lo() - before


def must_wait(writer):
    """Write to a reader that sleeps: are we told to wait?"""
    writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 100_000)
    writer.setblocking(False)
    written = 0
    try:
        while written < ENOUGH:
            written += writer.send(bytes(50_000))
        return False
    except BlockingIOError:
        return True


def meet(friends):
    with connected() as (client, server):
        packets = talk(client, server)
        print(f"tcp: {TALKS} questions, {TALKS} answers")
        each = packets >= 2 * TALKS
        print(f"kernel: a packet on lo for each of them: {each}")
        assert each
        befriend(friends, client, server)
        packets = talk(client, server)
        print(f"friends: {TALKS} questions, {TALKS} answers")
        print(f"kernel: packets on lo: {packets}")
        assert packets == 0


def no_limit(friends):
    with connected() as (client, server):
        tcp = must_wait(client)
    with connected() as (client, server):
        befriend(friends, client, server)
        friend = must_wait(client)
    print(f"tcp: the reader sleeps; must I wait? {tcp}")
    print(f"friends: the reader sleeps; must I wait? {friend}")
    assert (tcp, friend) == (True, False)


def no_order(friends):
    with connected() as (client, server):
        client.send(b"old")
        assert select.select([server], [], [], 10)[0]
        befriend(friends, client, server)
        client.send(b"new")
        first, second = server.recv(3), server.recv(3)
    print(f"friends: 'old' sent as strangers: {first!r} {second!r}")
    assert (first, second) == (b"new", b"old")


def main():
    require_private_network()
    friends = introduce_friends()
    meet(friends)
    no_limit(friends)
    no_order(friends)


if __name__ == "__main__":
    main()
