"""The rings of AF_XDP: rows of places in shared memory, by which program and kernel pass frames.

A ring is a number, how many entries its producer has written so far, and the entries themselves:
Documentation/networking/af_xdp.rst. Here each is used once, from its start to its end.
"""

import mmap
import select
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# include/uapi/linux/if_xdp.h
AF_XDP, SOL_XDP, XDP_COPY = 44, 283, 2
XDP_MMAP_OFFSETS, XDP_RX_RING = 1, 2
XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING = 4, 5, 6
XDP_PGOFF_RX_RING, XDP_UMEM_PGOFF_FILL_RING = 0, 0x100000000

PLACE = struct.Struct("=Q")  # an entry of the fill ring
FRAME = struct.Struct(
    "=QII"
)  # struct xdp_desc: place, length, options
NUMBER = struct.Struct("=I")  # how many entries were written so far
OFFSETS = struct.Struct("=4Q")  # struct xdp_ring_offset

DEADLINE = 5  # seconds for an entry to come


class Offsets(NamedTuple):
    """Where in a ring's memory its parts begin."""

    producer: int
    consumer: int
    entries: int
    flags: int


class Ring(NamedTuple):
    """A ring that we have mapped, and where its parts begin."""

    memory: mmap.mmap
    at: Offsets


def offer(xdp: socket.socket, places: Iterable[int]) -> None:
    """Fill a ring with places in our memory: here the kernel may write."""
    entries = b"".join(PLACE.pack(where) for where in places)
    _, _, fill, _ = _offsets(xdp)
    page = XDP_UMEM_PGOFF_FILL_RING
    ring = _map(xdp, page, fill, len(entries)).memory
    ring[fill.entries : fill.entries + len(entries)] = entries
    count = len(entries) // PLACE.size
    NUMBER.pack_into(ring, fill.producer, count)


def map_received(xdp: socket.socket, count: int) -> Ring:
    """Map the ring that says where frames were written, so many entries of it; before bind(2)."""
    rx, _, _, _ = _offsets(xdp)
    return _map(xdp, XDP_PGOFF_RX_RING, rx, count * FRAME.size)


def received(
    xdp: socket.socket, ring: Ring, count: int
) -> Iterator[tuple[int, int]]:
    """Read that ring: where the kernel wrote a frame, and where that ends."""
    wake = select.poll()
    wake.register(xdp, select.POLLIN)
    for n in range(count):
        while _written(ring) <= n:
            ready = wake.poll(DEADLINE * 1000)
            assert ready, "nothing comes"
        entry = ring.at.entries + n * FRAME.size
        where, length, _ = FRAME.unpack_from(ring.memory, entry)
        yield where, where + length


def _written(ring: Ring) -> int:
    return NUMBER.unpack_from(ring.memory, ring.at.producer)[0]


def _map(
    xdp: socket.socket, page: int, at: Offsets, size: int
) -> Ring:
    whole = at.entries + size
    return Ring(mmap.mmap(xdp.fileno(), whole, offset=page), at)


def _offsets(xdp: socket.socket) -> Iterator[Offsets]:
    """Of four rings: rx, tx, fill, completion."""
    size = 4 * OFFSETS.size
    answer = xdp.getsockopt(SOL_XDP, XDP_MMAP_OFFSETS, size)
    return map(Offsets._make, OFFSETS.iter_unpack(answer))
