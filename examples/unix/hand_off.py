"""A live connection changes hands, and the caller never notices.

A dispatcher accepts a TCP connection and gives it to a worker that was running before. It then
closes its own copy. The client keeps its port and its peer; the answer comes from a process that
did not call accept(), and when the worker is done the connection is closed.

:needs: none
:man: unix(7), cmsg(3)
:since: 2.6
"""

import os
import socket

from examples.support.scene import child


def hand_off(connection, worker):
    """Not one byte of it has been read."""
    socket.send_fds(
        worker,
        [b"!"],
        [connection.fileno()],
    )
    connection.close()


def take_over(dispatcher):
    _, fds, _, _ = socket.recv_fds(
        dispatcher,
        1,
        maxfds=1,
    )
    return socket.socket(fileno=fds[0])


def work(dispatcher):
    dispatcher.settimeout(10)
    with take_over(dispatcher) as connection:
        connection.settimeout(10)
        question = connection.recv(100)
        reply = b"%d heard %s" % (os.getpid(), question)
        connection.sendall(reply)


def dispatch(listener, worker):
    connection, _ = listener.accept()
    print("dispatcher: I accept, hand it over and hang up")
    hand_off(connection, worker)


def main():
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    with (
        child(work, theirs) as worker,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(
            listener.getsockname(), 10
        ) as client,
    ):
        theirs.close()
        listener.settimeout(10)
        ends = client.getsockname(), client.getpeername()
        print("client: I call the dispatcher")
        dispatch(listener, ours)
        client.sendall(b"hello")
        talk(client, worker, ends)


def talk(client, worker, ends):
    pid, answer = client.recv(100).split(b" ", 1)
    print(f"worker: I {answer.decode()}")
    print(f"client: the worker answers: {int(pid) == worker}")
    same = ends == (client.getsockname(), client.getpeername())
    print(f"client: same connection, same ports: {same}")
    rest = client.recv(100)
    print(f"client: the worker hangs up: {rest!r}")
    assert (int(pid), answer) == (worker, b"heard hello")
    assert same and rest == b""


if __name__ == "__main__":
    main()
