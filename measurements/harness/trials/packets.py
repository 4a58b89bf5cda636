"""A packet socket: by one call for each packet, or from a ring in memory."""

import contextlib
import resource
import socket
import statistics
import struct

from examples.support import linux
from measurements.harness.cells import Cell
from measurements.harness.programs import Program, cpus, run
from measurements.harness.trials.taking import Figures, Loop, result

# A block of the ring is made of whole pages, and some machines have larger ones.
BLOCK, BLOCKS, FRAME, RETIRE_MS = resource.getpagesize(), 128, 2048, 1000
# Read so many of so many: no block that is read is half full, and any socket's buffer holds all.
PACKETS, MORE_PACKETS = 300 * BLOCK // 4096, 350 * BLOCK // 4096


def reading(cell: Cell, seconds: float) -> Figures:
    """Only the reader, and its packets wait already."""
    return _spread([_capture(cell)[1] for _ in _bursts(seconds)])


def whole(cell: Cell, seconds: float) -> Figures:
    """The sender's calls too, in which the kernel captures each packet."""
    return _spread([sum(_capture(cell)) for _ in _bursts(seconds)])


def _bursts(seconds: float) -> range:
    """A burst is read in microseconds; what takes time is to open and to start all."""
    return range(max(1, round(seconds * 400)))


def _spread(times: Figures) -> Figures:
    return [statistics.median(times), max(times), min(times)]


def _capture(cell: Cell) -> tuple[float, float]:
    """Microseconds for each packet: to send it, and to read it from a packet socket."""
    cpu, _ = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        packet = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0))
        if cell.way == "ring":
            drain: Loop = ("drain_by_ring", packet.fileno(), PACKETS, BLOCK, BLOCKS)
            _make_ring(packet)
        else:
            drain = ("drain_by_recv", packet.fileno(), PACKETS, cell.size)
            packet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        packet.bind(("lo", linux.ETH_P_IP))
        # Somebody must have the port, or ICMP would come back.
        lazy = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        lazy.bind(("127.0.0.1", 0))
        sender = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sender.connect(lazy.getsockname())
        burst = ("burst", sender.fileno(), MORE_PACKETS, cell.size)
        return _each(cell, cpu, burst), _each(cell, cpu, drain)


def _make_ring(packet: socket.socket) -> None:
    packet.setsockopt(linux.SOL_PACKET, linux.PACKET_VERSION, linux.TPACKET_V3)
    size = BLOCK * BLOCKS
    wish = struct.pack("=7I", BLOCK, BLOCKS, FRAME, size // FRAME, RETIRE_MS, 0, 0)
    packet.setsockopt(linux.SOL_PACKET, linux.PACKET_RX_RING, wish)


def _each(cell: Cell, cpu: int, act: Loop) -> float:
    loop, *args = act
    with result() as (fd, read):
        run(Program(cell.by, loop, (*args, fd), cpu), {})
        count, nanoseconds = read()
    return float(nanoseconds / count / 1000)
