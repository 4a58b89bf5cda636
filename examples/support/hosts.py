"""Hosts without machines: network namespaces in one process. `cables.py` joins them by veths.

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
import os
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from examples.support import linux
from examples.support import rtnetlink as rt

# include/uapi/linux/sockios.h
SIOCGIFFLAGS, SIOCGIFHWADDR = 0x8913, 0x8927

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
        self._set_link(dev, flags=rt.IFF_UP)

    def down(self, dev: str) -> None:
        """Switch an interface off: at the other end of a veth the cable seems pulled."""
        self._set_link(dev, flags=0)

    def address(self, dev: str, cidr: str) -> None:
        """Give an interface an address, one more if it has some: "10.0.0.1/24", "fe80::a/64"."""
        own = ipaddress.ip_interface(cidr)
        body = struct.pack(
            "=BBBBi",
            rt.family(own),
            own.network.prefixlen,
            # Duplicate-address detection would take a second.
            rt.IFA_F_NODAD if own.version == 6 else 0,
            rt.RT_SCOPE_LINK
            if own.is_link_local
            else rt.RT_SCOPE_UNIVERSE,
            self.index(dev),
        )
        body += rt.attribute(rt.IFA_LOCAL, own.packed)
        body += rt.attribute(rt.IFA_ADDRESS, own.packed)
        if own.version == 4 and own.network.prefixlen < 31:
            broadcast = own.network.broadcast_address.packed
            body += rt.attribute(rt.IFA_BROADCAST, broadcast)
        with self, rt.subscribe(rt.RTMGRP_IPV6_IFADDR) as news:
            rt.ask(
                rt.RTM_NEWADDR,
                rt.NLM_F_CREATE | rt.NLM_F_EXCL,
                body,
            )
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
        scope = rt.RT_SCOPE_LINK
        if local:
            scope = rt.RT_SCOPE_HOST
        elif via or net.version == 6:
            scope = rt.RT_SCOPE_UNIVERSE
        body = rt.route_message(
            net,
            rt.RT_TABLE_LOCAL if local else rt.RT_TABLE_MAIN,
            rt.RTPROT_STATIC,
            scope,
            rt.RTN_LOCAL if local else rt.RTN_UNICAST,
        )
        if via:
            gateway = ipaddress.ip_address(via).packed
            body += rt.attribute(rt.RTA_GATEWAY, gateway)
        if dev:
            body += rt.attribute(
                rt.RTA_OIF, struct.pack("=i", self.index(dev))
            )
        self._ask(
            rt.RTM_NEWROUTE, rt.NLM_F_CREATE | rt.NLM_F_EXCL, body
        )

    def drop_route(self, dst: str) -> None:
        """Forget what route() said about dst."""
        net = ipaddress.ip_network(dst)
        scope_of_any = 255
        body = rt.route_message(
            net, rt.RT_TABLE_MAIN, 0, scope_of_any
        )
        self._ask(rt.RTM_DELROUTE, 0, body)

    def neighbour(self, dev: str, ip: str, mac: bytes) -> None:
        """Tell which hardware address belongs to a neighbour's IP address: no need to ask (ARP)."""
        address = ipaddress.ip_address(ip)
        body = struct.pack(
            "=BxxxiHBB",
            rt.family(address),
            self.index(dev),
            rt.NUD_PERMANENT,
            0,
            0,
        )
        body += rt.attribute(rt.NDA_DST, address.packed)
        body += rt.attribute(rt.NDA_LLADDR, mac)
        self._ask(
            rt.RTM_NEWNEIGH,
            rt.NLM_F_CREATE | rt.NLM_F_REPLACE,
            body,
        )

    def next_hop(self, dst: str) -> str | None:
        """Ask who gets the next packet for dst: a router's address; None if dst is a neighbour."""
        body = rt.route_message(
            ipaddress.ip_network(dst), rt.RT_TABLE_UNSPEC
        )
        answer = self._ask(rt.RTM_GETROUTE, 0, body)
        gateway = rt.attributes(answer[12:]).get(rt.RTA_GATEWAY)
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
            # Lines come in pairs: names, and below them the values.
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
        body = rt.interface_message(
            self.index(dev), flags, change=rt.IFF_UP
        )
        self._ask(rt.RTM_NEWLINK, 0, body)

    def _ask(self, kind: int, flags: int, body: bytes) -> bytes:
        with self:
            return rt.ask(kind, flags, body)


@functools.cache
def require_private_network() -> None:
    """Leave the machine's own network alone: end here, unless nothing but lo is up."""
    for _, dev in socket.if_nameindex():
        flags = _ioctl(None, SIOCGIFFLAGS, dev)[16:18]
        if (
            dev != "lo"
            and struct.unpack("=H", flags)[0] & rt.IFF_UP
        ):
            trick = _started()
            sys.exit(
                f"This changes the network, and {dev} here is a real one. "
                f"In a network of its own: python3 -m examples run {trick}"
            )


def _started() -> str:
    """Return the id of the trick that Python was started with, by its module or by its path."""
    main = sys.modules["__main__"]
    if main.__spec__:
        return main.__spec__.name.partition(".")[2]
    path = Path(getattr(main, "__file__", "FAMILY/TRICK.py"))
    return f"{path.resolve().parent.name}.{path.stem}"


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
