"""A pipe can keep messages apart.

With O_DIRECT each write is a packet of its own, and each read takes one. A packet is at most a
page: what is longer comes in pieces. What a reader leaves of a packet is thrown away. And each
takes a page of the pipe, however small it is.

:needs: none
:man: pipe(2), pipe(7), fcntl(2)
:since: 3.4
"""

import fcntl
import os
import resource

PAGE = resource.getpagesize()


def one_then_two(flags):
    """Two writes; what does each of two reads get?"""
    reader, writer = os.pipe2(flags | os.O_NONBLOCK)
    os.write(writer, b"one")
    os.write(writer, b"two")
    first = os.read(reader, 100)
    return first, look(reader)


def look(reader):
    try:
        return os.read(reader, 2 * PAGE)
    except BlockingIOError:
        return None


def too_long(reader, writer):
    """A page, and 904 bytes more, in one write."""
    written = os.write(writer, bytes(PAGE + 904))
    assert written == PAGE + 904
    return len(look(reader)), len(look(reader))


def too_short_a_read(reader, writer):
    os.write(writer, b"keep this, lose that")
    kept = os.read(reader, len(b"keep this"))
    return kept, look(reader)


def fill(writer):
    """How many packets of one byte find room?"""
    packets = 0
    try:
        while os.write(writer, b"!"):
            packets += 1
    except BlockingIOError:
        return packets


def main():
    stream = one_then_two(0)
    print(f"pipe: two writes: {stream[0]!r}, then {stream[1]}")
    packets = one_then_two(os.O_DIRECT)
    print(f"O_DIRECT: two writes: {packets[0]!r}, {packets[1]!r}")
    assert stream == (b"onetwo", None)
    assert packets == (b"one", b"two")

    pipe = os.pipe2(os.O_DIRECT | os.O_NONBLOCK)
    whole, rest = too_long(*pipe)
    print("writer: a page and 904 bytes more, in one write")
    print(f"reader: a page: {whole == PAGE}, then {rest} bytes")
    assert (whole, rest) == (PAGE, 904)
    kept, lost = too_short_a_read(*pipe)
    print(f"reader: room for nine: {kept!r}, then {lost}")
    assert (kept, lost) == (b"keep this", None)

    _, writer = pipe
    room = fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ)
    packets = fill(writer)
    one_each = packets == room // PAGE
    print(f"kernel: a page for each byte that is left: {one_each}")
    assert one_each and packets > 1


if __name__ == "__main__":
    main()
