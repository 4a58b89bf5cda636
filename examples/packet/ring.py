"""A thousand packets, and not one call to receive them.

The kernel writes packets into memory that it shares with us, block by block, and wakes us for a
block, not for a packet. We read memory, and give the block back by writing one number. It is a ring
in software, behind the network card's own: it saves calls, not the kernel's work, and each packet
is still copied once.

:needs: own net
:man: packet(7)
:see: Documentation/networking/packet_mmap.rst, commit da413eec729d (one wake-up for a block)
:since: 3.19
"""

import ctypes
import mmap
import resource
import select
import socket
import struct

from examples.support.hosts import require_private_network
from examples.support.linux import (
    ETH_P_IP,
    PACKET_RX_RING,
    PACKET_VERSION,
    SOL_PACKET,
    TP_STATUS_KERNEL,
    TP_STATUS_USER,
    TPACKET_V3,
)
from examples.support.scene import DEADLINE

IP, UDP = 20, 8  # bytes of their headers
PAGE, BLOCKS = resource.getpagesize(), 16  # a block is a page
# A packet takes 128 bytes there. So one burst has room and all four
# have not: who gives no block back does not hear the last ones.
PORT, BURSTS, BURST = 7, 4, 250
# Bytes for a packet. This version packs them closer, but the kernel
# refuses a ring in which number and size of frames do not add up.
FRAME = 2048
# ms, then we get the block although it is not full: a slow sender
# fills none, and for one burst there shall be blocks enough.
WAIT = 150
PRIVATE, FEATURES = 0, 0  # no room of our own, nothing special


class Block(ctypes.Structure):
    """How each block begins: struct tpacket_block_desc."""

    words = "version", "private", "status", "packets", "first"
    _fields_ = [(word, ctypes.c_uint32) for word in words]


class Packet(ctypes.Structure):
    """How each packet in it begins: struct tpacket3_hdr."""

    words = "next", "sec", "nsec", "size", "sent_size", "status"
    halves = "ethernet", "ip"  # where these begin
    _fields_ = [(word, ctypes.c_uint32) for word in words]
    _fields_ += [(half, ctypes.c_uint16) for half in halves]


def open_ring():
    """A packet socket, and the memory into which the kernel writes."""
    ring = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    frames = PAGE // FRAME * BLOCKS
    wish = PAGE, BLOCKS, FRAME, frames, WAIT, PRIVATE, FEATURES
    wish = struct.pack("=7I", *wish)  # struct tpacket_req3
    ring.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3)
    ring.setsockopt(SOL_PACKET, PACKET_RX_RING, wish)
    memory = mmap.mmap(ring.fileno(), PAGE * BLOCKS)
    # Not before: from here on, what comes goes into the ring. Of IP
    # only what comes in: ETH_P_ALL would show it going out as well.
    ring.bind(("lo", ETH_P_IP))
    return ring, memory


def packets_in(memory, start):
    """Each packet of a block tells how far it is to the next."""
    block = Block.from_buffer(memory, start)
    at = start + block.first
    for _ in range(block.packets):
        packet = Packet.from_buffer(memory, at)
        end = at + packet.ip + packet.size
        yield memory[at + packet.ip + IP + UDP : end]
        at += packet.next


def take(ring, memory):
    """Block after block: its packets, and the calls so far."""
    wake, calls, start = select.poll(), 0, 0
    wake.register(ring, select.POLLIN)
    while True:
        block = Block.from_buffer(memory, start)
        while not block.status & TP_STATUS_USER:
            calls += 1
            ready = wake.poll(DEADLINE * 1000)
            assert ready, "it stays empty"
        yield list(packets_in(memory, start)), calls
        # Asked for the next one: so this one has been read, and the
        # kernel may write there again.
        block.status = TP_STATUS_KERNEL
        start = (start + PAGE) % len(memory)


def send(texts):
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        for text in texts:
            sender.sendto(text, ("127.0.0.1", PORT))


def main():
    require_private_network()
    # Somebody must have the port, or ICMP would come back. Nobody
    # reads there: it fills up and drops, which the ring does not mind.
    lazy = socket.socket(type=socket.SOCK_DGRAM)
    lazy.bind(("127.0.0.1", PORT))
    ring, memory = open_ring()
    blocks, found, calls = take(ring, memory), [], 0
    said = [b"%d" % n for n in range(BURSTS * BURST)]
    for first in range(0, len(said), BURST):
        send(said[first : first + BURST])
        while len(found) < first + BURST:
            packets, calls = next(blocks)
            found += packets
    print(f"sender: {len(said)} datagrams, in four bursts")
    complete = found == said
    print(
        f"ring: all, in order, through {BLOCKS} pages: {complete}"
    )
    assert complete
    many = len(found) > 50 * calls
    print(f"ring: more than 50 packets for each call: {many}")
    assert many
    print("kernel: it wrote, we read; recv() was never called")


if __name__ == "__main__":
    main()
