"""Frames that never enter the network stack: they come out in our memory.

A BPF program of five instructions sits where frames leave the cable, and puts each into memory that
we share with the kernel (AF_XDP). Every frame is there; neither a UDP socket nor even a packet
socket sees one. Take the program away, and the next datagram arrives as ever.

:needs: root, bpf, module xdp
:man: bpf(2)
:see: Documentation/networking/af_xdp.rst
:since: 5.9
"""

import ctypes
import mmap
import os
import socket
import struct

from examples.support import bpf, linux
from examples.support.cables import neighbours
from examples.support.xdp import (
    AF_XDP,
    SOL_XDP,
    XDP_COMPLETION_RING,
    XDP_COPY,
    XDP_FILL_RING,
    XDP_RX_RING,
    XDP_UMEM_REG,
    offer,
    received,
)

FRAMES, PORT = 64, 7
CHUNK = 2048  # bytes of our memory for one frame
HEADERS = 14 + 20 + 8  # Ethernet, IPv4, UDP

# include/uapi/linux/bpf.h, if_link.h
BPF_MAP_TYPE_XSKMAP, BPF_PROG_TYPE_XDP, BPF_XDP = 17, 6, 37
BPF_FUNC_REDIRECT_MAP, XDP_PASS, XDP_FLAGS_SKB_MODE = 51, 2, 2
RX_QUEUE_INDEX = 16  # its place in what the program is given


def redirect_program(sockets):
    """Give each frame to the socket of its queue: return bpf_redirect_map(...)."""
    return bpf.load_program(
        BPF_PROG_TYPE_XDP,
        bpf.load(2, 1, RX_QUEUE_INDEX),
        bpf.load_map(1, sockets),
        bpf.move(3, XDP_PASS),
        bpf.call(BPF_FUNC_REDIRECT_MAP),
        bpf.END,
    )


def redirect(xdp, index):
    sockets = bpf.create_map(BPF_MAP_TYPE_XSKMAP, 4, 4, 1)
    queue, fd = (struct.pack("=I", n) for n in (0, xdp.fileno()))
    bpf.update(sockets, queue, fd)
    program = redirect_program(sockets)
    return bpf.attach(program, index, BPF_XDP, XDP_FLAGS_SKB_MODE)


def share_memory(xdp):
    memory = mmap.mmap(-1, FRAMES * CHUNK)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    area = struct.pack("=QQII", start, len(memory), CHUNK, 0)
    xdp.setsockopt(SOL_XDP, XDP_UMEM_REG, area)
    for ring in XDP_FILL_RING, XDP_COMPLETION_RING, XDP_RX_RING:
        xdp.setsockopt(SOL_XDP, ring, FRAMES)
    return memory


def open_xdp(index):
    """Our memory, offered to the kernel for what comes to one interface."""
    xdp = socket.socket(AF_XDP, socket.SOCK_RAW, 0)
    memory = share_memory(xdp)
    offer(xdp, range(0, FRAMES * CHUNK, CHUNK))
    address = struct.pack("=HHIII", AF_XDP, XDP_COPY, index, 0, 0)
    linux.bind(xdp, address)
    return xdp, memory


def take(xdp, memory):
    """What came, as it lies in our memory."""
    for start, end in received(xdp, FRAMES):
        yield memory[start + HEADERS : end]


def listen():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("10.0.0.2", PORT))
    packet = socket.socket(
        socket.AF_PACKET,
        socket.SOCK_DGRAM,
        socket.htons(linux.ETH_P_ALL),
    )
    udp.settimeout(5)
    packet.settimeout(5)
    return udp, packet


def main():
    alice, bob = neighbours()
    alice.neighbour("eth0", "10.0.0.2", bob.mac("eth0"))
    with alice:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("10.0.0.2", PORT))
    with bob:
        udp, packet = listen()
        index = bob.index("eth0")
        xdp, memory = open_xdp(index)
        program = redirect(xdp, index)

    sent = [b"frame %d" % n for n in range(FRAMES)]
    for text in sent:
        sender.send(text)
    print(f"alice: {FRAMES} datagrams sent")
    found = list(take(xdp, memory))
    print(f"ring: {len(found)} frames in our memory")
    assert found == sent

    os.close(program)
    print("bob: I take the program away")
    sender.send(b"one more")
    text = udp.recv(100)
    print(f"udp socket: the first I receive is {text!r}")
    assert text == b"one more"
    seen = packet.recv(100)[HEADERS - 14 :]
    print(f"packet socket: the first I see is {seen!r}")
    assert seen == b"one more"
    print("kernel: its network stack never met the frames")


if __name__ == "__main__":
    main()
