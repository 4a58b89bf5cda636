"""The two ends of each way, opened once for Python and C alike: both get the same descriptors.

`open_ends(way)` gives two sides, each with the descriptor that it reads and the one that it writes.
"""

import contextlib
import fcntl
import functools
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from examples.awesome.friends import befriend, introduce_friends


@dataclass(frozen=True)
class Side:
    """One program's descriptors, and whether the kernel keeps its messages apart."""

    read: int
    write: int
    keeps_messages: bool


Pair = tuple[Side, Side]
Sockets = tuple[socket.socket, socket.socket]


@contextlib.contextmanager
def open_ends(way: str) -> Iterator[Pair]:
    """Both sides of a way, closed at the end of the block."""
    with contextlib.ExitStack() as stack:
        yield OPENERS[way](stack)


def pipe(stack: contextlib.ExitStack) -> Pair:
    (there_read, there_write), (back_read, back_write) = os.pipe(), os.pipe()
    for fd in (there_read, there_write, back_read, back_write):
        stack.callback(os.close, fd)
    return Side(back_read, there_write, False), Side(there_read, back_write, False)


def pipe_of(size: int, stack: contextlib.ExitStack) -> Pair:
    """A pipe that holds so many bytes (fcntl(2), F_SETPIPE_SZ)."""
    sides = pipe(stack)
    assert fcntl.fcntl(sides[0].write, fcntl.F_SETPIPE_SZ, size) == size
    return sides


def fifo(stack: contextlib.ExitStack) -> Pair:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    fds = []
    for name in ("there", "back"):
        path = os.path.join(folder, name)
        os.mkfifo(path)
        # A reader that does not wait for a writer, so that one program can open both ends.
        fds.append(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        fds.append(os.open(path, os.O_WRONLY))
        os.set_blocking(fds[-2], True)
    for fd in fds:
        stack.callback(os.close, fd)
    there_read, there_write, back_read, back_write = fds
    return Side(back_read, there_write, False), Side(there_read, back_write, False)


def _sides(
    stack: contextlib.ExitStack, one: socket.socket, other: socket.socket, keeps_messages: bool
) -> Pair:
    for end in (one, other):
        stack.enter_context(end)
    fd, other_fd = one.fileno(), other.fileno()
    return Side(fd, fd, keeps_messages), Side(other_fd, other_fd, keeps_messages)


def socketpair(kind: socket.SocketKind, stack: contextlib.ExitStack) -> Pair:
    pair = socket.socketpair(socket.AF_UNIX, kind)
    return _sides(stack, *pair, keeps_messages=kind != socket.SOCK_STREAM)


def _connected(family: int, address: bytes | tuple[str, int]) -> Sockets:
    with socket.socket(family) as listener:
        listener.bind(address)
        listener.listen()
        client = socket.socket(family)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
    return client, server


def unix_stream(stack: contextlib.ExitStack) -> Pair:
    """With a name, which the kernel makes up: an abstract one (unix(7), autobind)."""
    return _sides(stack, *_connected(socket.AF_UNIX, b""), keeps_messages=False)


def _tcp() -> Sockets:
    pair = _connected(socket.AF_INET, ("127.0.0.1", 0))
    for one in pair:
        # The same on every machine; some congestion controls pace.
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    return pair


def tcp(stack: contextlib.ExitStack) -> Pair:
    return _sides(stack, *_tcp(), keeps_messages=False)


def tcp_nodelay(stack: contextlib.ExitStack) -> Pair:
    pair = _tcp()
    for one in pair:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _sides(stack, *pair, keeps_messages=False)


def udp(stack: contextlib.ExitStack) -> Pair:
    one, other = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    for end in (one, other):
        end.bind(("127.0.0.1", 0))
    one.connect(other.getsockname())
    other.connect(one.getsockname())
    return _sides(stack, one, other, keeps_messages=True)


@functools.cache
def _friends() -> int:
    return int(introduce_friends())


def friends(stack: contextlib.ExitStack) -> Pair:
    """TCP whose sockets are in a map of friends, see examples/awesome/friends.py."""
    pair = _tcp()
    befriend(_friends(), *pair)
    return _sides(stack, *pair, keeps_messages=False)


OPENERS: dict[str, Callable[[contextlib.ExitStack], Pair]] = {
    "pipe": pipe,
    "FIFO": fifo,
    "socketpair": functools.partial(socketpair, socket.SOCK_STREAM),
    "Unix stream": unix_stream,
    "Unix seqpacket": functools.partial(socketpair, socket.SOCK_SEQPACKET),
    "Unix datagram": functools.partial(socketpair, socket.SOCK_DGRAM),
    "TCP": tcp,
    "TCP_NODELAY": tcp_nodelay,
    "UDP": udp,
    "friends": friends,
}
for kib in (4, 16, 64, 256, 1024):
    OPENERS[f"pipe of {kib} KiB"] = functools.partial(pipe_of, kib << 10)
