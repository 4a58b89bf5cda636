"""What all ways of talking have in common, so that all can be asked the same questions.

A channel is two descriptors; where a way can do more than a pipe, a channel of its own says so.
"""

import errno
import ipaddress
import mmap
import os
import signal
import socket
import struct
from collections.abc import Callable

from examples.support import events, linux, mqueue
from examples.support.overtaking_wire import DEADLINE, Wire, message

CREDENTIALS = struct.Struct("iII")  # pid, uid, gid
NO_SUCH_THING = errno.ENOTSOCK, errno.EINVAL, errno.EOPNOTSUPP


def attempt(act: Callable, *args: object) -> object:
    """Return what a call returns, or None where the kernel has no such thing."""
    try:
        return act(*args)
    except OSError as error:
        if error.errno not in NO_SUCH_THING:
            raise


class Channel:
    """Two descriptors: what is written to the one can be read from the other."""

    def __init__(self, sender: int, receiver: int) -> None:
        self.sender, self.receiver = sender, receiver

    def send(self, data: bytes) -> None:
        written = os.write(self.sender, data)
        assert written == len(data)

    def receive(self) -> bytes:
        return os.read(self.receiver, 100)

    def dropped(self) -> int:
        """How many messages the kernel threw away, for want of room, where it counts them."""
        return 0  # no such count: only what is read tells

    def pid_of_sender(self) -> int:
        """Send a message, and learn from the kernel who did that; 0: it does not say.

        Only sockets can be asked: here it is not even sent, and the kernel answers ENOTSOCK.
        """
        socket.socket(fileno=self.receiver)

    def pass_descriptor(self, fd: int) -> list[int]:
        """Send a message with a descriptor; return those that came. ENOTSOCK, as for a pid."""
        socket.socket(fileno=self.sender)

    def address(self) -> str:
        """What kind of address leads here."""
        # A file's path; a queue's name, which looks like one; or something like "pipe:[4711]",
        # "anon_inode:[eventfd]", "/memfd:NAME (deleted)".
        path = os.readlink(f"/proc/self/fd/{self.receiver}")
        if not path.startswith("/") or path.endswith(" (deleted)"):
            return "none"
        return "path" if os.path.exists(path) else "name"

    def waits_when_full(self) -> bool:
        """Known, not asked: O_NONBLOCK turns a sleep into EAGAIN, and only that."""
        return not os.get_blocking(self.sender)


class Sockets(Channel):
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
        # Even TCP takes so few bytes whole, or not at all.
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


class Memory(Channel):
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


class Queue(Channel):
    """A POSIX message queue."""

    def send(self, data: bytes) -> None:
        mqueue.mq_send(self.sender, data, 1)

    def receive(self) -> bytes:
        return mqueue.mq_receive(self.receiver, 8)[0]


class Signals(Channel):
    """A real-time signal to a process, ours, which reads it from a descriptor."""

    RECORD = struct.Struct("=I8xI32xQ")  # number, pid, value

    def send(self, data: bytes) -> None:
        [value] = struct.unpack("=Q", data)
        # A signal carries what a pointer has room for, on some machines four bytes.
        number = value & 0xFFFFFFFF
        events.sigqueue(os.getpid(), signal.SIGRTMIN, number)

    def receive(self) -> bytes:
        return message(self._record()[2])

    def pid_of_sender(self) -> int:
        self.send(message(3))
        return self._record()[1]

    def waits_when_full(self) -> bool:
        return False  # sigqueue(3) refuses: it knows no waiting

    def address(self) -> str:
        return "pid"  # send() has no other: known, not asked

    def _record(self) -> tuple[int, int, int]:
        return self.RECORD.unpack_from(os.read(self.receiver, 128))
