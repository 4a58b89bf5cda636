"""A library opens your file, closes it, and your lock is gone.

A POSIX lock belongs to the process and the file: when the process closes any descriptor of that
file, even one that had nothing to do with the lock, the lock is dropped, and another process can
get it. An OFD lock belongs to the open file description, and holds.

:needs: none
:man: fcntl(2)
:since: 3.15
"""

import errno
import fcntl
import struct
import tempfile

from examples.support.scene import child


def posix_lock(file):
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def ofd_lock(file):
    # struct flock: a write lock from the start (0) to the end (0)
    lock = struct.pack("hhqqi0q", fcntl.F_WRLCK, 0, 0, 0, 0)
    fcntl.fcntl(file, fcntl.F_OFD_SETLK, lock)


def careless_library(path):
    """It only wants to look."""
    with open(path) as file:
        file.read()


def try_lock(path, lock, expected):
    with open(path, "r+") as file:
        try:
            lock(file)
            verdict = "gets the lock"
        except BlockingIOError as error:
            verdict = errno.errorcode[error.errno]
    print(f"other process: {verdict}")
    assert verdict == expected


def other_process(*args):
    with child(try_lock, *args):
        pass


def hold(path, lock, afterwards):
    with open(path, "r+") as file:
        lock(file)
        other_process(path, lock, "EAGAIN")
        careless_library(path)
        print("library: opens the file and closes it")
        other_process(path, lock, afterwards)


def main():
    with tempfile.NamedTemporaryFile() as file:
        print("owner: takes a POSIX lock")
        hold(file.name, posix_lock, "gets the lock")
        print("owner: takes an OFD lock")
        hold(file.name, ofd_lock, "EAGAIN")


if __name__ == "__main__":
    main()
