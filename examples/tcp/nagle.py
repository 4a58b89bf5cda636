"""Write, write, read: the second write stays at home.

While one small segment is not acknowledged, Nagle's algorithm keeps the next one back; and the
other side keeps its acknowledgement back, hoping to send it with an answer. So each waits for the
other, until an answer comes or its patience ends, after 40 to 200 ms. TCP_NODELAY sends at once.

:needs: none
:man: tcp(7)
:see: RFC 9293 sections 3.7.4 and 3.8.6.3
:since: 2.6.39
"""

import socket
import sys
import time

from examples.support.linux import unsent
from examples.support.scene import connected


def write_write(client):
    client.send(b"head")
    client.send(b"body")
    return unsent(client)


def in_conversation(stream):
    # In its first moments a connection acknowledges all at once.
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)


def write_until_kept_back(client, server):
    # 40 ms are soon over on a busy machine: look again then.
    for _ in range(20):
        in_conversation(server)
        if kept := write_write(client):
            return kept
        server.recv(100)
    raise AssertionError("nothing was ever kept back")


def seconds_to_arrive(client, server):
    in_conversation(server)
    start = time.perf_counter()
    write_write(client)
    received = b""
    while len(received) < 8:
        received += server.recv(100)
    return time.perf_counter() - start


def tell_time(case, seconds):
    print(f"{case}: {seconds * 1000:.2f} ms", file=sys.stderr)


def main():
    with connected() as (client, server):
        # Some congestion controls pace: they keep back, too.
        client.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno"
        )
        kept = write_until_kept_back(client, server)
        print("client: send b'head', send b'body'")
        print(f"kernel: bytes that I have not sent yet: {kept}")
        head = server.recv(100)
        print(f"server: I have {head!r}, and answer already")
        server.send(b"go on")
        answer, left = client.recv(100), unsent(client)
        print(f"kernel: not sent yet: {left}")
        assert (kept, head, answer) == (4, b"head", b"go on")
        body = server.recv(100)
        assert (left, body) == (0, b"body")
        tell_time("no answer", seconds_to_arrive(client, server))

        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        in_conversation(server)
        kept = write_write(client)
        print("client: TCP_NODELAY; send b'head', send b'body'")
        print(f"kernel: not sent yet: {kept}; nobody waits")
        assert kept == 0
        server.recv(100)
        tell_time("TCP_NODELAY", seconds_to_arrive(client, server))


if __name__ == "__main__":
    main()
