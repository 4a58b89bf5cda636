"""Two sockets become friends, and their words skip the network.

One TCP connection over loopback, before and after its two sockets enter a map: a few BPF
instructions hand what one sends straight to the other. Everything arrives, and lo sees not one
packet. The price: TCP's flow control does not stop a writer whose reader sleeps, and what was sent
before they became friends, and is not yet read, comes after what was sent since.

:needs: root, bpf
:man: bpf(2), bpf-helpers(7), tcp(7)
:see: Documentation/bpf/map_sockmap.rst; Linux 5.13, "bpf: Clean up sockmap related Kconfigs"
:since: 5.13
"""

import select
import socket
import struct

from examples.support.assembler import (
    R1,
    R6,
    R7,
    Map,
    On_stack,
    answer,
    call,
    copy,
    from_big_endian,
    load,
    store,
)
from examples.support.bpf import (
    BPF_F_INGRESS,
    BPF_MAP_TYPE_SOCKHASH,
    BPF_PROG_TYPE_SK_MSG,
    BPF_SK_MSG_VERDICT,
    SK_PASS,
    BPF_FUNC_msg_redirect_hash,
    attach_to_map,
    load_program,
    put,
    socket_map,
)
from examples.support.hosts import require_private_network
from examples.support.scene import connected
from examples.support.wire import packets_on

REMOTE_PORT, LOCAL_PORT = 60, 64  # in struct sk_msg_md
NAME = struct.Struct("=II")  # of a socket: its own port, its peer's
ENTRIES = 64  # sockets that the table has room for

# 160 pieces are 8 MB. TCP stops a writer long before: its own buffer
# is set to PIECE, and the reader's does not grow while it sleeps.
TALKS, PIECE, ENOUGH = 500, 50_000, 160


def straight_to_the_peer(friends):
    """Runs at each send: have my peer receive this."""
    peer = Map(friends), On_stack(-8)
    return (
        copy(R6, R1),  # the message
        # My peer's name is mine, the other way round. It is written
        # on the stack; only its port comes in the network's order.
        load(R7, R6, REMOTE_PORT),
        from_big_endian(R7),
        store(-8, R7),
        load(R7, R6, LOCAL_PORT),
        store(-4, R7),
        # INGRESS: the peer shall receive it, not send it.
        call(BPF_FUNC_msg_redirect_hash, R6, *peer, BPF_F_INGRESS),
        # It goes to the peer's queue for friends, which is read
        # before TCP's; without a peer in the table, the usual way.
        *answer(SK_PASS),  # either way: do not drop it
    )


def introduce_friends():
    """A table of sockets; the program runs when one sends."""
    friends = socket_map(BPF_MAP_TYPE_SOCKHASH, NAME.size, ENTRIES)
    instructions = straight_to_the_peer(friends)
    program = load_program(BPF_PROG_TYPE_SK_MSG, *instructions)
    attach_to_map(program, friends, BPF_SK_MSG_VERDICT)
    return friends


def befriend(friends, *sockets):
    for sock in sockets:
        own, peer = sock.getsockname()[1], sock.getpeername()[1]
        put(friends, NAME.pack(own, peer), sock)


def talk(client, server):
    """Questions and answers, in order; how many packets was it?"""
    before = packets_on("lo")
    for number in range(TALKS):
        client.send(b"%03d" % number)
        server.send(b"re: " + server.recv(100))
        answer = client.recv(100)
        assert answer == b"re: %03d" % number
    # Acknowledge the last answer now, not while others count.
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
    return packets_on("lo") - before


def must_wait(writer):
    """Write to a reader that sleeps: are we told to wait?"""
    writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, PIECE)
    writer.setblocking(False)
    try:
        for _ in range(ENOUGH):
            writer.send(bytes(PIECE))
        return False
    except BlockingIOError:
        return True


def meet(friends):
    with connected() as (client, server):
        as_strangers = talk(client, server)
        befriend(friends, client, server)
        as_friends = talk(client, server)
    print(f"tcp: {TALKS} questions, {TALKS} answers")
    each = as_strangers >= 2 * TALKS
    print(f"kernel: a packet on lo for each of them: {each}")
    print(f"friends: {TALKS} questions, {TALKS} answers")
    print(f"kernel: not one packet on lo: {as_friends == 0}")
    assert each and as_friends == 0


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
        # It is in TCP's queue, which is read after that for friends.
        ready, _, _ = select.select([server], [], [], 10)
        assert ready
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
