"""Every way of talking, opened from end to end, so that all can be asked the same questions.

    with unix_stream(Wire()) as line:
        line.send(message(1))
        line.receive()

A way is a function that opens a line. Those of the network lead from alice to bob, over a wire
that lets the second message overtake the first, as any network may.
"""

import contextlib
import errno
import fcntl
import ipaddress
import mmap
import os
import resource
import select
import signal
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator

from examples import linux
from examples.hosts import Host, link
from examples.wire import tap

DEADLINE = 5  # seconds
SMALL = 4096  # bytes of a buffer that is soon full
MARK = 0x6D61702A  # in each message: the wire knows it by that
GROUP, PORT, OURS = "239.1.1.1", 7, 0x88B5
ALICE, BOB = "10.0.0.1", "10.0.0.2"
CREDENTIALS = struct.Struct("iII")  # pid, uid, gid
NO_SUCH_THING = errno.ENOTSOCK, errno.EINVAL, errno.EOPNOTSUPP


def attempt(act: Callable, *args: object) -> object:
    """Return what a call returns, or None where the kernel has no such thing."""
    try:
        return act(*args)
    except OSError as error:
        if error.errno not in NO_SUCH_THING:
            raise


def message(number: int) -> bytes:
    """Return eight bytes, which is all that an eventfd takes."""
    return struct.pack("=Q", MARK << 32 | number)


def numbers(data: bytes) -> list[int]:
    """Return what was said in so many messages."""
    whole = data[: len(data) // 8 * 8]
    return [number for (number,) in struct.iter_unpack("=Q", whole)]


class Wire:
    """Alice and Bob, and between them a wire on which message 2 overtakes message 1."""

    def __init__(self) -> None:
        self.alice, self.bob = Host("alice"), Host("bob")
        middle = Host("wire")
        for host, port, ip in (
            (self.alice, "a", ALICE),
            (self.bob, "b", BOB),
        ):
            link(host, "eth0", f"{ip}/24", middle, port, None)
        # Nobody has to ask for the other's hardware address.
        self.alice.neighbour("eth0", BOB, self.bob.mac("eth0"))
        self.bob.neighbour("eth0", ALICE, self.alice.mac("eth0"))
        with middle:
            ends = tap("a"), tap("b")
        self.other = dict(zip(ends, reversed(ends), strict=True))
        self.ends = {end.fileno(): end for end in ends}
        self.poll = select.poll()
        for fd in self.ends:
            self.poll.register(fd, select.POLLIN)
        with self.alice:
            self.bell = socket.socket(type=socket.SOCK_DGRAM)
        self.forget()

    def forget(self) -> None:
        """Begin anew: what was under way is lost."""
        self.crossed = b""
        self.held: list[tuple[socket.socket, bytes]] = []

    def carry(self) -> None:
        """Carry what waits at both ends."""
        while ready := self.poll.poll(0):
            for fd, _ in ready:
                self._carry(self.ends[fd])

    def carry_until_readable(self, end: socket.socket) -> None:
        """Carry until something has arrived in a socket."""
        self._carry_until(end.fileno())

    def listen(self) -> bytes:
        """Return all that crossed the wire, up to a bell that alice rings now."""
        self.bell.sendto(b"ding dong", (BOB, 9))
        while b"ding dong" not in self.crossed:
            self._carry_until(next(iter(self.ends)))
        return self.crossed

    def _carry_until(self, fd: int) -> None:
        poll = select.poll()
        for one in {fd, *self.ends}:
            poll.register(one, select.POLLIN)
        while True:
            ready = [one for one, _ in poll.poll(DEADLINE * 1000)]
            if not ready:
                raise TimeoutError("nothing arrives")
            for one in ready:
                if one in self.ends:
                    self._carry(self.ends[one])
            if fd in ready:
                return

    def _carry(self, end: socket.socket) -> None:
        frame, out = end.recv(1 << 17), self.other[end]
        self.crossed += frame
        if message(1) in frame and message(2) not in self.crossed:
            self.held.append((out, frame))
            return
        out.send(frame)
        if message(2) in frame:
            for out, held in self.held:
                out.send(held)
            self.held.clear()


class Line:
    """Two descriptors: what is written to the one can be read from the other."""

    def __init__(self, sender: int, receiver: int) -> None:
        self.sender, self.receiver = sender, receiver

    def send(self, data: bytes) -> None:
        assert os.write(self.sender, data) == len(data)

    def receive(self) -> bytes:
        return os.read(self.receiver, 100)

    def dropped(self) -> int:
        """How many messages the kernel threw away, for want of room."""
        return 0

    def pid_of_sender(self) -> int:
        """Send a message, and learn from the kernel who did that; 0: it does not say."""
        socket.socket(fileno=self.receiver)  # ENOTSOCK

    def pass_descriptor(self, fd: int) -> list[int]:
        """Send a message with a descriptor; return those that came."""
        socket.socket(fileno=self.sender)  # ENOTSOCK

    def address(self) -> str:
        """What kind of address leads here."""
        path = os.readlink(f"/proc/self/fd/{self.receiver}")
        if not path.startswith("/") or path.endswith(" (deleted)"):
            return "none"
        return "path" if os.path.exists(path) else "name"

    def waits_when_full(self) -> bool:
        """Who asked not to wait is told EAGAIN instead of being put to sleep."""
        return not os.get_blocking(self.sender)


class Sockets(Line):
    """Two sockets; over a wire, if there is one."""

    def __init__(
        self,
        sender: socket.socket,
        receiver: socket.socket,
        to: object = None,
        wire: Wire | None = None,
    ) -> None:
        super().__init__(sender.fileno(), receiver.fileno())
        self.out, self.inbox = sender, receiver
        self.to, self.wire = to, wire
        self.out.setblocking(False)
        self.inbox.settimeout(DEADLINE)

    def send(self, data: bytes, *extras: tuple) -> None:
        sent = self.out.sendmsg([data], extras, 0, self.to)
        assert sent == len(data)
        if self.wire:
            self.wire.carry()

    def receive(self) -> bytes:
        return self._receive()[0]

    def _receive(self) -> tuple:
        if self.wire:
            self.wire.carry_until_readable(self.inbox)
        return self.inbox.recvmsg(100, 100)

    def dropped(self) -> int:
        if self.inbox.type == socket.SOCK_STREAM:
            return 0  # TCP counts what it will send again
        info = self.inbox.getsockopt(
            socket.SOL_SOCKET, linux.SO_MEMINFO, 64
        )
        return struct.unpack_from("9I", info)[
            linux.SK_MEMINFO_DROPS
        ]

    def pid_of_sender(self) -> int:
        peer = self.inbox.getsockopt(
            socket.SOL_SOCKET,
            socket.SO_PEERCRED,
            CREDENTIALS.size,
        )
        return CREDENTIALS.unpack(peer)[0] or self._pid_in_message()

    def _pid_in_message(self) -> int:
        self.inbox.setsockopt(
            socket.SOL_SOCKET, socket.SO_PASSCRED, 1
        )
        self.send(message(3))
        for _, kind, data in self._receive()[1]:
            if kind == socket.SCM_CREDENTIALS:
                return CREDENTIALS.unpack(data)[0]
        return 0

    def pass_descriptor(self, fd: int) -> list[int]:
        rights = struct.pack("i", fd)
        kind = socket.SCM_RIGHTS
        self.send(message(3), (socket.SOL_SOCKET, kind, rights))
        return [
            struct.unpack("i", data)[0]
            for _, found, data in self._receive()[1]
            if found == kind
        ]

    def address(self) -> str:
        name = self.inbox.getsockname()
        if self.inbox.family == socket.AF_UNIX:
            return "path" if name else "none"
        if self.inbox.family == socket.AF_PACKET:
            return "MAC" if len(name[4]) == 6 else "none"
        if self.inbox.family == socket.AF_NETLINK:
            return "group" if name[1] else "port"
        many = ipaddress.ip_address(name[0]).is_multicast
        return "group" if many else "IP+port"


class Memory(Line):
    """A page that two have mapped."""

    def __init__(self, memory: int) -> None:
        super().__init__(memory, memory)
        self.here, self.there = (
            mmap.mmap(memory, 8) for _ in range(2)
        )

    def send(self, data: bytes) -> None:
        self.here[:] = data

    def receive(self) -> bytes:
        return self.there[:]


class Queue(Line):
    """A POSIX message queue."""

    def send(self, data: bytes) -> None:
        linux.mq_send(self.sender, data, 1)

    def receive(self) -> bytes:
        return linux.mq_receive(self.receiver, 8)[0]


class Signals(Line):
    """A real-time signal to a process, ours, which reads it from a descriptor."""

    RECORD = struct.Struct("=I8xI32xQ")  # number, pid, value

    def send(self, data: bytes) -> None:
        [value] = struct.unpack("=Q", data)
        linux.sigqueue(os.getpid(), signal.SIGRTMIN, value)

    def receive(self) -> bytes:
        return struct.pack("=Q", self._record()[2])

    def pid_of_sender(self) -> int:
        self.send(message(3))
        return self._record()[1]

    def address(self) -> str:
        return "pid"  # send() has no other

    def _record(self) -> tuple[int, int, int]:
        return self.RECORD.unpack_from(os.read(self.receiver, 128))


# The ways. Each opens a line, and closes it when the block ends.

Opened = Iterator[Line]


@contextlib.contextmanager
def pipe(wire: Wire) -> Opened:
    reader, writer = os.pipe2(os.O_NONBLOCK)
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, SMALL)
    with _closing(reader, writer):
        yield Line(writer, reader)


@contextlib.contextmanager
def fifo(wire: Wire) -> Opened:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "fifo")
        os.mkfifo(path)
        reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, SMALL)
        with _closing(reader, writer):
            yield Line(writer, reader)


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
    assert (
        client.connect_ex(listener.getsockname())
        == errno.EINPROGRESS
    )
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
    """To a group; the sender gets a copy too, and drops it: see netlink/bus.py."""
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
    return_nothing = 0x06, 0, 0, 0
    linux.attach_filter(mouth, return_nothing)
    port, _ = mouth.getsockname()
    with ear, mouth:
        yield Sockets(mouth, ear, (port, 1))


@contextlib.contextmanager
def queue(wire: Wire) -> Opened:
    name, room, size = "/every-way", 5, 8
    both = linux.mq_open(name, room, size)
    with _closing(both):
        try:
            yield Queue(both, both)
        finally:
            linux.mq_unlink(name)


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
        yield Line(both, both)


@contextlib.contextmanager
def signals(wire: Wire) -> Opened:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
    inbox = linux.signalfd(signal.SIGRTMIN)
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
            _limit(resource.RLIMIT_FSIZE, SMALL),
        ):
            yield Line(writer, reader)


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
