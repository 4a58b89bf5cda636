"""Whom do I answer? And which of my addresses did they ask?

recvfrom() names the sender: the address from the IP header, the port from the UDP header. But the
answer may leave from another address than the one that was asked, and a connected client is not
given it: connect() on UDP sends nothing, it is a filter. IP_PKTINFO tells which address was asked.

:needs: none
:man: udp(7), ip(7), connect(2)
:see: RFC 1122 section 4.1.3.5
:since: 2.6
"""

import socket
import struct

from examples.support.linux import IP_PKTINFO

DEADLINE = 5  # seconds
ASKED = "127.0.0.5"  # all of 127.0.0.0/8 is this machine


def open_server():
    server = socket.socket(type=socket.SOCK_DGRAM)
    server.settimeout(DEADLINE)
    server.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    server.bind(("0.0.0.0", 0))
    return server, server.getsockname()[1]


def open_client():
    client = socket.socket(type=socket.SOCK_DGRAM)
    client.settimeout(DEADLINE)
    return client


def answer_simply(server):
    _, sender = server.recvfrom(100)
    server.sendto(b"from somewhere", sender)
    return sender


def answer_as_asked(server):
    _, control, _, sender = server.recvmsg(100, 100)
    [(level, kind, info)] = control
    # struct in_pktinfo: interface, local address, destination
    asked = struct.unpack("I4s4s", info)[2]
    reply = struct.pack("I4s4s", 0, asked, bytes(4))
    server.sendmsg(
        [b"from where you asked"],
        [(level, kind, reply)],
        0,
        sender,
    )
    return socket.inet_ntoa(asked)


def main():
    server, port = open_server()
    stranger = open_client()
    stranger.sendto(b"who is there?", (ASKED, port))
    sender = answer_simply(server)
    same_port = sender[1] == stranger.getsockname()[1]
    print(f"server: the port I see is the client's: {same_port}")
    _, (replier, _) = stranger.recvfrom(100)
    print(f"client: I asked {ASKED}; {replier} answers")
    assert same_port and replier == "127.0.0.1" != ASKED

    friend = open_client()
    friend.connect((ASKED, port))
    friend.send(b"who is there?")
    friend.send(b"who is there?")
    answer_simply(server)
    asked = answer_as_asked(server)
    print(f"server: IP_PKTINFO says I was asked as {asked}")
    first = friend.recv(100)
    print(f"connected: {first!r}; the other is dropped")
    assert (asked, first) == (ASKED, b"from where you asked")


if __name__ == "__main__":
    main()
