"""The question travels in the handshake.

A client who was here before holds a cookie. With it connect() sends nothing yet, and the first
send() puts the question on the very segment that opens the connection: a round trip is saved. The
first visit fetches the cookie, and saves nothing.

:needs: own net
:man: tcp(7), packet(7)
:see: RFC 7413, Documentation/networking/ip-sysctl.rst (tcp_fastopen); Linux 4.15, "ipv4:
    Namespaceify tcp_fastopen knob"
:since: 4.15
"""

import socket

from examples.support.hosts import Host
from examples.support.linux import ETH_P_IP, TCP_FASTOPEN_CONNECT

SYN, ACK = 0x02, 0x10


def listen():
    server = socket.create_server(("127.0.0.1", 80))
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 10)
    server.settimeout(5)
    return server


def ask(address, question):
    client = socket.socket()
    client.settimeout(5)
    client.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1)
    client.connect(address)
    client.sendall(question)
    return client


def answer(listener):
    stream, _ = listener.accept()
    with stream:
        stream.settimeout(5)
        stream.sendall(stream.recv(100).upper())


def opening(wire):
    """What the first segment of a connection carried."""
    while True:
        packet = wire.recv(65536)
        segment = packet[(packet[0] & 15) * 4 :]
        if segment[13] & (SYN | ACK) == SYN:
            return segment[(segment[12] >> 4) * 4 :]


def visit(listener, wire):
    print("client: connect, send b'what time is it?'")
    with ask(listener.getsockname(), b"what time is it?") as client:
        carried = opening(wire)
        print(f"wire: the first segment carries {carried!r}")
        answer(listener)
        reply = client.recv(100)
        assert reply == b"WHAT TIME IS IT?"
    return carried


def main():
    with Host("home") as home:
        # 1: ask in the handshake; 2: answer such a question
        home.sysctl("net.ipv4.tcp_fastopen", 1 | 2)
        wire = socket.socket(
            socket.AF_PACKET,
            socket.SOCK_DGRAM,
            socket.htons(ETH_P_IP),
        )
        wire.settimeout(5)
        with listen() as listener:
            carried = visit(listener, wire)
            assert carried == b""
            carried = visit(listener, wire)
            assert carried == b"what time is it?"


if __name__ == "__main__":
    main()
