"""A PID file that cleans up after itself: the name goes with its holder.

The server binds an abstract name: no file exists, so none is left behind. A second server is
refused, and the kernel tells it who was first. Kill the first one and the name is free at once. But
a forked helper that inherited the socket is a holder, too, and keeps the name taken.

:needs: none
:man: unix(7), bind(2)
:since: 2.6
"""

import errno
import os
import signal
import socket
import struct

from examples.support.scene import child

NAME = "\0networking-tricks.server"


def claim():
    server = socket.socket(socket.AF_UNIX)
    server.bind(NAME)  # EADDRINUSE: there is a server already
    server.listen()
    return server


def holder():
    """Whom would we talk to? Its pid, from the kernel."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(NAME)
        who = caller.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, 12
        )
    return struct.unpack("iII", who)[0]


def try_to_claim():
    try:
        claim().close()
        return "mine"
    except OSError as error:
        return errno.errorcode[error.errno]


def serve(started):
    server = claim()
    started.send(b"!")
    signal.alarm(10)
    signal.pause()
    server.close()


def start_server():
    here, there = socket.socketpair()
    with here, there:
        pid = os.fork()
        if pid == 0:
            serve(there)
        here.settimeout(10)
        here.recv(1)
    return pid


def until_told(word):
    word.settimeout(10)
    word.recv(1)


def main():
    first = start_server()
    print("first: the name is mine")
    answer = try_to_claim()
    known = holder() == first
    print(f"second: I want it too: {answer}")
    print(f"kernel: its holder is the first server: {known}")
    assert (answer, known) == ("EADDRINUSE", True)

    os.kill(first, signal.SIGKILL)
    os.waitpid(first, 0)
    answer = try_to_claim()
    print(f"second: the first was killed; I try again: {answer}")
    assert answer == "mine"

    ours, theirs = socket.socketpair()
    server = claim()
    with child(until_told, theirs):
        server.close()
        answer = try_to_claim()
        print(f"third: closed by all but a forked helper: {answer}")
        assert answer == "EADDRINUSE"
        ours.send(b"!")
    answer = try_to_claim()
    print(f"third: the helper has gone too: {answer}")
    assert answer == "mine"


if __name__ == "__main__":
    main()
