"""A router says: not me, my neighbour. It changes only the route.

Alice knows one router. It passes her packet on and tells her by ICMP that another router in the
same network is nearer. Her kernel remembers: her next packets take the new route, even after the
first router is switched off, and arrive at the same destination. (An HTTP redirect changes that.)

:needs: own net
:man: icmp(7)
:see: RFC 792, RFC 1122 section 3.2.2.2, Documentation/networking/ip-sysctl.rst (accept_redirects)
:since: 3.17
"""

import os
import socket
import struct

from examples.support.cables import lan
from examples.support.hosts import Host

GOAL = "10.99.0.1"
NORTH, SOUTH = "10.0.0.2", "10.0.0.3"
ICMP_REDIRECT, CODE_HOST = 5, 1
IP_HEADER = 20


def build():
    alice, north, south = map(Host, ("alice", "north", "south"))
    lan(
        alice=(alice, "10.0.0.1/24"),
        north=(north, NORTH + "/24"),
        south=(south, SOUTH + "/24"),
    )
    alice.route("0.0.0.0/0", via=NORTH)
    north.route("10.99.0.0/16", via=SOUTH)
    south.address("lo", GOAL + "/32")
    for router in north, south:
        router.sysctl("net.ipv4.ip_forward", 1)
        router.sysctl("net.ipv4.conf.all.send_redirects", 1)
    # Else the first redirect would only make her ask for the
    # new router's hardware address, and the second be heard.
    alice.neighbour("eth0", SOUTH, south.mac("eth0"))
    return alice, north


def trust(alice):
    # As most systems do; hardened ones believe no redirect.
    alice.sysctl("net.ipv4.conf.all.accept_redirects", 1)
    # A router that she was not told of may be better.
    alice.sysctl("net.ipv4.conf.all.secure_redirects", 0)
    group = os.getgid()
    alice.sysctl("net.ipv4.ping_group_range", f"{group} {group}")


def icmp_socket(kind):
    ear = socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP)
    ear.settimeout(5)
    return ear


def ping(socket_, goal):
    socket_.sendto(struct.pack("!BBHHH", 8, 0, 0, 0, 1), (goal, 0))
    _, (who, _) = socket_.recvfrom(100)
    return who


def advice(ear):
    while True:
        packet, (router, _) = ear.recvfrom(1000)
        kind, code, _, gateway = struct.unpack_from(
            "!BBH4s", packet, IP_HEADER
        )
        if kind == ICMP_REDIRECT:
            assert code == CODE_HOST
            return router, socket.inet_ntoa(gateway)


def main():
    alice, north = build()
    trust(alice)
    with alice:
        ear = icmp_socket(socket.SOCK_RAW)
        pinger = icmp_socket(socket.SOCK_DGRAM)

    before = alice.next_hop(GOAL)
    print(f"alice: to {GOAL} I go by {before}")
    assert before == NORTH
    print(f"alice: ping {GOAL}: {ping(pinger, GOAL)} answers")

    router, better = advice(ear)
    print(f"north: redirect: {better} is nearer")
    assert (router, better) == (NORTH, SOUTH)

    after = alice.next_hop(GOAL)
    print(f"alice: to {GOAL} I go by {after}")
    assert after == SOUTH

    north.down("eth0")
    print("north: switched off")
    who = ping(pinger, GOAL)
    print(f"alice: ping {GOAL}: {who} answers")
    assert who == GOAL
    print("kernel: a better way, learnt; the goal is the same")


if __name__ == "__main__":
    main()
