"""Redis and its client become friends, and neither is told.

An unmodified Redis and its own benchmark talk over TCP on loopback. A second BPF program sees each
connection being made and puts both of its sockets into the map of friends. The requests are the
same; all that lo still sees is the shaking of hands: no packet carries a word.

:needs: root, bpf, cgroup, program redis-server, program redis-benchmark
:man: bpf(2), bpf-helpers(7), packet(7), cgroups(7)
:see: Documentation/bpf/map_sockmap.rst
:since: 5.15
"""

import re
import subprocess
import tempfile

from examples.awesome.friends import (
    introduce_friends,
    packets_on_lo,
)
from examples.support import bpf
from examples.support.databases import RedisClient, redis
from examples.support.hosts import require_private_network
from examples.support.wire import ear, with_words

# include/uapi/linux/bpf.h
BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS = 13, 3
CONNECTED, ACCEPTED = 4, 5  # BPF_SOCK_OPS_..._ESTABLISHED_CB
SOCK_HASH_UPDATE, GET_NETNS_COOKIE = 70, 122
OP, REMOTE_PORT, LOCAL_PORT = 0, 64, 68  # in struct bpf_sock_ops

PORT, REQUESTS = 6379, 1000  # the port is its usual one


def remember(friends):
    """Put the socket in question into the map of friends."""
    return (
        bpf.load(2, 6, LOCAL_PORT),
        bpf.store(10, -8, 2),
        bpf.load(2, 6, REMOTE_PORT),
        bpf.from_big_endian(2),
        bpf.store(10, -4, 2),
        bpf.copy(1, 6),
        bpf.load_map(2, friends),
        bpf.copy(3, 10),
        bpf.add(3, -8),
        bpf.move(4, 0),
        bpf.call(SOCK_HASH_UPDATE),
    )


def matchmaker(friends, network):
    """At each new connection of this network: remember it."""
    return bpf.load_program(
        BPF_PROG_TYPE_SOCK_OPS,
        bpf.copy(6, 1),
        bpf.load(7, 6, OP),
        bpf.call(GET_NETNS_COOKIE),
        bpf.skip_unless(
            *(0, network),
            bpf.skip_unless(7, CONNECTED, *remember(friends)),
            bpf.skip_unless(7, ACCEPTED, *remember(friends)),
        ),
        bpf.move(0, 1),
        bpf.END,
    )


def served(path):
    """How many SETs has Redis done? It says so itself."""
    told = RedisClient(path)(b"INFO", b"commandstats")
    [calls] = re.findall(rb"cmdstat_set:calls=(\d+)", told)
    return int(calls)


def thousand_sets():
    command = "redis-benchmark -c 1 -t set"
    subprocess.run(
        [*command.split(), "-n", "1000"],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=60,
    )


def benchmark():
    """Packets on lo; those with words."""
    before = packets_on_lo()
    with ear("lo") as wire:
        thousand_sets()
        packets = packets_on_lo() - before
        return packets, with_words(wire)


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
        program = matchmaker(friends, bpf.my_network())
        bpf.attach(program, bpf.my_cgroup(), BPF_CGROUP_SOCK_OPS)
        print("kernel: new connections become friends")
        as_friends(path)


if __name__ == "__main__":
    main()
