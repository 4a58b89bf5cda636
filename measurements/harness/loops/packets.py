"""A packet socket: many packets wait, how long does it take to have them all?"""

import mmap
import os
import select
import socket
import struct

from measurements.harness.loops.timing import now, tell

HEADERS = 28  # what IP and UDP put before a message: RFC 791, RFC 768


def burst(fd: int, packets: int, size: int, result: int) -> None:
    """Send so many datagrams; write their number and the nanoseconds."""
    message, write = bytes(size), os.write
    start = now()
    for _ in range(packets):
        if write(fd, message) != size:
            raise EOFError("a datagram went in part")
    tell(result, packets, now() - start)


def drain_by_recv(fd: int, packets: int, size: int, result: int) -> None:
    sock, buffer = socket.socket(fileno=fd), bytearray(2048)
    take, whole = sock.recv_into, HEADERS + size
    start = now()
    for _ in range(packets):
        if take(buffer) != whole:
            raise EOFError("a packet that is none of ours")
    tell(result, packets, now() - start)
    sock.detach()


# include/uapi/linux/if_packet.h: where things are in a block, and in the head of each packet
STATUS, COUNT, FIRST = 8, 12, 16
OURS, KERNELS = 1, bytes(4)


def drain_by_ring(fd: int, packets: int, block: int, blocks: int, result: int) -> None:
    memory, at, found, total = mmap.mmap(fd, block * blocks), 0, 0, 0
    head = struct.Struct("=III").unpack_from  # next, and the two words of the time
    word = struct.Struct("=I").unpack_from
    ready = select.poll()
    ready.register(fd, select.POLLIN)
    start = now()
    while found < packets:
        base = at * block
        while not word(memory, base + STATUS)[0] & OURS:
            ready.poll(1000)
        offset, count = base + word(memory, base + FIRST)[0], word(memory, base + COUNT)[0]
        for _ in range(count):
            following, _, nanoseconds = head(memory, offset)
            total += nanoseconds
            offset += following
        found += count
        memory[base + STATUS : base + STATUS + 4] = KERNELS
        at = (at + 1) % blocks
    tell(result, found, now() - start)
