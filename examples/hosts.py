"""Hosts and cables without machines: network namespaces in one process, joined by veths.

A host is a network stack of its own: interfaces, addresses, routes, ports. All is asked of the
kernel by rtnetlink(7), which is what ip(8) does too. Nobody has to be root for it, only the
administrator of a user namespace: `python3 -m examples run ID` sees to that.

    alice, bob = Host("alice"), Host("bob")
    link(alice, "eth0", "10.0.0.1/24", bob, "eth0", "10.0.0.2/24")
    with bob:
        server = socket.create_server(("10.0.0.2", 80))
    with alice:
        client = socket.create_connection(("10.0.0.2", 80))

A socket stays in the host where it was made, so one thread can be both ends.
"""

import contextlib
import fcntl
import functools
import ipaddress
import itertools
import os
import socket
import struct
import sys
import threading
from collections.abc import Iterator

from examples import linux

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

# include/uapi/linux/sockios.h
SIOCGIFFLAGS, SIOCGIFHWADDR = 0x8913, 0x8927

DEADLINE = 5  # seconds for the kernel to do what it was asked

# Where both ends of a veth have the same number in their hosts, the kernel takes up to a second to
# notice a carrier (net/core/link_watch.c). So no two ends have.
_indices = itertools.count(100)

# A new stack copies some settings of the machine's own. Scenes start from the kernel's defaults.
DEFAULTS = {
    "net.ipv4.ip_forward": 0,
    "net.ipv4.conf.all.rp_filter": 0,
    "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv4.conf.all.arp_ignore": 0,
    # No address that nobody gave, so no chatter about it on the wire.
    "net.ipv6.conf.default.addr_gen_mode": 1,
}


class Host:
    """A network stack of its own. `with host:` moves the calling thread into it, and back."""

    def __init__(self, name: str) -> None:
        require_private_network()
        self.name = name
        self._came_from = threading.local()
        with _returning():
            linux.unshare(linux.CLONE_NEWNET)
            self.fd = _here()
        for setting, value in DEFAULTS.items():
            if os.path.exists(_path(setting)):
                self.sysctl(setting, value)
        self.up("lo")

    def __enter__(self) -> "Host":
        trail = self._came_from.__dict__.setdefault("trail", [])
        trail.append(_here())
        linux.setns(self.fd, linux.CLONE_NEWNET)
        return self

    def __exit__(self, *_: object) -> None:
        _go_back(self._came_from.trail.pop())

    def close(self) -> None:
        """Forget the host; it goes with its last socket and its last process."""
        os.close(self.fd)

    def up(self, dev: str) -> None:
        """Switch an interface on."""
        self._set_link(dev, flags=IFF_UP)

    def down(self, dev: str) -> None:
        """Switch an interface off: at the other end of a veth the cable seems pulled."""
        self._set_link(dev, flags=0)

    def address(self, dev: str, cidr: str) -> None:
        """Give an interface an address, one more if it has some: "10.0.0.1/24", "fe80::a/64"."""
        own = ipaddress.ip_interface(cidr)
        body = struct.pack(
            "=BBBBi",
            _family(own),
            own.network.prefixlen,
            # Duplicate-address detection would take a second.
            IFA_F_NODAD if own.version == 6 else 0,
            RT_SCOPE_LINK
            if own.is_link_local
            else RT_SCOPE_UNIVERSE,
            self.index(dev),
        )
        body += _attr(IFA_LOCAL, own.packed)
        body += _attr(IFA_ADDRESS, own.packed)
        if own.version == 4 and own.network.prefixlen < 31:
            broadcast = own.network.broadcast_address.packed
            body += _attr(IFA_BROADCAST, broadcast)
        with self, _news(RTMGRP_IPV6_IFADDR) as news:
            ask(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body)
            # IPv6 takes a moment, and says when the address can receive.
            while own.version == 6:
                if own.packed in news.recv(65536):
                    break

    def route(
        self,
        dst: str,
        via: str | None = None,
        dev: str | None = None,
        local: bool = False,
    ) -> None:
        """Send what is for dst ("10.9.0.0/16") to a router, out of a device, or (local) to us."""
        net = ipaddress.ip_network(dst)
        scope = RT_SCOPE_LINK
        if local:
            scope = RT_SCOPE_HOST
        elif via or net.version == 6:
            scope = RT_SCOPE_UNIVERSE
        body = _route(
            net,
            RT_TABLE_LOCAL if local else RT_TABLE_MAIN,
            RTPROT_STATIC,
            scope,
            RTN_LOCAL if local else RTN_UNICAST,
        )
        if via:
            gateway = ipaddress.ip_address(via).packed
            body += _attr(RTA_GATEWAY, gateway)
        if dev:
            body += _attr(
                RTA_OIF, struct.pack("=i", self.index(dev))
            )
        self._ask(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body)

    def drop_route(self, dst: str) -> None:
        """Forget what route() said about dst."""
        net = ipaddress.ip_network(dst)
        scope_of_any = 255
        body = _route(net, RT_TABLE_MAIN, 0, scope_of_any)
        self._ask(RTM_DELROUTE, 0, body)

    def neighbour(self, dev: str, ip: str, mac: bytes) -> None:
        """Tell which hardware address belongs to a neighbour's IP address: no need to ask (ARP)."""
        address = ipaddress.ip_address(ip)
        body = struct.pack(
            "=BxxxiHBB",
            _family(address),
            self.index(dev),
            NUD_PERMANENT,
            0,
            0,
        )
        body += _attr(NDA_DST, address.packed)
        body += _attr(NDA_LLADDR, mac)
        self._ask(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, body)

    def next_hop(self, dst: str) -> str | None:
        """Ask who gets the next packet for dst: a router's address; None if dst is a neighbour."""
        body = _route(ipaddress.ip_network(dst), RT_TABLE_UNSPEC)
        answer = self._ask(RTM_GETROUTE, 0, body)
        gateway = attributes(answer[12:]).get(RTA_GATEWAY)
        return (
            str(ipaddress.ip_address(gateway)) if gateway else None
        )

    def sysctl(self, name: str, value: object = None) -> str:
        """Read a setting of this host, "net.ipv4.ip_forward"; with a value, write it first."""
        # /proc/sys/net shows the stack of the thread that opens it.
        with self:
            if value is not None:
                with open(_path(name), "w") as file:
                    file.write(str(value))
            with open(_path(name)) as file:
                return file.read().strip()

    def counters(self) -> dict[str, int]:
        """Return what the kernel has counted here, by names like "Udp InCsumErrors"."""
        found = {}
        with self, open("/proc/thread-self/net/snmp") as table:
            for names, values in zip(table, table, strict=True):
                protocol, *names = names.split()
                counts = map(int, values.split()[1:])
                for name, count in zip(names, counts, strict=True):
                    found[f"{protocol[:-1]} {name}"] = count
        return found

    def mac(self, dev: str) -> bytes:
        """Return the six bytes of an interface's hardware address."""
        return _ioctl(self, SIOCGIFHWADDR, dev)[18:24]

    def index(self, dev: str) -> int:
        """Return the number by which the kernel knows an interface."""
        with self:
            return socket.if_nametoindex(dev)

    def _set_link(self, dev: str, flags: int) -> None:
        body = _interface(self.index(dev), flags, change=IFF_UP)
        self._ask(RTM_NEWLINK, 0, body)

    def _ask(self, kind: int, flags: int, body: bytes) -> bytes:
        with self:
            return ask(kind, flags, body)


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
    peer = _interface(next(_indices)) + _name(b_dev)
    peer += _attr(IFLA_NET_NS_FD, struct.pack("=I", b.fd))
    with (
        b,
        _news(RTMGRP_LINK) as b_news,
        a,
        _news(RTMGRP_LINK) as a_news,
    ):
        data = _attr(VETH_INFO_PEER, peer)
        _create(a_dev, "veth", data, next(_indices))
        a.up(a_dev)
        b.up(b_dev)
        # The kernel notices a carrier in its own time; what is sent before is thrown away.
        _wait_for_carrier(a_news, a_dev)
        _wait_for_carrier(b_news, b_dev)
    for host, dev, cidr in ends:
        if cidr:
            host.address(dev, cidr)


def bridge(host: Host, dev: str, *ports: str) -> None:
    """Make the host a switch: frames go from port to port, by the address that they bear."""
    with host:
        _create(dev, "bridge")
    for port in ports:
        master = struct.pack("=I", host.index(dev))
        body = _interface(host.index(port))
        host._ask(RTM_NEWLINK, 0, body + _attr(IFLA_MASTER, master))
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


@functools.cache
def require_private_network() -> None:
    """Leave the machine's own network alone: end here, unless nothing but lo is up."""
    for _, dev in socket.if_nameindex():
        flags = _ioctl(None, SIOCGIFFLAGS, dev)[16:18]
        if dev != "lo" and struct.unpack("=H", flags)[0] & IFF_UP:
            spec = sys.modules["__main__"].__spec__
            trick = spec.name.partition(".")[2] if spec else "ID"
            sys.exit(
                f"This changes the network, and {dev} here is a real one. "
                f"In a network of its own: python3 -m examples run {trick}"
            )


# The language: rtnetlink(7). A message is a header, a fixed part, then attributes; an attribute
# is its length, its kind and its value, padded to four bytes.


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


def _attr(kind: int, value: bytes) -> bytes:
    padding = bytes(-len(value) % 4)
    return (
        struct.pack("=HH", 4 + len(value), kind) + value + padding
    )


def _name(dev: str) -> bytes:
    return _attr(IFLA_IFNAME, dev.encode() + b"\0")


def _interface(
    index: int = 0, flags: int = 0, change: int = 0
) -> bytes:
    return struct.pack(
        "=BxHiII", socket.AF_UNSPEC, 0, index, flags, change
    )


def _route(
    net: ipaddress.IPv4Network | ipaddress.IPv6Network,
    table: int,
    protocol: int = 0,
    scope: int = 0,
    kind: int = 0,
) -> bytes:
    size = net.prefixlen
    head = (
        _family(net),
        size,
        0,
        0,
        table,
        protocol,
        scope,
        kind,
        0,
    )
    destination = _attr(RTA_DST, net.network_address.packed)
    return struct.pack("=8BI", *head) + (
        destination if size else b""
    )


def _family(address: object) -> int:
    return (
        socket.AF_INET6 if address.version == 6 else socket.AF_INET
    )


def _create(
    dev: str, kind: str, data: bytes = b"", index: int = 0
) -> None:
    info = _attr(IFLA_INFO_KIND, kind.encode())
    info += _attr(IFLA_INFO_DATA, data)
    body = _interface(index) + _name(dev)
    body += _attr(IFLA_LINKINFO, info)
    ask(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, body)


def _netlink() -> socket.socket:
    kernel = socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE
    )
    kernel.settimeout(DEADLINE)
    return kernel


def _news(group: int) -> socket.socket:
    """Subscribe to what the kernel tells about the calling thread's network stack."""
    news = _netlink()
    news.bind((0, group))
    return news


def _wait_for_carrier(news: socket.socket, dev: str) -> None:
    """Read what the kernel tells about interfaces until it says that dev is in operation."""
    state = None
    while state != bytes([IF_OPER_UP]):
        told = attributes(news.recv(65536)[32:])
        if told[IFLA_IFNAME] == dev.encode() + b"\0":
            state = told[IFLA_OPERSTATE]


# Where the calling thread is: each thread has a network stack of its own choice.


def _here() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _go_back(fd: int) -> None:
    linux.setns(fd, linux.CLONE_NEWNET)
    os.close(fd)


@contextlib.contextmanager
def _returning() -> Iterator[None]:
    """Bring the thread back to the stack where it was, whatever the block does."""
    fd = _here()
    try:
        yield
    finally:
        _go_back(fd)


def _path(setting: str) -> str:
    return "/proc/sys/" + setting.replace(".", "/")


def _ioctl(host: Host | None, request: int, dev: str) -> bytes:
    """Ask about an interface by name, of a host or (None) of where the thread is."""
    if host:
        with host:
            return _ioctl(None, request, dev)
    with socket.socket(
        socket.AF_INET, socket.SOCK_DGRAM
    ) as any_one:
        ifreq = struct.pack("16s24x", dev.encode())
        return fcntl.ioctl(any_one, request, ifreq)
