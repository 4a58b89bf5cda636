"""Every way of talking, opened from end to end, so that all can be asked the same questions.

    with unix_stream(Wire()) as channel:
        channel.send(message(1))
        channel.receive()

A way is a function that opens a channel. Those of the network lead from alice to bob, over a wire
that lets the second message overtake the first, as any network may.
"""

import contextlib
import errno
import fcntl
import os
import resource
import signal
import socket
import struct
import tempfile
from collections.abc import Iterator

from examples.support import events, linux, mqueue
from examples.support.channels import (
    Channel,
    Memory,
    Queue,
    Signals,
    Sockets,
)
from examples.support.hosts import Host
from examples.support.overtaking_wire import ALICE, BOB, Wire

SMALL = 4096  # bytes of a buffer that is soon full
GROUP, PORT, OURS = "239.1.1.1", 7, 0x88B5
BPF_RET_K = 0x06  # classic BPF: so many bytes of it pass

Opened = Iterator[Channel]


@contextlib.contextmanager
def pipe(wire: Wire) -> Opened:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, SMALL)
    with _closing(reader, writer):
        yield Channel(writer, reader)


@contextlib.contextmanager
def fifo(wire: Wire) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fifo")
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, SMALL)
        with _closing(reader, writer):
            yield Channel(writer, reader)


@contextlib.contextmanager
def unix_dgram(wire: Wire) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "letterbox")
        inbox = _socket(wire.bob, socket.AF_UNIX, socket.SOCK_DGRAM)
        inbox.bind(path)
        out = _socket(wire.alice, socket.AF_UNIX, socket.SOCK_DGRAM)
        with inbox, out:
            yield Sockets(out, inbox, path)


def unix_stream(wire: Wire) -> contextlib.AbstractContextManager:
    return _unix_connection(wire, socket.SOCK_STREAM)


def unix_seqpacket(wire: Wire) -> contextlib.AbstractContextManager:
    return _unix_connection(wire, socket.SOCK_SEQPACKET)


@contextlib.contextmanager
def _unix_connection(wire: Wire, kind: int) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "door")
        listener = _socket(wire.bob, socket.AF_UNIX, kind)
        listener.bind(path)
        listener.listen()
        client = _socket(wire.alice, socket.AF_UNIX, kind)
        client.connect(path)
        server, _ = listener.accept()
        with listener, client, server:
            yield Sockets(client, server)


@contextlib.contextmanager
def tcp(wire: Wire) -> Opened:
    listener = _socket(wire.bob, socket.AF_INET, socket.SOCK_STREAM)
    client = _socket(wire.alice, socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    listener.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * SMALL
    )
    listener.bind((BOB, 0))
    listener.listen()
    client.setblocking(False)
    error = client.connect_ex(listener.getsockname())
    assert error == errno.EINPROGRESS
    wire.carry_until_readable(listener)
    server, _ = listener.accept()
    with listener, client, server:
        yield Sockets(client, server, wire=wire)
        _hang_up_at_once(client, server)


@contextlib.contextmanager
def udp(wire: Wire) -> Opened:
    inbox = _socket(wire.bob, socket.AF_INET, socket.SOCK_DGRAM)
    inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    inbox.bind((BOB, PORT))
    out = _socket(wire.alice, socket.AF_INET, socket.SOCK_DGRAM)
    with inbox, out:
        yield Sockets(out, inbox, (BOB, PORT), wire)


@contextlib.contextmanager
def multicast(wire: Wire) -> Opened:
    inbox = _socket(wire.bob, socket.AF_INET, socket.SOCK_DGRAM)
    inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    inbox.bind((GROUP, PORT))
    inbox.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_ADD_MEMBERSHIP,
        socket.inet_aton(GROUP) + socket.inet_aton(BOB),
    )
    out = _socket(wire.alice, socket.AF_INET, socket.SOCK_DGRAM)
    out.setsockopt(
        socket.IPPROTO_IP,
        socket.IP_MULTICAST_IF,
        socket.inet_aton(ALICE),
    )
    with inbox, out:
        yield Sockets(out, inbox, (GROUP, PORT), wire)


@contextlib.contextmanager
def packet(wire: Wire) -> Opened:
    out = _socket(
        wire.alice, socket.AF_PACKET, socket.SOCK_DGRAM, 0
    )
    inbox = _socket(
        wire.bob, socket.AF_PACKET, socket.SOCK_DGRAM, 0
    )
    inbox.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    inbox.bind(("eth0", OURS))
    to = ("eth0", OURS, 0, 0, wire.bob.mac("eth0"))
    with inbox, out:
        yield Sockets(out, inbox, to, wire)


@contextlib.contextmanager
def netlink(wire: Wire) -> Opened:
    """To a group.

    What is sent to a group goes to one port as well. Port 0 is the kernel, which listens to no such
    family (ECONNREFUSED); so it is the sender's own, and a filter drops it: see netlink/bus.py.
    """
    kind = linux.NETLINK_USERSOCK
    ear, mouth = (
        _socket(
            wire.alice, socket.AF_NETLINK, socket.SOCK_RAW, kind
        )
        for _ in range(2)
    )
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
    # Count what is lost, and don't report it as an error.
    ear.setsockopt(linux.SOL_NETLINK, linux.NETLINK_NO_ENOBUFS, 1)
    ear.bind((0, 1))
    mouth.bind((0, 0))
    return_nothing = BPF_RET_K, 0, 0, 0
    linux.attach_filter(mouth, return_nothing)
    port, _ = mouth.getsockname()
    with ear, mouth:
        yield Sockets(mouth, ear, (port, 1))


@contextlib.contextmanager
def queue(wire: Wire) -> Opened:
    name, room, size = mqueue.temporary_name(), 5, 8
    both = mqueue.mq_open(name, room, size)
    with _closing(both):
        try:
            yield Queue(both, both)
        finally:
            mqueue.mq_unlink(name)


@contextlib.contextmanager
def memory(wire: Wire) -> Opened:
    both = os.memfd_create("every-way")
    os.ftruncate(both, 8)
    with _closing(both):
        yield Memory(both)


@contextlib.contextmanager
def eventfd(wire: Wire) -> Opened:
    both = os.eventfd(0, os.EFD_NONBLOCK)
    with _closing(both):
        yield Channel(both, both)


@contextlib.contextmanager
def signals(wire: Wire) -> Opened:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
    inbox = events.signalfd(signal.SIGRTMIN)
    with _closing(inbox), _limit(resource.RLIMIT_SIGPENDING, 5):
        yield Signals(inbox, inbox)


@contextlib.contextmanager
def file(wire: Wire) -> Opened:
    with tempfile.NamedTemporaryFile() as diary:
        writer = os.open(diary.name, os.O_WRONLY | os.O_NONBLOCK)
        reader = os.open(diary.name, os.O_RDONLY)
        # Not the disk is full here, but our share of it.
        with (
            _closing(writer, reader),
            # SIGXFSZ would end us, but Python ignores it: EFBIG.
            _limit(resource.RLIMIT_FSIZE, SMALL),
        ):
            yield Channel(writer, reader)


WAYS = {
    "pipe": pipe,
    "FIFO": fifo,
    "Unix stream": unix_stream,
    "Unix dgram": unix_dgram,
    "seqpacket": unix_seqpacket,
    "TCP": tcp,
    "UDP": udp,
    "multicast": multicast,
    "packet": packet,
    "netlink": netlink,
    "queue": queue,
    "signal": signals,
    "eventfd": eventfd,
    "memory": memory,
    "file": file,
}


def _socket(host: Host, *kind: int) -> socket.socket:
    with host:
        return socket.socket(*kind)


def _hang_up_at_once(*ends: socket.socket) -> None:
    """Nobody carries frames for it any more; so it must have nothing left to send again."""
    for end in ends:
        linger = struct.pack("ii", 1, 0)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


@contextlib.contextmanager
def _closing(*fds: int) -> Iterator[None]:
    try:
        yield
    finally:
        for fd in set(fds):
            os.close(fd)


@contextlib.contextmanager
def _limit(kind: int, most: int) -> Iterator[None]:
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)
