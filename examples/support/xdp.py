"""The rings of AF_XDP: rows of places in shared memory, by which program and kernel pass frames.

A ring is a number, how many entries its producer has written so far, and the entries themselves:
Documentation/networking/af_xdp.rst. Here each is used once, from its start to its end.
"""

import mmap
import select
import socket
import struct
from collections.abc import Iterable, Iterator

# include/uapi/linux/if_xdp.h
AF_XDP, SOL_XDP, XDP_COPY = 44, 283, 2
XDP_MMAP_OFFSETS, XDP_RX_RING = 1, 2
XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING = 4, 5, 6
XDP_PGOFF_RX_RING, XDP_UMEM_PGOFF_FILL_RING = 0, 0x100000000

DEADLINE = 5  # seconds for an entry to come


def offer(xdp: socket.socket, places: Iterable[int]) -> None:
    """Fill a ring with places in our memory: here the kernel may write."""
    _, _, fill, _ = _offsets(xdp)
    producer, _, first, _ = fill
    entries = b"".join(struct.pack("=Q", where) for where in places)
    page = XDP_UMEM_PGOFF_FILL_RING
    size = first + len(entries)
    ring = mmap.mmap(xdp.fileno(), size, offset=page)
    ring[first:size] = entries
    struct.pack_into("=I", ring, producer, len(entries) // 8)


def received(
    xdp: socket.socket, count: int
) -> Iterator[tuple[int, int]]:
    """Read another ring: where the kernel wrote a frame, and where that ends."""
    rx, _, _, _ = _offsets(xdp)
    producer, _, first, _ = rx
    size = first + count * 16
    ring = mmap.mmap(xdp.fileno(), size, offset=XDP_PGOFF_RX_RING)
    wake = select.poll()
    wake.register(xdp, select.POLLIN)
    for n in range(count):
        while struct.unpack_from("=I", ring, producer)[0] <= n:
            assert wake.poll(DEADLINE * 1000), "nothing comes"
        entry = first + n * 16
        where, length = struct.unpack_from("=QI", ring, entry)
        yield where, where + length


def _offsets(xdp: socket.socket) -> Iterator[tuple[int, ...]]:
    """Where a ring has its producer, consumer, entries, flags: rx, tx, fill, completion."""
    answer = xdp.getsockopt(SOL_XDP, XDP_MMAP_OFFSETS, 128)
    return struct.iter_unpack("=4Q", answer)
