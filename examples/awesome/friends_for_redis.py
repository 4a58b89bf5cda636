"""Redis and its client become friends, and neither is told.

An unmodified Redis and its own benchmark talk over TCP on loopback. A second BPF program sees each
connection being made and puts both of its sockets into the map of friends. The requests are the
same; all that lo still sees is the shaking of hands: no packet carries a word.

:needs: root, program redis-server, program redis-benchmark
:man: bpf(2), bpf-helpers(7), packet(7), cgroups(7)
:see: Documentation/bpf/map_sockmap.rst
:since: 5.15
"""

import contextlib
import re
import socket
import struct
import subprocess
import tempfile

from examples.awesome.friends import (
    introduce_friends,
    packets_on_lo,
)
from examples.bpf import (
    END,
    add,
    attach,
    call,
    copy,
    from_big_endian,
    load,
    load_map,
    load_program,
    move,
    my_cgroup,
    skip_unless,
    store,
)
from examples.databases import redis
from examples.hosts import require_private_network
from examples.linux import (
    PACKET_IGNORE_OUTGOING,
    SO_NETNS_COOKIE,
    SOL_PACKET,
)

# include/uapi/linux/bpf.h
BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS = 13, 3
CONNECTED, ACCEPTED = 4, 5  # BPF_SOCK_OPS_..._ESTABLISHED_CB
SOCK_HASH_UPDATE, GET_NETNS_COOKIE = 70, 122
OP, REMOTE_PORT, LOCAL_PORT = 0, 64, 68  # in struct bpf_sock_ops

PORT, REQUESTS = 6379, 1000
ETH_P_IP = 0x0800


def remember(friends):
    """Put the socket in question into the map of friends."""
    return (
        load(2, 6, LOCAL_PORT),
        store(10, -8, 2),
        load(2, 6, REMOTE_PORT),
        from_big_endian(2),
        store(10, -4, 2),
        copy(1, 6),
        load_map(2, friends),
        copy(3, 10),
        add(3, -8),
        move(4, 0),
        call(SOCK_HASH_UPDATE),
    )


def matchmaker(friends, network):
    """At each new connection of this network: remember it."""
    return load_program(
        BPF_PROG_TYPE_SOCK_OPS,
        copy(6, 1),
        load(7, 6, OP),
        call(GET_NETNS_COOKIE),
        skip_unless(
            *(0, network),
            skip_unless(7, CONNECTED, *remember(friends)),
            skip_unless(7, ACCEPTED, *remember(friends)),
        ),
        move(0, 1),
        END,
    )


def our_network():
    with socket.socket() as sock:
        cookie = sock.getsockopt(
            socket.SOL_SOCKET, SO_NETNS_COOKIE, 8
        )
    return struct.unpack("Q", cookie)[0]


def payload(packet):
    """How many bytes of a TCP packet are neither header."""
    ip = (packet[0] & 0x0F) * 4
    tcp = (packet[ip + 12] >> 4) * 4
    return int.from_bytes(packet[2:4], "big") - ip - tcp


def tap():
    """A packet socket that sees each packet on lo, once."""
    wire = socket.socket(
        socket.AF_PACKET,
        socket.SOCK_DGRAM,
        socket.htons(ETH_P_IP),
    )
    wire.bind(("lo", ETH_P_IP))
    wire.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    wire.setblocking(False)
    return wire


def packets_with_payload(wire):
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            count += payload(wire.recv(100)) > 0
    return count


def served(path):
    """How many SETs has Redis done? It says so itself."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(path)
        line.sendall(b"INFO commandstats\r\nQUIT\r\n")
        answer = line.makefile().read()
    [calls] = re.findall(r"cmdstat_set:calls=(\d+)", answer)
    return int(calls)


def benchmark():
    """Packets on lo, and how many of those we saw had payload."""
    before = packets_on_lo()
    with tap() as wire:
        subprocess.run(
            [
                *["redis-benchmark", "-p", f"{PORT}", "-c", "1"],
                *["-t", "set", "-n", f"{REQUESTS}"],
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )
        return packets_on_lo() - before, packets_with_payload(wire)


def as_strangers(path):
    packets, words = benchmark()
    print(f"redis: {served(path)} requests served, over TCP")
    print(f"kernel: two packets for each: {packets > 2 * REQUESTS}")
    print(f"kernel: they carry words: {words > 0}")
    assert served(path) == REQUESTS
    assert packets > 2 * REQUESTS and words > 0


def as_friends(path):
    packets, words = benchmark()
    print(
        f"redis: {served(path) - REQUESTS} more served, as friends"
    )
    print(f"kernel: packets fewer than 20: {packets < 20}")
    print(f"kernel: packets that carried a word: {words}")
    assert served(path) == 2 * REQUESTS
    assert packets < 20 and words == 0


def main():
    require_private_network()
    with (
        tempfile.TemporaryDirectory() as home,
        redis(home, PORT) as path,
    ):
        as_strangers(path)
        friends = introduce_friends()
        program = matchmaker(friends, our_network())
        attach(program, my_cgroup(), BPF_CGROUP_SOCK_OPS)
        print("kernel: new connections become friends")
        as_friends(path)


if __name__ == "__main__":
    main()
