"""No address, no network, and still they talk.

Must everything that communicates have an address? A socketpair has two ends and no name: what was
born with an end, or was given one, is connected. It works even where a process has left the
network, for a network stack of its own without any interface up.

:needs: own net
:man: socketpair(2), unix(7), network_namespaces(7)
:since: 3.0
"""

import errno
import socket

from examples.support.linux import CLONE_NEWNET, unshare
from examples.support.scene import child

DEADLINE = 5  # seconds


def leave_the_network():
    unshare(CLONE_NEWNET)


def call_by_address():
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        try:
            return out.sendto(b"anybody?", ("127.0.0.1", 7))
        except OSError as error:
            return errno.errorcode[error.errno]


def hermit(family):
    leave_the_network()
    answer = call_by_address()
    print(f"hermit: I left; a call to 127.0.0.1: {answer}")
    assert answer == "ENETUNREACH"
    names = family.getsockname(), family.getpeername()
    print(f"hermit: my name {names[0]!r}, my family's {names[1]!r}")
    assert names == ("", "")
    family.send(b"I am well, and you?")
    reply = family.recv(100)
    assert reply == b"we miss you"


def main():
    ours, theirs = socket.socketpair()
    ours.settimeout(DEADLINE)
    with child(hermit, theirs):
        theirs.close()
        letter, sender = ours.recvfrom(100)
        print(f"family: {letter!r}, sender: {sender}")
        ours.send(b"we miss you")
        assert (letter, sender) == (b"I am well, and you?", None)
    over = ours.recv(100)
    print(f"family: the hermit is gone, and we are told: {over!r}")
    assert over == b""


if __name__ == "__main__":
    main()
