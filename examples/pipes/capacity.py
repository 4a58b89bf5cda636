"""A pipe holds sixteen pages, and counts in pages.

A pipe that nobody reads takes sixteen pages, then EAGAIN. Read one byte: there is still no room,
for a page is free only when all of it is read. F_SETPIPE_SZ gives the same pipe more room, and will
not shrink it below what it holds.

:needs: none
:man: pipe(7), fcntl(2)
:since: 2.6.35
"""

import errno
import fcntl
import os

PAGE = os.sysconf("SC_PAGE_SIZE")


def fill(pipe):
    filled = 0
    while True:
        try:
            filled += os.write(pipe, bytes(PAGE))
        except BlockingIOError:
            return filled


def has_room(pipe):
    try:
        return os.write(pipe, b"!") == 1
    except BlockingIOError:
        return False


def resize(pipe, size):
    try:
        return fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, size)
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    end, start = os.pipe2(os.O_NONBLOCK)
    filled = fill(start)
    print(f"writer: {filled // PAGE} pages, then EAGAIN")
    assert filled == 16 * PAGE

    os.read(end, 1)
    room = has_room(start)
    print(f"writer: one byte was read; room? {room}")
    assert not room
    os.read(end, PAGE - 1)
    room = has_room(start)
    print(f"writer: one page was read; room? {room}")
    assert room

    size = resize(start, 32 * PAGE)
    more = fill(start)
    print(f"writer: resized to {size // PAGE} pages, more room")
    assert size == 32 * PAGE and more >= 16 * PAGE
    refused = resize(start, 16 * PAGE)
    print(f"kernel: shrink it while full: {refused}")
    assert refused == "EBUSY"


if __name__ == "__main__":
    main()
