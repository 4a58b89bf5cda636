"""Two processes add one each to a page, and the sum is one.

The fastest network is none: what one process writes to shared memory, the other reads, and no
system call in between. Nothing keeps order either: both read 0 and both write 1. A lock mends that.
Here it is a pipe with one byte in it, and whoever has the byte may write.

:needs: none
:man: mmap(2), pipe(7)
:since: 2.6
"""

import contextlib
import mmap
import os
import select
import socket

from examples.support.scene import child

DEADLINE = 5  # seconds


def new_lock():
    reader, writer = os.pipe()
    os.write(writer, b"!")  # the only one
    return reader, writer


def is_free(lock):
    return lock is None or select.select([lock[0]], [], [], 0)[0]


@contextlib.contextmanager
def holding(lock):
    if lock:
        os.read(lock[0], 1)  # waits until the byte is there
    yield
    if lock:
        os.write(lock[1], b"!")


def ann(page, lock, ben):
    """Add one; and let ben do the same at the worst moment."""
    with holding(lock):
        value = page[0]
        print(f"ann: I read {value}")
        ben.send(b"now!")
        ben.recv(1)  # he is done, or has to wait
        page[0] = value + 1
        print(f"ann: I write {page[0]}")


def ben(page, lock, ann):
    ann.recv(4)
    if must_wait := not is_free(lock):
        print("ben: it is locked, I wait")
        ann.send(b"!")
    with holding(lock):
        value = page[0]
        page[0] = value + 1
        print(f"ben: I read {value}, I write {page[0]}")
    if not must_wait:
        ann.send(b"!")


def both_add_one(lock):
    page = mmap.mmap(-1, mmap.PAGESIZE)  # shared, and all zero
    anns, bens = socket.socketpair()
    anns.settimeout(DEADLINE)
    with child(ben, page, lock, bens):
        ann(page, lock, anns)
    return page[0]


def main():
    total = both_add_one(lock=None)
    print(f"page: two additions make {total}")
    assert total == 1

    total = both_add_one(new_lock())
    print(f"page: two additions under a lock make {total}")
    assert total == 2


if __name__ == "__main__":
    main()
