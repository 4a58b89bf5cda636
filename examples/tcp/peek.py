"""Look at what has come without taking it.

A server peeks at the first bytes to find out which language a client speaks, and a worker that
reads later misses nothing. Where a length comes first, a peek at the length tells how much to wait
for: the kernel wakes the reader when the whole message is there, and one recv takes it.

:needs: none
:man: recv(2), socket(7)
:since: 2.6.28
"""

import select
import socket
import struct

from examples.support.scene import child, connected


def peek(stream, count):
    sleep_until_there(stream, count)
    return stream.recv(count, socket.MSG_PEEK)


def sleep_until_there(stream, count):
    # A peek takes nothing away, so a reader who peeks until enough
    # has come would run in circles. This sleeps.
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
    ready, _, _ = select.select([stream], [], [], 5)
    assert ready


def language(stream):
    first = peek(stream, 3)
    return "TLS" if first[0] == 0x16 else "HTTP"


def take_message(stream):
    (length,) = struct.unpack("!I", peek(stream, 4))
    sleep_until_there(stream, 4 + length)
    return stream.recv(4 + length)[4:]


def write_slowly(stream):
    for message in (b"hello", b"world"):
        for byte in struct.pack("!I", len(message)) + message:
            stream.sendall(bytes([byte]))


def main():
    for greeting in (b"GET /", b"\x16\x03\x01..."):
        with connected() as (client, server):
            client.sendall(greeting)
            guess = language(server)
            print(f"server: I peek at it: {guess}")
            again = peek(server, len(greeting))
            taken = server.recv(100)
            print(f"worker: nothing is missing: {taken!r}")
            assert taken == again == greeting
    with (
        connected() as (server, client),
        child(write_slowly, client),
    ):
        words = [take_message(server) for _ in range(2)]
    print("client: two messages, one byte at a time")
    print(f"server: one recv each: {words}")
    assert words == [b"hello", b"world"]


if __name__ == "__main__":
    main()
