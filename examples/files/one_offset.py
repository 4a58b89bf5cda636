"""Two descriptors, one offset.

A descriptor is a number. Behind it is the open file description, which has the offset and the
status flags; behind that is the file. dup() and fork() give a second number for the same
description, so that a read through one moves the other. A second open() makes a new one.

:needs: none
:man: open(2), dup(2), fork(2)
:since: 2.6
"""

import fcntl
import os
import tempfile

from examples.support.scene import child


def place(fd):
    return os.lseek(fd, 0, os.SEEK_CUR)


def read_three(fd):
    letters = os.read(fd, 3).decode()
    print(f"child: reads {letters}")


def appends(fd):
    return bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_APPEND)


def main():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"abcdefghij")
        file.flush()
        first = os.open(file.name, os.O_RDONLY)
        copy = os.dup(first)
        other = os.open(file.name, os.O_RDONLY)

        print(f"first: reads {os.read(first, 3).decode()}")
        print(f"dup: reads on, {os.read(copy, 3).decode()}")
        with child(read_three, first):
            pass
        places = place(first), place(copy), place(other)
        print(
            "parent: offsets of first, dup, a second open:", *places
        )
        assert places == (9, 9, 0)

        fcntl.fcntl(copy, fcntl.F_SETFL, os.O_APPEND)
        flags = appends(first), appends(other)
        print("parent: O_APPEND set on dup is on first:", flags[0])
        print("parent: and on the second open:", flags[1])
        assert flags == (True, False)


if __name__ == "__main__":
    main()
