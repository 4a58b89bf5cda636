"""Whose connection is this? On this machine the kernel knows, in /proc/net/tcp."""

import contextlib
import functools
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import HTTPConnection

# proc(5): a connection's state in /proc/net/tcp
ESTABLISHED = "01"
# What /proc/self/loginuid says where nobody logged in, as in a container.
NO_LOGIN = 2**32 - 1


def is_presenter(connection: HTTPConnection) -> bool:
    """Whether no other user of this machine is at the far end of a connection."""
    client = connection.scope["client"]
    if not client[0].startswith("127."):
        # From another machine, which only --host allows: there the cookie must do.
        return True
    try:
        return _owner(client, connection.scope["server"]) in presenters()
    except FileNotFoundError:
        # No /proc: there the cookie must do as well.
        return True


@functools.cache
def presenters() -> frozenset[int]:
    """The users who may present: who runs the stage, who called sudo or su to do so, and root."""
    users = {0, os.geteuid()}
    if sudo := os.environ.get("SUDO_UID"):
        users.add(int(sudo))
    with contextlib.suppress(OSError):
        users.add(int(Path("/proc/self/loginuid").read_text()))
    return frozenset(users - {NO_LOGIN})


def _owner(client: tuple[str, int], server: tuple[str, int]) -> int | None:
    """The user who holds the client's end of a connection on this machine: the kernel knows."""
    ends = [_hex(client), _hex(server)]
    for local, remote, state, uid in _connections():
        # endswith: an IPv6 socket may hold the same connection, as ::ffff:127.0.0.1.
        if state == ESTABLISHED and local.endswith(ends[0]) and remote.endswith(ends[1]):
            return uid
    return None


def _connections() -> Iterator[tuple[str, str, str, int]]:
    """Local end, remote end, state and user of each TCP socket (proc(5), /proc/net/tcp)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table) and table.endswith("6"):
            continue
        with open(table) as lines:
            next(lines)
            for line in lines:
                _, local, remote, state, _, _, _, uid, *_ = line.split()
                yield local, remote, state, int(uid)


def _hex(end: tuple[str, int]) -> str:
    """An address as /proc/net/tcp writes it: the number as it lies in memory."""
    number = int.from_bytes(socket.inet_aton(end[0]), sys.byteorder)
    return f"{number:08X}:{end[1]:04X}"
