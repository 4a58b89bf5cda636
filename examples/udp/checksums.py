"""The checksum does not mind who gets the money.

IP's checksum covers only its own header. UDP's covers the content, unless it is 0, which means
"none"; TCP has no such exception. But all are mere sums of 16-bit words, and a sum stays the same
when two words change places.

:needs: own net
:man: udp(7), packet(7), raw(7)
:see: RFC 1071, RFC 768, RFC 9293 section 3.1
:since: 4.4
"""

import socket
import struct
from collections import Counter

from examples.support.cables import neighbours
from examples.support.linux import ETH_P_IP
from examples.support.scene import DEADLINE, on_one_cpu

ALICE, BOB = map(socket.inet_aton, ("10.0.0.1", "10.0.0.2"))
TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP
PORT = 7

# An IPv4 header begins so: version 4, five words of 32 bits.
VERSION_AND_LENGTH, TTL = 0x45, 64
IP_TTL, IP_CHECKSUM, UDP_CHECKSUM = 8, 10, 6  # places in headers
IP_SIZE, UDP_SIZE = 20, 8  # bytes of headers
SYN = 0x5002  # a TCP header of five words, and this flag

ORDER, END = b"Ann 10, Bob 99", b"no more"


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def put(packet, at, new):
    return packet[:at] + new + packet[at + len(new) :]


def udp(text):
    length = UDP_SIZE + len(text)
    # A checksum is made while its own place is 0.
    packet = struct.pack("!4H", PORT, PORT, length, 0) + text
    # It covers who writes to whom, too: the pseudo header.
    pseudo = ALICE + BOB + struct.pack("!2H", UDP, length)
    return put(packet, UDP_CHECKSUM, checksum(pseudo + packet))


def ip(content, protocol=UDP):
    length = IP_SIZE + len(content)
    service, number, fragment, no_sum = 0, 0, 0, 0
    fields = VERSION_AND_LENGTH, service, length, number, fragment
    fields += TTL, protocol, no_sum
    header = struct.pack("!2B3H2BH", *fields) + ALICE + BOB
    return put(header, IP_CHECKSUM, checksum(header)) + content


def letters():
    """What happens to a letter, and what comes of it."""
    sent = ip(udp(ORDER))
    yield "as it was sent", sent, "bob gets Ann 10, Bob 99"
    # A router would make the header's sum anew; here nobody does.
    older = put(sent, IP_TTL, bytes([TTL - 1]))
    yield "another TTL in IP", older, "dropped, Ip InHdrErrors"
    # Both stand at even places: each is one word of the sum.
    ann, bob = sent.index(b"10"), sent.index(b"99")
    more = put(sent, ann, b"90")
    yield "10 made 90", more, "dropped, Udp InCsumErrors"
    unsummed = put(more, IP_SIZE + UDP_CHECKSUM, bytes(2))
    read = "bob gets Ann 90, Bob 99"
    yield "10 made 90, UDP checksum 0", unsummed, read
    sequence, acknowledged, window, no_sum, urgent = 0, 0, 0, 0, 0
    fields = PORT, PORT, sequence, acknowledged
    fields += SYN, window, no_sum, urgent
    tcp = struct.pack("!2H2I4H", *fields)
    lost = "dropped, Tcp InCsumErrors"
    yield "TCP, checksum 0", ip(tcp, TCP), lost
    swapped = put(put(sent, ann, b"99"), bob, b"10")
    yield "two words swapped", swapped, "bob gets Ann 99, Bob 10"


def open_ends(alice, bob):
    """Alice writes IP packets byte by byte; bob has a plain socket."""
    with alice:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    with bob:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(("10.0.0.2", PORT))
    inbox.settimeout(DEADLINE)
    to_bob = ("eth0", ETH_P_IP, 0, 0, bob.mac("eth0"))
    return lambda packet: wire.sendto(packet, to_bob), inbox


def errors(host):
    """How many bad headers and sums has each protocol counted?"""
    bad = "InHdrErrors", "InCsumErrors"
    now = host.counters()
    return Counter({n: now[n] for n in now if n.endswith(bad)})


def outcome(send, inbox, bob, letter):
    """What bob reads, else which error his kernel counts."""
    before = errors(bob)
    send(letter)
    # When this one has come, the letter before it will not.
    send(ip(udp(END)))
    text = inbox.recv(100)
    if text != END:
        end = inbox.recv(100)
        assert end == END
        return f"bob gets {text.decode()}"
    [error] = errors(bob) - before
    return f"dropped, {error}"


def main():
    on_one_cpu()  # or one packet might overtake another
    alice, bob = neighbours()
    send, inbox = open_ends(alice, bob)
    for what, letter, expected in letters():
        came_of_it = outcome(send, inbox, bob, letter)
        print(f"kernel: {what}: {came_of_it}")
        assert came_of_it == expected


if __name__ == "__main__":
    main()
