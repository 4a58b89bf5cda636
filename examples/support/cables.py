"""What joins hosts: cables (veths) and switches (bridges)."""

import itertools
import struct

from examples.support import rtnetlink as rt
from examples.support.hosts import Host

# Where both ends of a veth have the same number in their hosts, the kernel takes up to a second to
# notice a carrier (net/core/link_watch.c). So no two ends have.
_indices = itertools.count(100)


def link(
    a: Host,
    a_dev: str,
    a_cidr: str | None,
    b: Host,
    b_dev: str,
    b_cidr: str | None,
) -> None:
    """Join two hosts by a veth, a cable with an interface at each end; return when it carries.

    An end without an address (None) is there for bridges and for packet(7).
    """
    ends = (a, a_dev, a_cidr), (b, b_dev, b_cidr)
    peer = rt.interface_message(next(_indices)) + rt.interface_name(
        b_dev
    )
    peer += rt.attribute(rt.IFLA_NET_NS_FD, struct.pack("=I", b.fd))
    with (
        b,
        rt.subscribe(rt.RTMGRP_LINK) as b_news,
        a,
        rt.subscribe(rt.RTMGRP_LINK) as a_news,
    ):
        data = rt.attribute(rt.VETH_INFO_PEER, peer)
        rt.create_interface(a_dev, "veth", data, next(_indices))
        a.up(a_dev)
        b.up(b_dev)
        # The kernel notices a carrier in its own time; what is sent before is thrown away.
        rt.wait_for_carrier(a_news, a_dev)
        rt.wait_for_carrier(b_news, b_dev)
    for host, dev, cidr in ends:
        if cidr:
            host.address(dev, cidr)


def bridge(host: Host, dev: str, *ports: str) -> None:
    """Make the host a switch: frames go from port to port, by the address that they bear."""
    with host:
        rt.create_interface(dev, "bridge")
    for port in ports:
        master = struct.pack("=I", host.index(dev))
        body = rt.interface_message(host.index(port))
        host._ask(
            rt.RTM_NEWLINK,
            0,
            body + rt.attribute(rt.IFLA_MASTER, master),
        )
    host.up(dev)


def lan(**stations: tuple[Host, str]) -> Host:
    """Plug hosts into one switch, each by its eth0: lan(a=(alice, "10.0.0.1/24"), ...).

    The names are those of the switch's ports. Returns the switch.
    """
    switch = Host("switch")
    for port, (host, cidr) in stations.items():
        link(host, "eth0", cidr, switch, port, None)
    bridge(switch, "br0", *stations)
    return switch


def neighbours() -> tuple[Host, Host]:
    """Return alice, 10.0.0.1, and bob, 10.0.0.2: two hosts and one cable, eth0 at both ends."""
    alice, bob = Host("alice"), Host("bob")
    link(alice, "eth0", "10.0.0.1/24", bob, "eth0", "10.0.0.2/24")
    return alice, bob
