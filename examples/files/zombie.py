"""A deleted file lives on, even inside a socket.

The last name of an open file goes; the file can still be read, and it gets no name again (a file
made without a name, by O_TMPFILE, can get one). Then even its last descriptor is closed, while a
message carries it: no process has it open, and the file waits in a socket.

:needs: none
:man: unlink(2), open(2), linkat(2), unix(7)
:since: 3.11
"""

import errno
import os
import socket
import tempfile
from os.path import samestat


def name_it(fd, name, folder):
    """linkat(2): give an open file a name in a folder."""
    try:
        os.link(f"/proc/self/fd/{fd}", name, dst_dir_fd=folder)
    except OSError as error:
        return errno.errorcode[error.errno]
    return os.fstat(fd).st_nlink


def bury(path):
    fd = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(fd, b"not dead")
    os.unlink(path)
    return fd


def park(fd):
    """Send a file to ourselves, and let go of it."""
    ours, theirs = socket.socketpair()
    socket.send_fds(ours, [b"!"], [fd])
    os.close(fd)
    return theirs


def fetch(parked):
    _, [fd], _, _ = socket.recv_fds(parked, 1, 1)
    return fd


def is_held(file):
    """Does any descriptor of this process lead to that file?"""
    with os.scandir("/proc/self/fd") as links:
        return any(samestat(link.stat(), file) for link in links)


def main():
    with tempfile.TemporaryDirectory() as path:
        folder = os.open(path, os.O_DIRECTORY)
        zombie = bury(f"{path}/letter")
        file = os.fstat(zombie)
        again = name_it(zombie, "again", folder)
        print(f"zombie: names {file.st_nlink}, a new one: {again}")
        assert (file.st_nlink, again) == (0, "ENOENT")

        unborn = os.open(path, os.O_TMPFILE | os.O_RDWR)
        names = os.fstat(unborn).st_nlink
        born = name_it(unborn, "first", folder)
        print(f"unborn: names {names}, after linkat() {born}")
        assert (names, born) == (0, 1)

    held = is_held(file)
    parked = park(zombie)
    still = is_held(file)
    print(
        f"zombie: open here: {held}; sent off and closed: {still}"
    )
    assert (held, still) == (True, False)
    zombie = fetch(parked)
    text = os.pread(zombie, 100, 0).decode()
    print(f"zombie: out of the socket it says {text!r}")
    assert samestat(os.fstat(zombie), file)
    assert text == "not dead"


if __name__ == "__main__":
    main()
