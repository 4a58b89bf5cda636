"""A thousand packets, and not one call to receive them.

The kernel writes packets into memory that it shares with us, block by block, and wakes us for a
block, not for a packet. We read memory, and give the block back by writing one number. It is a ring
in software, behind the network card's own: it saves calls and copies, not the kernel's work.

:needs: own net
:man: packet(7)
:see: Documentation/networking/packet_mmap.rst (TPACKET_V3)
:since: 3.2
"""

import mmap
import select
import socket
import struct

from examples.support import linux
from examples.support.hosts import require_private_network

PORT, PACKETS = 7, 1000
BLOCK, BLOCKS = 4096, 16  # less than all of them need
FRAME = (
    2048  # the kernel asks, and with this version has no use for it
)
WAIT = 10  # milliseconds until a block is ours that is not full
HEADERS = 28  # of IPv4 and UDP

# include/uapi/linux/if_packet.h: where things are in a block, and in the head of each packet
STATUS, COUNT, FIRST = 8, 12, 16
NEXT, SIZE, NETWORK = 0, 12, 26
OURS, KERNELS = 1, bytes(4)


def open_ring():
    ring = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    version, size = linux.PACKET_VERSION, BLOCK * BLOCKS
    ring.setsockopt(linux.SOL_PACKET, version, linux.TPACKET_V3)
    wish = BLOCK, BLOCKS, FRAME, size // FRAME, WAIT, 0, 0
    ring.setsockopt(
        linux.SOL_PACKET,
        linux.PACKET_RX_RING,
        struct.pack("=7I", *wish),
    )
    memory = mmap.mmap(ring.fileno(), size)
    ring.bind(("lo", linux.ETH_P_IP))
    return ring, memory


def number(memory, offset, kind="=I"):
    return struct.unpack_from(kind, memory, offset)[0]


def packets_in(memory, block):
    at = block + number(memory, block + FIRST)
    for _ in range(number(memory, block + COUNT)):
        data = at + number(memory, at + NETWORK, "=H")
        end = data + number(memory, at + SIZE)
        yield memory[data + HEADERS : end]
        at += number(memory, at + NEXT)


def take(ring, memory):
    """Yield the packets of one block after the other, and the calls that it took so far."""
    wake, calls, block = select.poll(), 0, 0
    wake.register(ring, select.POLLIN)
    while True:
        while not number(memory, block + STATUS) & OURS:
            calls += 1
            assert wake.poll(5000), "the ring stays empty"
        yield list(packets_in(memory, block)), calls
        state = slice(block + STATUS, block + STATUS + 4)
        memory[state] = KERNELS
        block = (block + BLOCK) % (BLOCK * BLOCKS)


def send(count, start):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for n in range(start, start + count):
            sender.sendto(b"%d" % n, ("127.0.0.1", PORT))


def main():
    require_private_network()
    # Somebody must have the port, or ICMP would come back.
    lazy = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    lazy.bind(("127.0.0.1", PORT))
    ring, memory = open_ring()
    blocks, found = take(ring, memory), []
    for start in range(0, PACKETS, PACKETS // 4):
        send(PACKETS // 4, start)
        while len(found) < start + PACKETS // 4:
            packets, calls = next(blocks)
            found += packets
    print(f"sender: {PACKETS} datagrams, in four bursts")
    print(f"ring: {len(found)} came, in {len(memory) >> 10} KiB")
    complete = found == [b"%d" % n for n in range(PACKETS)]
    print(f"ring: all, and in order: {complete}")
    assert complete
    many = PACKETS / calls > 50
    print(f"ring: more than 50 packets for each call: {many}")
    assert many
    print("kernel: it wrote, we read; recv() was never called")


if __name__ == "__main__":
    main()
