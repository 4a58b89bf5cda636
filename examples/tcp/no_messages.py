"""TCP has no messages: it joins yours, and it splits them.

Two sends arrive as one. One large send arrives in pieces. A length in front of each message
restores them, even the empty one, although they are sent a single byte at a time; and the reader
looks for no delimiter.

:needs: none
:man: tcp(7), recv(2), socket(7)
:see: RFC 9293 section 2.2
:since: 2.6.28
"""

import select
import socket
import struct

from examples.support.scene import child, connected

LARGE = 1_000_000


def write_message(stream, message):
    length = struct.pack("!I", len(message))
    for byte in length + message:
        stream.sendall(bytes([byte]))


def read_message(stream):
    head = read_exactly(stream, 4)
    (length,) = struct.unpack("!I", head)
    return read_exactly(stream, length)


def read_exactly(stream, size):
    data = b""
    while len(data) < size:
        part = stream.recv(size - len(data))
        assert part, "ended too soon"
        data += part
    return data


def write(stream):
    stream.sendall(b"one")
    stream.sendall(b"two")
    was_read = stream.recv(1)
    assert was_read == b"!"
    # With a deadline Python splits a send; without, it is one call.
    stream.settimeout(None)
    sent = stream.send(bytes(LARGE))
    was_read = stream.recv(1)
    assert (sent, was_read) == (LARGE, b"!")
    for message in (b"one", b"", b"two"):
        write_message(stream, message)


def wait_for(stream, count):
    """Sleep until count bytes have arrived."""
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
    ready, _, _ = select.select([stream], [], [], 5)
    assert ready
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)


def main():
    with connected() as (reader, writer), child(write, writer):
        print("writer: I send b'one', then b'two'")
        wait_for(reader, 6)
        joined = reader.recv(100)
        print(f"reader: {joined!r}")
        assert joined == b"onetwo"

        print(f"writer: I send {LARGE} bytes at once")
        reader.sendall(b"!")
        piece = len(reader.recv(LARGE))
        print(f"reader: all of it, in one go? {piece == LARGE}")
        assert piece < LARGE
        read_exactly(reader, LARGE - piece)

        print("writer: lengths in front, one byte at a time")
        reader.sendall(b"!")
        messages = [read_message(reader) for _ in range(3)]
        print(f"reader: {messages}")
        assert messages == [b"one", b"", b"two"]
    print("kernel: I carry bytes; messages are between you two")


if __name__ == "__main__":
    main()
