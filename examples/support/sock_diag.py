"""What ss(8) asks: which sockets are there, whose are they, and (by right) an end to one.

sock_diag(7) is a netlink family: a request is a header and a struct inet_diag_req_v2; each answer
is a header and a struct inet_diag_msg, of linux/inet_diag.h.
"""

import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

# include/uapi/linux/netlink.h, sock_diag.h
NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY, SOCK_DESTROY = 20, 21
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3

# include/net/tcp_states.h: a request names states by bits
TCP_ESTABLISHED, TCP_LISTEN = 1, 10

HEADER = struct.Struct(
    "=IHHII"
)  # length, kind, flags, sequence, port


class Found(NamedTuple):
    """A TCP socket of this network stack, whoever has it."""

    local: tuple[str, int]
    remote: tuple[str, int]
    inode: int
    id: bytes  # struct inet_diag_sockid: names this very socket


def tcp_sockets(state: int) -> list[Found]:
    """List the IPv4 TCP sockets in a state."""
    request = _request(1 << state, bytes(48))
    flags = NLM_F_REQUEST | NLM_F_DUMP
    return [
        _found(message)
        for message in _ask(SOCK_DIAG_BY_FAMILY, flags, request)
    ]


def destroy(found: Found) -> None:
    """End a socket, whoever has it: needs CAP_NET_ADMIN, Linux 4.5, CONFIG_INET_DIAG_DESTROY."""
    flags = NLM_F_REQUEST | NLM_F_ACK
    list(_ask(SOCK_DESTROY, flags, _request(~0, found.id)))


def _request(states: int, id: bytes) -> bytes:
    states &= 0xFFFFFFFF
    family, protocol = socket.AF_INET, socket.IPPROTO_TCP
    return struct.pack("=BBxxI", family, protocol, states) + id


def _found(message: bytes) -> Found:
    ports = struct.unpack_from("!HH", message, 4)
    addresses = message[8:12], message[24:28]
    ends = zip(map(socket.inet_ntoa, addresses), ports, strict=True)
    (inode,) = struct.unpack_from("=I", message, 68)
    return Found(*ends, inode, message[4:52])


def _ask(kind: int, flags: int, body: bytes) -> Iterator[bytes]:
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG
    ) as kernel:
        kernel.settimeout(5)
        length = HEADER.size + len(body)
        kernel.send(HEADER.pack(length, kind, flags, 1, 0) + body)
        while True:
            answer = kernel.recv(1 << 16)
            while answer:
                length, kind, *_ = HEADER.unpack_from(answer)
                message = answer[HEADER.size : length]
                if kind == NLMSG_DONE:
                    return
                if kind == NLMSG_ERROR:
                    return _check(message)
                yield message
                answer = answer[(length + 3) & ~3 :]


def _check(message: bytes) -> None:
    error = -struct.unpack_from("=i", message)[0]
    if error:
        raise OSError(error, os.strerror(error))
