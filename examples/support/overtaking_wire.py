"""A wire on which the second message overtakes the first, as any network may let it."""

import select
import socket
import struct

from examples.support.cables import link
from examples.support.hosts import Host
from examples.support.wire import tap

DEADLINE = 5  # seconds
# In each message, as its upper half: the wire knows it by that. And an eventfd, which adds up, has
# room for two of them below 2 ** 64: the third must wait.
MARK = 0x6D61702A
ALICE, BOB = "10.0.0.1", "10.0.0.2"
SIZE = 8  # bytes of a message: all that an eventfd takes


def message(number: int) -> bytes:
    return struct.pack("=Q", MARK << 32 | number)


def numbers(data: bytes) -> list[int]:
    """Return what was said in so many messages."""
    whole = data[: len(data) // SIZE * SIZE]
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
