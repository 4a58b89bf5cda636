"""send() succeeds, and nobody is there.

A send puts the bytes into our own kernel's buffer. With the cable pulled it succeeds all the same,
and no error comes; by default not for a quarter of an hour. TCP_USER_TIMEOUT makes it one. The
other connection, which waits on, delivers when the cable is back.

:needs: own net
:man: tcp(7), send(2)
:see: Documentation/networking/ip-sysctl.rst (tcp_retries2), RFC 5482
:since: 3.17
"""

import errno
import socket

from examples.support.cables import neighbours
from examples.support.linux import unacknowledged


def give_up_after(stream, milliseconds):
    stream.setsockopt(
        socket.IPPROTO_TCP,
        socket.TCP_USER_TIMEOUT,
        milliseconds,
    )


def outcome(stream, patience):
    """Only an answer is a proof."""
    stream.settimeout(patience)
    try:
        return stream.recv(100)
    except OSError as error:
        return errno.errorcode[error.errno]


def connect(alice, bob, port):
    with bob:
        listener = socket.create_server(("10.0.0.2", port))
    with alice, listener:
        client = socket.create_connection(("10.0.0.2", port), 5)
        server, _ = listener.accept()
        return client, server


def main():
    alice, bob = neighbours()
    # Known for good, so that no segment waits for the cable in ARP's queue.
    alice.neighbour("eth0", "10.0.0.2", bob.mac("eth0"))
    patient, bob_1 = connect(alice, bob, 1001)
    hasty, bob_2 = connect(alice, bob, 1002)
    give_up_after(hasty, milliseconds=300)

    bob.down("eth0")
    print("cable: pulled")
    for name, client in (("patient", patient), ("hasty", hasty)):
        accepted = client.send(b"hello")
        print(f"{name}: send(b'hello') returns {accepted}")
        waiting = unacknowledged(client)
        assert accepted == waiting == 5
    end = outcome(hasty, patience=10)
    print(f"hasty: after TCP_USER_TIMEOUT I hear {end}")
    waiting = outcome(patient, patience=0)
    print(f"patient: I hear {waiting}: not even an error")
    assert (end, waiting) == ("ETIMEDOUT", "EAGAIN")

    bob.up("eth0")
    print("cable: back")
    letter = outcome(bob_1, patience=10)
    print(f"bob: for me, from patient: {letter!r}")
    lost = outcome(bob_2, patience=0)
    print(f"bob: for me, from hasty: nothing ({lost})")
    assert (letter, lost) == (b"hello", "EAGAIN")


if __name__ == "__main__":
    main()
