"""A socket's file: its write bit opens it, a rename moves it.

The file is only the way to a socket. Without its write bit a caller is refused, and the read bit is
no help. It outlives its server, and then refuses callers and servers alike; but rename() puts the
file of a new server in its place, with no gap. The kernel takes 108 bytes of path, Python 107.

:needs: none
:man: unix(7), rename(2)
:since: 2.6
"""

import errno
import os
import select
import socket
import struct
import tempfile

from examples.support.linux import bind
from examples.support.scene import child, without_root


def serve(path):
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()
    return server


def knock(path):
    with socket.socket(socket.AF_UNIX) as visitor:
        visitor.connect(path)


def outcome(act, path):
    try:
        act(path)
        return "yes"
    except OSError as error:
        return errno.errorcode[error.errno]


def visit(mode, expected):
    without_root()  # to root every door is open
    answer = outcome(knock, "door")
    print(f"visitor: may I come in at mode {mode:o}? {answer}")
    assert answer == expected


def write_bit():
    with serve("door"):
        for mode, expected in ((0o444, "EACCES"), (0o222, "yes")):
            os.chmod("door", mode)
            with child(visit, mode, expected):
                pass


def left_behind():
    knocked, served = outcome(knock, "door"), outcome(serve, "door")
    print(f"visitor: the server has gone: {knocked}")
    print(f"server: a new one on the same path: {served}")
    assert (knocked, served) == ("ECONNREFUSED", "EADDRINUSE")


def who_hears(servers):
    knock("door")
    [server] = select.select(servers, [], [], 10)[0]
    server.accept()[0].close()
    return server


def replace():
    os.unlink("door")
    with (
        serve("door") as old,
        serve("door.new") as new,
    ):
        first = who_hears([old, new])
        os.rename("door.new", "door")
        second = who_hears([old, new])
        return first is old, second is new


def longest():
    path = b"x" * 108
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.bind(path)
        except OSError as error:
            print(f"python: 108 bytes: {error}")
        bind(server, struct.pack("=H108s", socket.AF_UNIX, path))
    bound = os.path.exists(path)
    print(f"kernel: 108 bytes: bound: {bound}")
    assert bound


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.chmod(folder, 0o755)
        write_bit()
        left_behind()
        first, second = replace()
        print(f"old server: I hear the first knock: {first}")
        print(f"new server: renamed; I hear the next: {second}")
        assert first and second
        longest()


if __name__ == "__main__":
    main()
