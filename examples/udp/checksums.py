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
from examples.support.scene import on_one_cpu

ALICE, BOB = map(socket.inet_aton, ("10.0.0.1", "10.0.0.2"))
TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP
PORT, SYN = 7, 0x5002
ORDER, END = b"Ann 10, Bob 99", b"no more"
WORDS = 20 + 8 + 4, 20 + 8 + 12  # where its 10 and 99 stand


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def udp(text):
    header = struct.pack("!3H", PORT, PORT, 8 + len(text))
    covered = ALICE + BOB + struct.pack("!H", UDP)
    covered += header[4:6] + header + text
    return header + checksum(covered) + text


def ip(content, protocol=UDP):
    fields = 0x45, 0, 20 + len(content), 0, 0, 64, protocol
    header = struct.pack("!2B3H2B", *fields)
    value = checksum(header + ALICE + BOB)
    return header + value + ALICE + BOB + content


def put(packet, at, new):
    return packet[:at] + new + packet[at + len(new) :]


def letters():
    letter = ip(udp(ORDER))
    changed = letter.replace(b"10", b"90")
    swapped = put(put(letter, WORDS[0], b"99"), WORDS[1], b"10")
    syn = struct.pack("!2H2I4H", PORT, PORT, 0, 0, SYN, 0, 0, 0)
    other_ttl = put(letter, 8, b"\1")
    unsummed = put(changed, 26, b"\0\0")
    tcp = ip(syn, TCP)
    return [
        ("as it was sent", letter, "bob gets Ann 10, Bob 99"),
        ("another TTL in IP", other_ttl, "dropped, Ip InHdrErrors"),
        ("10 made 90", changed, "dropped, Udp InCsumErrors"),
        (
            "10 made 90, UDP checksum 0",
            unsummed,
            "bob gets Ann 90, Bob 99",
        ),
        ("TCP, checksum 0", tcp, "dropped, Tcp InCsumErrors"),
        ("two words swapped", swapped, "bob gets Ann 99, Bob 10"),
    ]


def errors(host):
    """How many bad headers and sums has each protocol counted?"""
    bad = "InHdrErrors", "InCsumErrors"
    counts = host.counters()
    return Counter(
        {
            name: counts[name]
            for name in counts
            if name.endswith(bad)
        }
    )


def open_ends(alice, bob):
    with alice:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    with bob:
        inbox = socket.socket(type=socket.SOCK_DGRAM)
    inbox.bind(("10.0.0.2", PORT))
    inbox.settimeout(5)
    to_bob = ("eth0", ETH_P_IP, 0, 0, bob.mac("eth0"))
    return lambda packet: wire.sendto(packet, to_bob), inbox


def outcome(send, inbox, bob, letter):
    """What bob reads, else which error his kernel counts."""
    before = errors(bob)
    send(letter)
    send(ip(udp(END)))
    text = inbox.recv(100)
    if text != END:
        assert inbox.recv(100) == END
        return f"bob gets {text.decode()}"
    [error] = errors(bob) - before
    return f"dropped, {error}"


def main():
    on_one_cpu()
    alice, bob = neighbours()
    send, inbox = open_ends(alice, bob)
    for what, letter, expected in letters():
        came_of_it = outcome(send, inbox, bob, letter)
        print(f"kernel: {what}: {came_of_it}")
        assert came_of_it == expected


if __name__ == "__main__":
    main()
