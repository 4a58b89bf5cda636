"""The language in which the kernel is asked about interfaces, addresses and routes: rtnetlink(7).

A message is a header, a fixed part, then attributes; an attribute is its length, its kind and its
value, padded to four bytes. All here concerns the calling thread's network stack.
"""

import ipaddress
import os
import socket
import struct

# include/uapi/linux/rtnetlink.h
RTM_NEWLINK, RTM_NEWADDR = 16, 20
RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE = 24, 25, 26
RTM_NEWNEIGH = 28
RTMGRP_LINK, RTMGRP_IPV6_IFADDR = 0x1, 0x100
RTA_DST, RTA_OIF, RTA_GATEWAY = 1, 4, 5
RT_TABLE_UNSPEC, RT_TABLE_MAIN, RT_TABLE_LOCAL = 0, 254, 255
RTPROT_STATIC = 4
RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, RT_SCOPE_HOST = 0, 253, 254
RTN_UNICAST, RTN_LOCAL = 1, 2

# include/uapi/linux/netlink.h
NLM_F_REQUEST, NLM_F_ACK = 0x1, 0x4
NLM_F_REPLACE, NLM_F_EXCL, NLM_F_CREATE = 0x100, 0x200, 0x400
NLMSG_ERROR = 2

# include/uapi/linux/if_link.h, veth.h, if_addr.h, neighbour.h, if.h: attributes and their values
IFLA_IFNAME, IFLA_MASTER, IFLA_OPERSTATE = 3, 10, 16
IFLA_LINKINFO, IFLA_NET_NS_FD = 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA, VETH_INFO_PEER = 1, 2, 1
IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST = 1, 2, 4
IFA_F_NODAD = 0x02
NDA_DST, NDA_LLADDR, NUD_PERMANENT = 1, 2, 0x80
IF_OPER_UP = 6
IFF_UP = 1

DEADLINE = 5  # seconds for the kernel to do what it was asked


def ask(kind: int, flags: int, body: bytes) -> bytes:
    """Send one request to the calling thread's network stack, and return what it answers."""
    flags |= NLM_F_REQUEST
    if kind != RTM_GETROUTE:
        flags |= NLM_F_ACK
    with _netlink() as kernel:
        header = struct.pack(
            "=IHHII", 16 + len(body), kind, flags, 1, 0
        )
        kernel.send(header + body)
        answer = kernel.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        error = -struct.unpack_from("=i", answer, 16)[0]
        if error:
            raise OSError(error, os.strerror(error))
    return answer[16:]


def attributes(data: bytes) -> dict[int, bytes]:
    """Take a row of attributes apart: kind to value."""
    found = {}
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        found[kind] = data[4:length]
        data = data[(length + 3) & ~3 :]
    return found


def attribute(kind: int, value: bytes) -> bytes:
    padding = bytes(-len(value) % 4)
    return (
        struct.pack("=HH", 4 + len(value), kind) + value + padding
    )


def interface_name(dev: str) -> bytes:
    return attribute(IFLA_IFNAME, dev.encode() + b"\0")


def interface_message(
    index: int = 0, flags: int = 0, change: int = 0
) -> bytes:
    return struct.pack(
        "=BxHiII", socket.AF_UNSPEC, 0, index, flags, change
    )


def route_message(
    net: ipaddress.IPv4Network | ipaddress.IPv6Network,
    table: int,
    protocol: int = 0,
    scope: int = 0,
    kind: int = 0,
) -> bytes:
    size = net.prefixlen
    head = (
        family(net),
        size,
        0,
        0,
        table,
        protocol,
        scope,
        kind,
        0,
    )
    destination = attribute(RTA_DST, net.network_address.packed)
    return struct.pack("=8BI", *head) + (
        destination if size else b""
    )


def family(address: object) -> int:
    return (
        socket.AF_INET6 if address.version == 6 else socket.AF_INET
    )


def create_interface(
    dev: str, kind: str, data: bytes = b"", index: int = 0
) -> None:
    info = attribute(IFLA_INFO_KIND, kind.encode())
    info += attribute(IFLA_INFO_DATA, data)
    body = interface_message(index) + interface_name(dev)
    body += attribute(IFLA_LINKINFO, info)
    ask(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, body)


def _netlink() -> socket.socket:
    kernel = socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE
    )
    kernel.settimeout(DEADLINE)
    return kernel


def subscribe(group: int) -> socket.socket:
    """Subscribe to what the kernel tells about the calling thread's network stack."""
    news = _netlink()
    news.bind((0, group))
    return news


def wait_for_carrier(news: socket.socket, dev: str) -> None:
    """Read what the kernel tells about interfaces until it says that dev is in operation."""
    state = None
    while state != bytes([IF_OPER_UP]):
        told = attributes(news.recv(65536)[32:])
        if told[IFLA_IFNAME] == dev.encode() + b"\0":
            state = told[IFLA_OPERSTATE]
