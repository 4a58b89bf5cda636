"""Ping them all, and all keep silent, until each is told to answer.

An echo request to 224.0.0.1 ("all hosts here") or to the broadcast address reaches both hosts on
the cable, and Linux ignores it. One setting per host changes that. IPv6 has no broadcast, but it
has ff02::1, and there both answer without having been told to.

:needs: own net, ipv6
:man: icmp(7), ip(7), ipv6(7)
:see: Documentation/networking/ip-sysctl.rst (icmp_echo_ignore_broadcasts)
:since: 3.17
"""

import os
import socket
import struct

from examples.support.cables import lan
from examples.support.hosts import Host

NAMES = {
    "10.0.0.2": "bob",
    "10.0.0.3": "carol",
    "fe80::b": "bob",
    "fe80::c": "carol",
}


def ping_socket(family, protocol):
    ping = socket.socket(family, socket.SOCK_DGRAM, protocol)
    ping.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    ping.settimeout(5)
    return ping


def echo(ping, address, number):
    kind = 8 if ping.family == socket.AF_INET else 128
    request = struct.pack("!BBHHH", kind, 0, 0, 0, number)
    ping.sendto(request, address)


def who_answers(ping, everyone, each):
    echo(ping, everyone, 1)
    # Silence needs no timeout: who has answered a later
    # question has no answer to the first one left.
    for address in each:
        echo(ping, address, 2)
    answered, done = set(), set()
    while len(done) < len(each):
        answer, (sender, *_) = ping.recvfrom(100)
        number = struct.unpack("!BBHHH", answer[:8])[4]
        name = NAMES[sender.partition("%")[0]]
        (answered if number == 1 else done).add(name)
    return sorted(answered)


def listed(names):
    return ", ".join(names) or "silence"


def main():
    alice, bob, carol = map(Host, ("alice", "bob", "carol"))
    lan(
        a=(alice, "10.0.0.1/24"),
        b=(bob, "10.0.0.2/24"),
        c=(carol, "10.0.0.3/24"),
    )
    for host in alice, bob, carol:
        host.address("eth0", f"fe80::{host.name[0]}/64")
    alice.route("224.0.0.0/4", dev="eth0")
    alice.sysctl(
        "net.ipv4.ping_group_range", f"{os.getgid()} {os.getgid()}"
    )
    with alice:
        v4 = ping_socket(socket.AF_INET, socket.IPPROTO_ICMP)
        v6 = ping_socket(socket.AF_INET6, socket.IPPROTO_ICMPV6)
    v6.setsockopt(
        socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0
    )

    both = ("10.0.0.2", 0), ("10.0.0.3", 0)
    for everyone in "224.0.0.1", "10.0.0.255":
        names = who_answers(v4, (everyone, 0), both)
        print(f"alice: ping {everyone}: {listed(names)}")
        assert names == []

    told = []
    for host in bob, carol:
        host.sysctl("net.ipv4.icmp_echo_ignore_broadcasts", 0)
        told.append(host.name)
        names = who_answers(v4, ("224.0.0.1", 0), both)
        print(f"{host.name}: from now on I answer everyone")
        print(f"alice: ping 224.0.0.1: {listed(names)}")
        assert names == told

    zone = alice.index("eth0")
    both = ("fe80::b", 0, 0, zone), ("fe80::c", 0, 0, zone)
    names = who_answers(v6, ("ff02::1", 0, 0, zone), both)
    print(
        f"alice: ping ff02::1: {listed(names)}, though never told"
    )
    assert names == ["bob", "carol"]


if __name__ == "__main__":
    main()
