"""Read on ahead, and take nothing.

MSG_PEEK alone shows the same first bytes again and again. With SO_PEEK_OFF each peek goes on where
the last one stopped: a doorman reads a request byte by byte until it knows the host, then hands
over a socket from which not one byte is missing.

:needs: none
:man: socket(7), recv(2)
:since: 3.4
"""

import socket

from examples.support.linux import SO_PEEK_OFF

REQUEST = b"GET /talk HTTP/1.1\r\nHost: alice\r\nX: y\r\n\r\n"


def peek(stream):
    return stream.recv(10, socket.MSG_PEEK)


def start_peeking_on(stream, offset=0):
    stream.setsockopt(socket.SOL_SOCKET, SO_PEEK_OFF, offset)


def find_host(stream):
    seen = b""
    while b"\r\nHost: " not in seen or not seen.endswith(b"\n"):
        seen += stream.recv(1, socket.MSG_PEEK)
    return seen.splitlines()[-1]


def main():
    client, doorman = socket.socketpair()
    with client, doorman:
        doorman.settimeout(10)
        client.sendall(REQUEST)
        twice = [peek(doorman), peek(doorman)]
        print(f"doorman: a peek shows {twice[0]!r}")
        print(f"doorman: the next one {twice[1]!r}")
        assert twice == [REQUEST[:10]] * 2

        start_peeking_on(doorman)
        walk = [peek(doorman), peek(doorman)]
        print(f"doorman: with SO_PEEK_OFF {walk[0]!r}")
        print(f"doorman: the next one {walk[1]!r}")
        assert walk == [REQUEST[:10], REQUEST[10:20]]

        start_peeking_on(doorman)
        host = find_host(doorman)
        print(f"doorman: byte by byte to {host!r}")
        rest = doorman.recv(1000)
        print(f"worker: read() still finds all: {rest == REQUEST}")
        assert (host, rest) == (b"Host: alice", REQUEST)


if __name__ == "__main__":
    main()
