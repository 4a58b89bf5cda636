"""The pipe holds the file's own page.

splice() puts a file's page into a pipe without a copy, and the proof is a prank: write to the file
afterwards, and the bytes that wait in the pipe change. What went through read() and write() stays.
tee() gives the same bytes to a second pipe, and takes nothing from the first.

:needs: none
:man: splice(2), tee(2)
:since: 2.6.17
"""

import os
import tempfile

from examples.support.linux import tee


def copy(file, pipe):
    os.write(pipe, os.read(file, 100))


def move(file, pipe):
    os.splice(file, pipe, 100)


def changed_on_the_way(carry):
    """Carry a file into a pipe, change the file, read the pipe."""
    end, start = os.pipe()
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(b"old news")
        file.seek(0)
        carry(file.fileno(), start)
        os.pwrite(file.fileno(), b"new", 0)
        return os.read(end, 100)


def duplicate(text):
    (end, start), (copy_end, copy_start) = os.pipe(), os.pipe()
    os.write(start, text)
    copied = tee(end, copy_start, 100)
    assert copied == len(text)
    return os.read(end, 100), os.read(copy_end, 100)


def main():
    copied = changed_on_the_way(copy)
    moved = changed_on_the_way(move)
    print("file: 'old news', into a pipe, then changed to 'new'")
    print(f"pipe: by read and write: {copied.decode()!r}")
    print(f"pipe: by splice: {moved.decode()!r}")
    assert (copied, moved) == (b"old news", b"new news")

    first, second = duplicate(b"both of you")
    print(f"pipe: read after tee: {first.decode()!r}")
    print(f"second pipe: the same pages: {second.decode()!r}")
    assert first == second == b"both of you"


if __name__ == "__main__":
    main()
