"""A process dies, and its connection lives on in another.

A server writes down what the kernel knows of a connection, and dies in repair mode, in which a
socket ends without a word. A new process makes a socket, tells the kernel the same, and talks on.
The client keeps its one socket all the time, and sees no end, no reset and no new connection.

:needs: own net
:man: tcp(7), capabilities(7)
:see: criu.org/TCP_connection
:since: 4.8
"""

import errno
import os
import pickle
import socket

from examples.support.linux import (
    TCP_QUEUE_SEQ,
    TCP_RECV_QUEUE,
    TCP_REPAIR,
    TCP_REPAIR_OPTIONS,
    TCP_REPAIR_QUEUE,
    TCP_REPAIR_WINDOW,
    TCP_SEND_QUEUE,
    TCP_TIMESTAMP,
    tcp_options,
)
from examples.support.scene import DEADLINE, child

WINDOW = 20  # bytes of struct tcp_repair_window


def read(sock, option, size=0):
    """So many bytes; with 0, Python makes a number of them."""
    return sock.getsockopt(socket.IPPROTO_TCP, option, size)


def tell(sock, option, value):
    sock.setsockopt(socket.IPPROTO_TCP, option, value)


def write_down(sock):
    """What the kernel knows of a connection; nothing moves now."""
    tell(sock, TCP_REPAIR, 1)  # takes CAP_NET_ADMIN
    return {
        "names": (sock.getsockname(), sock.getpeername()),
        "received": position(sock, TCP_RECV_QUEUE),
        "sent": position(sock, TCP_SEND_QUEUE),
        "options": tcp_options(sock),
        "clock": read(sock, TCP_TIMESTAMP),
        "window": read(sock, TCP_REPAIR_WINDOW, WINDOW),
    }


def bring_back(state):
    """Make a socket believe that it has been connected all along."""
    sock = socket.socket()
    tell(sock, TCP_REPAIR, 1)  # so that it says nothing
    before_connecting(sock, state)
    ours, theirs = state["names"]
    sock.bind(ours)
    sock.connect(theirs)  # in repair: no handshake, it just is
    once_connected(sock, state)
    tell(sock, TCP_REPAIR, 0)  # alive: from here on it answers
    return sock


def before_connecting(sock, state):
    """How far both streams have come: told while it is closed.

    A connected socket counts for itself, and answers EPERM.
    """
    set_position(sock, TCP_RECV_QUEUE, state["received"])
    set_position(sock, TCP_SEND_QUEUE, state["sent"])


def once_connected(sock, state):
    """What it had learnt of its peer: told when it has one.

    Options of a socket that is not connected: EPERM.
    """
    # What both agreed on when they shook hands.
    tell(sock, TCP_REPAIR_OPTIONS, state["options"])
    # By which its segments are stamped; it must not go back.
    tell(sock, TCP_TIMESTAMP, state["clock"])
    # How much each may send before it hears from the other.
    tell(sock, TCP_REPAIR_WINDOW, state["window"])


def position(sock, queue):
    """The sequence number: how far the stream has come that way."""
    tell(sock, TCP_REPAIR_QUEUE, queue)
    return read(sock, TCP_QUEUE_SEQ)


def set_position(sock, queue, number):
    tell(sock, TCP_REPAIR_QUEUE, queue)
    tell(sock, TCP_QUEUE_SEQ, number)


def first_life(listener, notes):
    sock, _ = listener.accept()
    sock.settimeout(DEADLINE)
    sock.sendall(b"I am the first")
    reply = sock.recv(100)
    assert reply == b"go on"
    # What is not acknowledged the client sends again, to nobody,
    # and is told so by a reset. So owe it nothing.
    tell(sock, socket.TCP_QUICKACK, 1)
    os.write(notes, pickle.dumps(write_down(sock)))
    # Still in repair: what dies now dies without a word.


def second_life(state):
    sock = bring_back(state)
    sock.settimeout(DEADLINE)
    sock.sendall(b"I am the second")
    reply = sock.recv(100)
    assert reply == b"welcome"


def hear(stream, patience):
    stream.settimeout(patience)
    try:
        return repr(stream.recv(100))
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    notes, pen = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with child(first_life, listener, pen):
            client = socket.create_connection(address, DEADLINE)
            # The server's own copy dies with it. So nobody listens
            # there any more: who talks on was not connected anew.
            listener.close()
            print(f"client: I hear {client.recv(100)!r}")
            client.sendall(b"go on")
    print("server: dead")
    end = hear(client, patience=0)
    print(f"client: an end of stream, or a reset? {end}")
    assert end == "EAGAIN"
    state = pickle.loads(os.read(notes, 4096))
    with child(second_life, state):
        heard = hear(client, patience=DEADLINE)
        print(f"client: I hear {heard}")
        assert heard == "b'I am the second'"
        client.sendall(b"welcome")
    print("kernel: one connection, and two lives")


if __name__ == "__main__":
    main()
