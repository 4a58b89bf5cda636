"""Port 8000 is two ports.

TCP and UDP number their ports apart. One server listens at port 8000 by TCP, another by UDP, and
each hears only its own callers. A second one of either kind is refused.

:needs: own net
:man: tcp(7), udp(7), bind(2)
:see: RFC 768, RFC 9293 section 3.1
:since: 2.6
"""

import errno
import socket

HERE = ("127.0.0.1", 8000)
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
DEADLINE = 5  # seconds


def open_server(kind):
    server = socket.socket(type=kind)
    server.settimeout(DEADLINE)
    server.bind(HERE)
    return server


def one_more(kind):
    try:
        open_server(kind)
    except OSError as error:
        return errno.errorcode[error.errno]


def call(kind, words):
    with socket.socket(type=kind) as client:
        client.settimeout(DEADLINE)
        client.connect(HERE)
        client.send(words)


def hear_tcp(server):
    stream, _ = server.accept()
    with stream, stream.makefile("rb") as words:
        return words.read()


def main():
    with open_server(TCP) as tcp, open_server(UDP) as udp:
        tcp.listen()
        print("kernel: port 8000 by TCP and by UDP: both bound")
        call(TCP, b"a call")
        call(UDP, b"a postcard")
        called, posted = hear_tcp(tcp), udp.recv(100)
        print(f"TCP server: {called!r}")
        print(f"UDP server: {posted!r}")
        assert (called, posted) == (b"a call", b"a postcard")

        refused = one_more(TCP), one_more(UDP)
        print(f"kernel: a second one by TCP: {refused[0]}")
        print(f"kernel: a second one by UDP: {refused[1]}")
        assert refused == ("EADDRINUSE", "EADDRINUSE")


if __name__ == "__main__":
    main()
