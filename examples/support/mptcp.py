"""Tell MPTCP's path manager which addresses a host may use, by generic netlink.

What `ip mptcp endpoint add ... signal` and `ip mptcp limits set ...` do: ip-mptcp(8).
"""

import os
import socket
import struct

from examples.support.hosts import Host
from examples.support.rtnetlink import (
    DEADLINE,
    NLM_F_ACK,
    NLM_F_REQUEST,
    NLMSG_ERROR,
    attribute,
    attributes,
)

# include/uapi/linux/netlink.h, genetlink.h
NETLINK_GENERIC = 16
NLA_F_NESTED = 0x8000
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2

# include/uapi/linux/mptcp.h, mptcp_pm.h
SOL_MPTCP, MPTCP_INFO = 284, 1
ADD_ADDR, SET_LIMITS = 1, 5
ATTR_ADDR, ATTR_RCV_ADD_ADDRS, ATTR_SUBFLOWS = 1, 2, 3
ADDR_ATTR_FAMILY, ADDR_ATTR_ADDR4, ADDR_ATTR_FLAGS = 1, 3, 6
FLAG_SIGNAL = 1


def announce(host: Host, address: str) -> None:
    """Have the host tell its peers that it can be reached here, too."""
    endpoint = attribute(
        ADDR_ATTR_FAMILY, struct.pack("=H", socket.AF_INET)
    )
    endpoint += attribute(
        ADDR_ATTR_ADDR4, socket.inet_aton(address)
    )
    endpoint += attribute(
        ADDR_ATTR_FLAGS, struct.pack("=I", FLAG_SIGNAL)
    )
    _tell(
        host,
        ADD_ADDR,
        attribute(ATTR_ADDR | NLA_F_NESTED, endpoint),
    )


def allow(host: Host, paths: int) -> None:
    """Have the host open so many more paths, to addresses that it is told."""
    number = struct.pack("=I", paths)
    limits = attribute(ATTR_RCV_ADD_ADDRS, number)
    _tell(
        host, SET_LIMITS, limits + attribute(ATTR_SUBFLOWS, number)
    )


def more_paths(stream: socket.socket) -> int:
    """Count the paths besides the first; OSError when the connection is plain TCP."""
    return stream.getsockopt(SOL_MPTCP, MPTCP_INFO, 64)[0]


def _tell(host: Host, command: int, body: bytes) -> None:
    with (
        host,
        socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC
        ) as kernel,
    ):
        kernel.settimeout(DEADLINE)
        name = attribute(CTRL_ATTR_FAMILY_NAME, b"mptcp_pm\0")
        answer = _ask(
            kernel, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0, name
        )
        family = attributes(answer)[CTRL_ATTR_FAMILY_ID]
        number = struct.unpack("=H", family)[0]
        _ask(kernel, number, command, NLM_F_ACK, body)


def _ask(
    kernel: socket.socket,
    family: int,
    command: int,
    flags: int,
    body: bytes,
) -> bytes:
    """Send one request; return the attributes of the answer."""
    message = struct.pack("=BBxx", command, 1) + body
    header = struct.pack(
        "=IHHII",
        16 + len(message),
        family,
        flags | NLM_F_REQUEST,
        1,
        0,
    )
    kernel.send(header + message)
    answer = kernel.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        error = -struct.unpack_from("=i", answer, 16)[0]
        if error:
            raise OSError(error, os.strerror(error))
    return answer[20:]
