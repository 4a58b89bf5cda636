"""Frames that come out in our memory, and nowhere else.

A BPF program of three lines sits right behind the driver, and has each frame put into memory that
we share with the kernel (AF_XDP; here by a copy, as any driver allows it). Every frame is there;
neither a UDP socket nor even a packet socket sees one. Take the program away, and the next
datagram arrives as ever.

:needs: root, own net, bpf, module xdp
:man: bpf(2)
:see: Documentation/networking/af_xdp.rst
:since: 5.9
"""

import ctypes
import mmap
import os
import socket
import struct

from examples.support import linux
from examples.support.assembler import (
    R1,
    R7,
    RETURN,
    Map,
    call,
    load,
)
from examples.support.bpf import (
    BPF_MAP_TYPE_XSKMAP,
    BPF_PROG_TYPE_XDP,
    BPF_XDP,
    XDP_FLAGS_SKB_MODE,
    XDP_PASS,
    BPF_FUNC_redirect_map,
    attach,
    load_program,
    put,
    socket_map,
)
from examples.support.cables import neighbours
from examples.support.scene import DEADLINE
from examples.support.xdp import (
    AF_XDP,
    SOL_XDP,
    XDP_COPY,
    XDP_RX_RING,
    XDP_UMEM_COMPLETION_RING,
    XDP_UMEM_FILL_RING,
    XDP_UMEM_REG,
    map_received,
    offer,
    received,
)

BOB, PORT = "10.0.0.2", 7
FRAMES = 64
CHUNK = 2048  # bytes of our memory for one frame
QUEUE = struct.Struct("=I")  # an interface has one or more, from 0
IP, UDP = 20, 8  # bytes of their headers; before them, Ethernet's
ETHERNET = 14
# Places in that memory: in the first ring we say where the kernel may
# write; in the second it says where it has written. The third is for
# what we have sent: nothing, but without it no socket can be bound.
RINGS = XDP_UMEM_FILL_RING, XDP_RX_RING, XDP_UMEM_COMPLETION_RING
RX_QUEUE_INDEX = 16  # in struct xdp_md, which the program is given


def straight_to_us(sockets):
    """Runs for each frame: it is for the socket of its queue."""
    return (
        load(R7, R1, RX_QUEUE_INDEX),
        # No socket there? Then go on as ever.
        call(BPF_FUNC_redirect_map, Map(sockets), R7, XDP_PASS),
        RETURN,  # what the call says: where the frame goes
    )


def redirect(xdp, interface):
    """The program runs until what is returned is closed."""
    sockets = socket_map(BPF_MAP_TYPE_XSKMAP, QUEUE.size, 1)
    put(sockets, QUEUE.pack(0), xdp)
    instructions = straight_to_us(sockets)
    program = load_program(BPF_PROG_TYPE_XDP, *instructions)
    # The kernel runs it, behind the driver, which need not know how.
    return attach(program, interface, BPF_XDP, XDP_FLAGS_SKB_MODE)


def share_memory(xdp):
    """Memory of ours; and rings: who has which part of it now?"""
    memory = mmap.mmap(-1, FRAMES * CHUNK)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    headroom = 0  # nothing of our own before a frame
    area = struct.pack("=QQII", start, len(memory), CHUNK, headroom)
    xdp.setsockopt(SOL_XDP, XDP_UMEM_REG, area)
    for ring in RINGS:
        xdp.setsockopt(SOL_XDP, ring, FRAMES)
    return memory


def open_xdp(interface):
    """A socket, the memory where frames land, and the ring of news."""
    xdp = socket.socket(AF_XDP, socket.SOCK_RAW, 0)
    memory = share_memory(xdp)
    # The kernel writes where we let it: anywhere.
    offer(xdp, range(0, len(memory), CHUNK))
    # Before bind: many kernels map nothing of a bound socket (EBUSY).
    arrivals = map_received(xdp, FRAMES)
    where = interface, 0, 0  # its first queue, a memory of its own
    # From here on. XDP_COPY: by a copy, which any driver can do.
    address = struct.pack("=HH3I", AF_XDP, XDP_COPY, *where)
    linux.bind(xdp, address)
    return xdp, memory, arrivals


def take(xdp, memory, arrivals):
    """What came, as it lies in our memory."""
    for start, end in received(xdp, arrivals, FRAMES):
        yield memory[start + ETHERNET + IP + UDP : end]


def listen():
    """The two that would see the frames if nobody took them before."""
    udp = socket.socket(type=socket.SOCK_DGRAM)
    udp.bind((BOB, PORT))
    # Here in the network's order; bind() turns it round by itself.
    everything = socket.htons(linux.ETH_P_ALL)
    packet = socket.socket(
        socket.AF_PACKET, socket.SOCK_DGRAM, everything
    )
    for sock in udp, packet:
        sock.settimeout(DEADLINE)
    return udp, packet


def main():
    alice, bob = neighbours()
    # She needs no ARP, whose frames would come out of the ring too.
    alice.neighbour("eth0", BOB, bob.mac("eth0"))
    with alice:
        sender = socket.socket(type=socket.SOCK_DGRAM)
    sender.connect((BOB, PORT))
    with bob:
        udp, packet = listen()
        interface = bob.index("eth0")
        xdp, memory, arrivals = open_xdp(interface)
        program = redirect(xdp, interface)

    sent = [b"frame %d" % n for n in range(FRAMES)]
    for text in sent:
        sender.send(text)
    print(f"alice: {FRAMES} datagrams sent")
    found = list(take(xdp, memory, arrivals))
    print(f"ring: {len(found)} frames in our memory")
    assert found == sent

    os.close(program)
    print("bob: I take the program away")
    # Both sockets hear of this one first: so of none before.
    sender.send(b"one more")
    text = udp.recv(100)
    print(f"udp socket: the first I receive is {text!r}")
    seen = packet.recv(100)[IP + UDP :]
    print(f"packet socket: the first I see is {seen!r}")
    assert text == seen == b"one more"
    print("kernel: no protocol of mine has met the frames")


if __name__ == "__main__":
    main()
