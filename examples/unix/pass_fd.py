"""An open file travels through a socket.

A process opens a file, reads half of it and unlinks it: no path leads there any more. It sends the
descriptor over a Unix socket, and another process reads on, from the offset where it stopped.

:needs: none
:man: unix(7), cmsg(3), open(2)
:since: 2.2
"""

import os
import socket
import tempfile
from array import array

from examples.scene import child


def send_file(channel, file):
    rights = array("i", [file.fileno()])
    channel.sendmsg(
        [b"!"],
        [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)],
    )


def take_file(channel):
    _, control, _, _ = channel.recvmsg(
        1, socket.CMSG_SPACE(array("i").itemsize)
    )
    [(level, kind, rights)] = control
    assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
    return array("i", rights)[0]


def reader(channel):
    fd = take_file(channel)
    rest = os.read(fd, 100)
    print(f"reader: {rest!r}")
    print(
        f"reader: names left on the disk: {os.fstat(fd).st_nlink}"
    )
    assert rest == b"and read on"
    assert os.fstat(fd).st_nlink == 0


def main():
    ours, theirs = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_DGRAM
    )
    with (
        tempfile.TemporaryDirectory() as folder,
        child(reader, theirs),
    ):
        path = os.path.join(folder, "letter")
        with open(path, "w+b", buffering=0) as file:
            file.write(b"open here, and read on")
            file.seek(0)
            print(f"sender: {file.read(11)!r}")
            os.unlink(path)
            send_file(ours, file)
    print(
        "kernel: it handed over the open file, not its name or number"
    )


if __name__ == "__main__":
    main()
