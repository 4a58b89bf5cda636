"""A bad wire between two hosts: it drops, doubles and delays packets, and keeps a log.

Two veths end in a third host, where a thread carries each frame from one to the other by
packet(7), or doesn't. Dice with a seed decide, so the same packets meet the same fate each time.

    with BadWire(alice, "10.0.0.1/24", bob, "10.0.0.2/24", seed=7) as wire:
        ...                               # alice sends 200 datagrams to bob
        log = wire.drain(alice, socket.IPPROTO_UDP, 200)
        # bob has len(log.left) datagrams; log.left are their payloads, in order
"""

import contextlib
import os
import random
import select
import socket
import threading

from examples.support import linux
from examples.support.cables import link
from examples.support.hosts import Host

ETHERNET = 14  # bytes of its header
VIRTIO = (
    10  # bytes of struct virtio_net_hdr, in front of each frame
)

DROPPED, DOUBLED, DELAYED, PASSED = FATES = (
    "dropped",
    "doubled",
    "delayed",
    "passed",
)
DELAY = 3  # a delayed packet lets so many others overtake it
DEADLINE = 5  # seconds


class Lane:
    """One protocol in one direction, with dice of its own: other traffic can't turn them."""

    def __init__(
        self, seed: str, odds: tuple[float, ...], out: socket.socket
    ) -> None:
        self.dice = random.Random(seed)
        self.odds = odds
        self.out = out
        self.fates: list[str] = []  # of each packet that came
        self.left: list[bytes] = []  # payloads that went on
        self.held: list[list] = []  # [how many go first, frame]

    def carry(self, frame: bytes) -> None:
        """Let one frame meet its fate, then free those that have waited long enough."""
        [fate] = self.dice.choices(FATES, self.odds)
        self.fates.append(fate)
        if fate == DELAYED:
            self.held.append([DELAY, frame])
            return
        for _ in range({DROPPED: 0, DOUBLED: 2, PASSED: 1}[fate]):
            self._send(frame)
        for waiting in self.held:
            waiting[0] -= 1
        self.release(lambda behind: behind <= 0)

    def release(self, due=lambda behind: True) -> None:
        """Send the held frames that are due: all, unless told otherwise."""
        for waiting in list(self.held):
            if due(waiting[0]):
                self.held.remove(waiting)
                self._send(waiting[1])

    def _send(self, frame: bytes) -> None:
        self.out.send(frame)
        self.left.append(_payload(frame))


class BadWire:
    """Joins the eth0 of two hosts. The odds are per packet of IPv4; what else there is passes."""

    def __init__(
        self,
        a: Host,
        a_cidr: str,
        b: Host,
        b_cidr: str,
        seed: int,
        drop: float = 0.1,
        double: float = 0.05,
        delay: float = 0.1,
    ) -> None:
        self.seed = seed
        passed = 1 - drop - double - delay
        self.odds = (drop, double, delay, passed)
        self.lanes: dict[tuple[str, int], Lane] = {}
        self.middle = Host("wire")
        link(a, "eth0", a_cidr, self.middle, "a", None)
        link(b, "eth0", b_cidr, self.middle, "b", None)
        # What waits for an ARP answer is overtaken by what comes just after it.
        a.neighbour("eth0", b_cidr.partition("/")[0], b.mac("eth0"))
        b.neighbour("eth0", a_cidr.partition("/")[0], a.mac("eth0"))
        with self.middle:
            self.taps = {tap("a"): a.name, tap("b"): b.name}
        self.ours, self.order = socket.socketpair()
        self.news = threading.Condition()
        self.carrier = threading.Thread(
            target=self._carry, name="wire"
        )

    def __enter__(self) -> "BadWire":
        self.carrier.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ours.close()
        self.carrier.join(DEADLINE)

    def drain(
        self, sender: Host, protocol: int, count: int
    ) -> Lane:
        """Wait until count packets came from sender, let go what is held, return their log.

        count is at most what a packet socket's buffer holds: a few hundred small packets.
        """
        with self.news:
            # Under the lock: else this thread and the carrier may each make a lane.
            lane = self._lane(sender.name, protocol)
            self._until(lambda: len(lane.fates) >= count)
            self.ours.send(b"release")
            self._until(lambda: not lane.held)
        return lane

    def _until(self, reached) -> None:
        if not self.news.wait_for(reached, DEADLINE):
            raise TimeoutError("the wire waits in vain")

    def _lane(self, sender: str, protocol: int) -> Lane:
        if (sender, protocol) not in self.lanes:
            [out] = [t for t, n in self.taps.items() if n != sender]
            seed = f"{self.seed} {sender} {protocol}"
            lane = Lane(seed, self.odds, out)
            self.lanes[sender, protocol] = lane
        return self.lanes[sender, protocol]

    def _carry(self) -> None:
        # Each CPU has a queue of its own for what arrives: on one CPU, nobody else reorders.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        poll = select.poll()
        for end in (*self.taps, self.order):
            poll.register(end, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll()}
            with self.news:
                for tap in self.taps:
                    if tap.fileno() in ready:
                        self._pass_on(tap)
                if self.order.fileno() in ready:
                    if not self.order.recv(64):
                        return
                    for lane in self.lanes.values():
                        lane.release()
                self.news.notify_all()

    def _pass_on(self, tap: socket.socket) -> None:
        frame = tap.recv(1 << 17)
        protocol = _protocol(frame)
        if protocol is None:
            [other] = self.taps.keys() - {tap}
            other.send(frame)
        else:
            self._lane(self.taps[tap], protocol).carry(frame)


def tap(dev: str) -> socket.socket:
    """Take every frame that comes out of an interface, and be able to put one in."""
    # Protocol 0 hears nothing until bind.
    tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    # Between hosts in one kernel checksums are left unfinished and packets uncut; this header
    # says so, and must travel with the frame.
    tap.setsockopt(linux.SOL_PACKET, linux.PACKET_VNET_HDR, 1)
    # Else we would hear what we put in.
    tap.setsockopt(
        linux.SOL_PACKET, linux.PACKET_IGNORE_OUTGOING, 1
    )
    tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    tap.bind((dev, linux.ETH_P_ALL))
    return tap


def ear(dev: str) -> socket.socket:
    """Hear each IPv4 packet that comes in by an interface, without what Ethernet adds."""
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    ear.setsockopt(
        linux.SOL_PACKET, linux.PACKET_IGNORE_OUTGOING, 1
    )
    ear.bind((dev, linux.ETH_P_IP))
    ear.setblocking(False)
    return ear


def texts(ear: socket.socket) -> list[bytes]:
    """What the TCP packets heard so far carried, without those that carried nothing."""
    heard = []
    with contextlib.suppress(BlockingIOError):
        while True:
            packet = ear.recv(1 << 17)
            ip = (packet[0] & 0x0F) * 4
            tcp = (packet[ip + 12] >> 4) * 4
            length = int.from_bytes(packet[2:4], "big")
            heard.append(packet[ip + tcp : length])
    return [text for text in heard if text]


def packets_on(dev: str) -> int:
    """How many packets has an interface received so far?"""
    with open("/proc/self/net/dev") as table:
        rows = [row.partition(":") for row in table]
    [counts] = [row for name, _, row in rows if name.strip() == dev]
    _bytes, packets, *_ = counts.split()
    return int(packets)


def _protocol(frame: bytes) -> int | None:
    """Return the number of the protocol inside IPv4, None for what is no IPv4."""
    ethernet = frame[VIRTIO:]
    if int.from_bytes(ethernet[12:14], "big") != linux.ETH_P_IP:
        return None
    return ethernet[ETHERNET + 9]


def _payload(frame: bytes) -> bytes:
    """Return what UDP carries (of another protocol: all behind its first eight bytes)."""
    packet = frame[VIRTIO + ETHERNET :]
    words = packet[0] & 0x0F
    return packet[
        words * 4 + 8 : int.from_bytes(packet[2:4], "big")
    ]
