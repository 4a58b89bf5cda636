"""Redis and its client become friends, and neither is told.

An unmodified Redis and its own benchmark talk over TCP on loopback. A second BPF program sees each
connection being made and puts both of its sockets into the map of friends. The requests are the
same; all that lo still sees is that connections open and close: no packet carries a word.

:needs: root, bpf, cgroup, program redis-server, program redis-benchmark
:man: bpf(2), bpf-helpers(7), packet(7), cgroups(7)
:see: Documentation/bpf/map_sockmap.rst
:since: 5.15
"""

import re
import subprocess
import tempfile

from examples.awesome.friends import introduce_friends
from examples.support import bpf
from examples.support.assembler import (
    R0,
    R1,
    R6,
    R7,
    R8,
    Map,
    On_stack,
    answer,
    call,
    copy,
    from_big_endian,
    if_equal,
    load,
    store,
)
from examples.support.databases import RedisClient, redis
from examples.support.hosts import require_private_network
from examples.support.wire import ear, packets_on, texts

# their places in struct bpf_sock_ops
EVENT, REMOTE_PORT, LOCAL_PORT = 0, 64, 68

PORT, REQUESTS = 6379, 1000  # the port is its usual one
# Packets: the benchmark opens and closes two connections, one to ask
# how Redis is set up, and then that of its one client (-c 1).
FEW = 20


def remember(friends):
    """Put the socket into the table of friends, by its name."""
    return (
        # Its own port, then its peer's, which comes in the network's
        # order: as befriend() packs it, and the peer will look for it.
        load(R8, R6, LOCAL_PORT),
        store(-8, R8),
        load(R8, R6, REMOTE_PORT),
        from_big_endian(R8),
        store(-4, R8),
        # The connection, into which map, under which key.
        call(
            bpf.BPF_FUNC_sock_hash_update,
            *(R6, Map(friends), On_stack(-8), bpf.BPF_ANY),
        ),
    )


def introduce(friends):
    """Whoever has connected, and whoever has accepted."""
    connected = bpf.BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB
    accepted = bpf.BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB
    return (
        load(R7, R6, EVENT),
        if_equal(R7, connected, *remember(friends)),
        if_equal(R7, accepted, *remember(friends)),
    )


def matchmaker(friends, network):
    """Runs at whatever happens to a connection, here or elsewhere."""
    return (
        copy(R6, R1),  # the connection
        call(bpf.BPF_FUNC_get_netns_cookie, R6),
        # Who else lives in this group, in another network, is let be.
        # (Cookies have 64 bits, but count from 1: 32 will do.)
        if_equal(R0, network, *introduce(friends)),
        *answer(bpf.CGROUP_ALLOWS),
    )


def introduce_all_in_my_cgroup(friends):
    """Redis and its client are in it, as our children."""
    program = bpf.load_program(
        bpf.BPF_PROG_TYPE_SOCK_OPS,
        *matchmaker(friends, bpf.my_network()),
    )
    group = bpf.my_cgroup()
    # Nobody closes what this returns: it stays until we end.
    bpf.attach(program, group, bpf.BPF_CGROUP_SOCK_OPS)


def served(path):
    """How many SETs has Redis done? It says so itself."""
    told = RedisClient(path)(b"INFO", b"commandstats")
    [calls] = re.findall(rb"cmdstat_set:calls=(\d+)", told)
    return int(calls)


# Not all words are overheard: the ear has room for some hundred packets.
def benchmark():
    """A thousand SETs: packets on lo, and those with words."""
    command = f"redis-benchmark -c 1 -t set -n {REQUESTS}"
    before = packets_on("lo")
    with ear("lo") as wire:
        subprocess.run(
            command.split(),
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )
        packets = packets_on("lo") - before
        return packets, len(texts(wire))


def as_strangers(path):
    packets, words = benchmark()
    requests = served(path)
    print(f"redis: {requests} requests served, over TCP")
    print(f"kernel: two packets for each: {packets > 2 * REQUESTS}")
    # How many words, we can't tell: what does not fit into the ear's
    # buffer is not heard.
    print(f"kernel: they carry words: {words > 0}")
    assert requests == REQUESTS
    assert packets > 2 * REQUESTS and words > 0


def as_friends(path):
    packets, words = benchmark()
    more = served(path) - REQUESTS
    print(f"redis: {more} more served, as friends")
    print(f"kernel: packets fewer than {FEW}: {packets < FEW}")
    print(f"kernel: not one carried a word: {words == 0}")
    assert more == REQUESTS
    assert packets < FEW and words == 0


def main():
    require_private_network()
    with (
        tempfile.TemporaryDirectory() as home,
        redis(home, PORT) as path,
    ):
        as_strangers(path)
        introduce_all_in_my_cgroup(introduce_friends())
        print("kernel: new connections become friends")
        as_friends(path)


if __name__ == "__main__":
    main()
