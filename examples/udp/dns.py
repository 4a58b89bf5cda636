"""Thirty bytes there, 46 back: the Internet's phone book, by hand.

Over UDP, a DNS question and its answer are one datagram each: no connection. Each question is
complete, so the server need not remember anybody; the answer repeats the question, so that the
client can match the two. Both ends are here; both speak the real protocol.

:needs: none
:man: udp(7), resolv.conf(5)
:see: RFC 1035 section 4, RFC 6761 section 6.5
:since: 2.6
"""

import secrets
import socket
import struct

from examples.support.scene import child

ZONE = {b"talk.example": "192.0.2.7"}
HEADER = struct.Struct("!6H")  # number, flags, how many of what
QUESTION = struct.Struct("!2H")  # type, class
RECORD = struct.Struct("!3HIH4s")  # name, type, class, TTL, data
A, IN, SECONDS = 1, 1, 300
RECURSE, ANSWER, AUTHORITY = 0x0100, 0x8000, 0x0400
NXDOMAIN = 3
SAME_NAME = 0xC000 | HEADER.size  # "as it stands there"


def question(name):
    number = secrets.randbits(16)  # hard to guess, for forgers
    packet = HEADER.pack(number, RECURSE, 1, 0, 0, 0)
    for label in name.split(b"."):
        packet += bytes([len(label)]) + label
    return packet + b"\0" + QUESTION.pack(A, IN)


def read_question(packet):
    labels, at = [], HEADER.size
    while length := packet[at]:
        labels.append(packet[at + 1 : at + 1 + length])
        at += 1 + length
    end = at + 1 + QUESTION.size
    kind, _ = QUESTION.unpack(packet[at + 1 : end])
    return b".".join(labels), kind, packet[HEADER.size : end]


def answer(packet):
    number, flags, *_ = HEADER.unpack_from(packet)
    name, kind, asked = read_question(packet)
    address = ZONE.get(name.lower())
    flags = ANSWER | AUTHORITY | flags & RECURSE
    flags |= 0 if address else NXDOMAIN
    records = [record(address)] if address and kind == A else []
    counts = 1, len(records), 0, 0
    header = HEADER.pack(number, flags, *counts)
    return header + asked + b"".join(records)


def record(address):
    data = socket.inet_aton(address)
    return RECORD.pack(SAME_NAME, A, IN, SECONDS, 4, data)


def read_answer(packet, asked):
    _, flags, *_ = HEADER.unpack_from(packet)
    assert packet[:2] == asked[:2] and flags & ANSWER
    assert packet[HEADER.size :].startswith(asked[HEADER.size :])
    if flags & 0xF == NXDOMAIN:
        return "NXDOMAIN"
    name, kind, *_, data = RECORD.unpack(packet[len(asked) :])
    assert (name, kind) == (SAME_NAME, A)
    return socket.inet_ntoa(data)


def serve(server, times):
    for _ in range(times):
        packet, client = server.recvfrom(512)
        print(f"server: a question of {len(packet)} bytes")
        server.sendto(answer(packet), client)


def ask(client, name):
    asked = question(name)
    client.send(asked)
    packet = client.recv(512)
    found = read_answer(packet, asked)
    print(f"client: an answer of {len(packet)} bytes: {found}")
    return found


def open_server():
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(5)
    return server


def main():
    server = open_server()
    client = socket.socket(type=socket.SOCK_DGRAM)
    client.connect(server.getsockname())
    client.settimeout(5)
    with child(serve, server, 2):
        print("client: who is talk.example?")
        answer = ask(client, b"talk.example")
        assert answer == "192.0.2.7"
        print("client: who is nobody.example?")
        answer = ask(client, b"nobody.example")
        assert answer == "NXDOMAIN"


if __name__ == "__main__":
    main()
