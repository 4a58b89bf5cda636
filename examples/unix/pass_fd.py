"""An open file travels through a socket.

A process unlinks a file that it has open, so it has no name any more, and reads half of it. It
sends the descriptor over a Unix socket. Another process reads on from where the first one stopped,
and the first one's offset moves along: what travelled is the open file, not its name or number.

:needs: none
:man: unix(7), cmsg(3), open(2)
:since: 2.6
"""

import os
import socket
import tempfile
from array import array

from examples.support.scene import child


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
    names = os.fstat(fd).st_nlink
    print(f"reader: {rest!r}")
    print(f"reader: names left on the disk: {names}")
    assert (rest, names) == (b"and read on", 0)


def main():
    ours, theirs = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_DGRAM
    )
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "letter")
    with open(path, "w+b", buffering=0) as file:
        file.write(b"open here, and read on")
        os.unlink(path)
        os.rmdir(folder)
        with child(reader, theirs):
            file.seek(0)
            print(f"sender: {file.read(11)!r}")
            send_file(ours, file)
        moved = file.tell() == 22
        print(f"sender: my own place has moved to the end: {moved}")
        assert moved


if __name__ == "__main__":
    main()
