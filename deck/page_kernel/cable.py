"""The cable between two machines of the page: their network card, lent to one run at a time."""

import errno
import fcntl
import os
import socket
import struct
from pathlib import Path

from deck.page_kernel.system import SIOCSIFFLAGS

CARD = b"eth0"
IFF_UP, SIOCSIFHWADDR, ARPHRD_ETHER = 1, 0x8924, 1
NETLINK_ROUTE, RTMGRP_LINK, RTM_NEWLINK, NLMSG_ERROR = 0, 1, 16, 2
NLM_F_REQUEST_AND_ACK, IFLA_IFNAME, IFLA_NET_NS_PID = 0x5, 3, 19
MESSAGE = "=IHHIIBxHiII"  # struct nlmsghdr, struct ifinfomsg


class Card:
    """The machine's network card. Make one before the run leaves the machine's own network: it
    keeps a way to ask that one."""

    def __init__(self) -> None:
        self._news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_ROUTE)
        self._news.bind((0, RTMGRP_LINK))

    def move_to_here(self) -> None:
        """Bring it to the network where the caller is now."""
        with self._news:
            # It comes back from the run before when the kernel has cleared that one's network away.
            while not self._moves():
                self._news.recv(1 << 16)

    def _moves(self) -> bool:
        body = _attribute(IFLA_IFNAME, CARD + b"\0")
        body += _attribute(IFLA_NET_NS_PID, struct.pack("=I", os.getpid()))
        length = struct.calcsize(MESSAGE) + len(body)
        kind = RTM_NEWLINK, NLM_F_REQUEST_AND_ACK
        self._news.send(struct.pack(MESSAGE, length, *kind, 1, 0, 0, 0, 0, 0, 0) + body)
        refusal = _answer(self._news)
        if refusal not in (0, errno.ENODEV):
            raise OSError(refusal, "the network card can't be lent to the run")
        return not refusal


def _answer(kernel: socket.socket) -> int:
    """The error number that the kernel answers with, 0 for none; news before it are old."""
    while True:
        said = kernel.recv(1 << 16)
        if struct.unpack_from("=H", said, 4)[0] == NLMSG_ERROR:
            return -int(struct.unpack_from("=i", said, 16)[0])


def _attribute(kind: int, value: bytes) -> bytes:
    whole = struct.pack("=HH", 4 + len(value), kind) + value
    return whole + b"\0" * (-len(whole) % 4)


def switch_on(address: str) -> None:
    """Give it a hardware address (12 hexadecimal digits; both machines are copies of one), and
    switch it on: it says nothing by itself, for no IPv6 address is made up."""
    Path("/proc/sys/net/ipv6/conf/eth0/addr_gen_mode").write_text("1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        hardware = struct.pack("=16sH6s8x", CARD, ARPHRD_ETHER, bytes.fromhex(address))
        fcntl.ioctl(control, SIOCSIFHWADDR, hardware)
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("=16sh14x", CARD, IFF_UP))
