"""Packets that die on the way tell where they died: traceroute by hand.

Each router takes one from a packet's time to live; where nothing is left, the router returns an
error with its own address. Packets that live for 1, 2, 3 and 4 hops name every stop on the way. Two
kinds of probe see one path: UDP to a port where nobody listens, and ping. Neither is a raw socket.

:needs: own net
:man: ip(7), icmp(7), traceroute(1)
:see: RFC 792, RFC 1812 section 5.3.1
:since: 3.17
"""

import os
import select
import socket
import struct
from itertools import pairwise
from socket import IP_TTL

from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.linux import IP_RECVERR

IP = socket.IPPROTO_IP
GOAL, PORT = "10.0.4.2", 33434
ECHO = struct.pack("!BBHHH", 8, 0, 0, 0, 1)
WHY = {
    (11, 0): "expired",
    (3, 3): "port unreachable",
}


def build():
    """Put three routers in a row between alice and bob."""
    names = "alice", "router 1", "router 2", "router 3", "bob"
    row = [Host(name) for name in names]
    for n, (west, east) in enumerate(pairwise(row), start=1):
        left, right = f"10.0.{n}.1", f"10.0.{n}.2"
        link(
            west, "east", left + "/24", east, "west", right + "/24"
        )
        if n < 4:
            west.route("0.0.0.0/0", via=right)
        if n > 1:
            east.route("10.0.1.0/24", via=left)
        east.sysctl("net.ipv4.ip_forward", 1)
        # By default a host returns few errors a second.
        east.sysctl("net.ipv4.icmp_ratelimit", 0)
    group = os.getgid()
    row[0].sysctl("net.ipv4.ping_group_range", f"{group} {group}")
    return row[0]


def probe(kind, message, port, hops):
    with socket.socket(*kind) as one:
        one.setsockopt(IP, IP_TTL, hops)
        one.setsockopt(IP, IP_RECVERR, 1)
        one.sendto(message, (GOAL, port))
        poll = select.poll()
        poll.register(one, select.POLLIN)
        [(_, event)] = poll.poll(5000)
        if event & select.POLLERR:
            return read_error(one)
        _, (who, _) = one.recvfrom(100)
        return who, "echo reply"


def read_error(one):
    _, control, _, _ = one.recvmsg(100, 200, socket.MSG_ERRQUEUE)
    [(_, _, data)] = control
    # struct sock_extended_err, then the address of who sent it
    _, _, kind, code, _, _, _ = struct.unpack_from("=IBBBBII", data)
    who = socket.inet_ntoa(data[20:24])
    return who, WHY[kind, code]


def trace(name, kind, message, port):
    path = []
    while GOAL not in path:
        hops = len(path) + 1
        who, why = probe(kind, message, port, hops)
        print(f"{who}: {name}, ttl {hops}: {why}")
        path.append(who)
    return path, why


def main():
    alice = build()
    udp = socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP
    ping = socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP
    with alice:
        by_udp, last_udp = trace("udp", udp, b"hello", PORT)
        by_ping, last_ping = trace("ping", ping, ECHO, 0)
    print(f"alice: both took the same path: {by_udp == by_ping}")
    assert by_udp == ["10.0.1.2", "10.0.2.2", "10.0.3.2", GOAL]
    assert by_ping == by_udp
    assert last_udp == "port unreachable"
    assert last_ping == "echo reply"


if __name__ == "__main__":
    main()
