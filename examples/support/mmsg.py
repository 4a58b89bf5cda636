"""Many messages in one system call: sendmmsg(2) and recvmmsg(2), with the structures they take.

Each call raises OSError with the kernel's errno.
"""

import ctypes
import socket

from examples.support.libc import checked, libc


class Iovec(ctypes.Structure):
    """A piece of memory: struct iovec, readv(2)."""

    _fields_ = [
        ("base", ctypes.c_void_p),
        ("length", ctypes.c_size_t),
    ]


class Msghdr(ctypes.Structure):
    """One message, in pieces, with its address and its control data: struct msghdr, recv(2)."""

    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint),
        ("pieces", ctypes.POINTER(Iovec)),
        ("piece_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class Mmsghdr(ctypes.Structure):
    """One of many messages, and how many bytes of it went or came: struct mmsghdr, sendmmsg(2)."""

    _fields_ = [("header", Msghdr), ("length", ctypes.c_uint)]


def sendmmsg(sock: socket.socket, messages: ctypes.Array) -> int:
    """Send an array of Mmsghdr; return how many went: sendmmsg(2), Linux 3.0."""
    count = len(messages)
    return checked(
        libc.sendmmsg(sock.fileno(), messages, count, 0),
        "sendmmsg",
    )


def recvmmsg(sock: socket.socket, messages: ctypes.Array) -> int:
    """Wait until an array of Mmsghdr is full; return how many came: recvmmsg(2), Linux 2.6.33."""
    count = len(messages)
    return checked(
        libc.recvmmsg(sock.fileno(), messages, count, 0, None),
        "recvmmsg",
    )
