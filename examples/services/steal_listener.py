"""A server is killed, and its clients are served by the thief.

Another process copies the listening socket out of a running server, and kills it. The client who
was already waiting in the server's queue gets the answer, from the thief; and so does the next one.
The server did nothing for it: it need not know how to hand over.

:needs: ptrace
:man: pidfd_getfd(2), pidfd_open(2), ptrace(2)
:since: 5.6
"""

import os
import signal
import socket

from examples.support.linux import pidfd_getfd
from examples.support.scene import sockets_of

ADDRESS = ("127.0.0.1", 8000)


def copy_socket(pid, fd):
    process = os.pidfd_open(pid)
    copy = pidfd_getfd(process, fd)
    return socket.socket(fileno=copy)


def steal_listener(pid):
    for fd in sockets_of(pid):
        sock = copy_socket(pid, fd)
        if listens(sock):
            return sock


def listens(sock):
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)


def serve_one(listener, name):
    client, _ = listener.accept()
    with client:
        client.sendall(name)


def server(ready):
    signal.alarm(10)
    with socket.create_server(ADDRESS) as listener:
        os.write(ready, b"!")
        serve_one(listener, b"the server")
        signal.pause()


def start_server():
    told, ready = os.pipe()
    pid = os.fork()
    if pid == 0:
        server(ready)
    os.close(ready)
    news = os.read(told, 1)
    assert news == b"!"
    return pid


def visit():
    return socket.create_connection(ADDRESS, 5)


def main():
    pid = start_server()
    with visit() as first:
        answer = first.recv(100).decode()
        print(f"first client: I am served by {answer}")
        assert answer == "the server"
        end = first.recv(1)
        assert end == b""  # closed: the listener is its only socket
    with visit() as second:
        print("second client: I wait in the queue")
        listener = steal_listener(pid)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        print("thief: I copied the listener, and killed the server")
        serve_one(listener, b"the thief")
        answer = second.recv(100).decode()
        print(f"second client: I am served by {answer}")
        assert answer == "the thief"
    with listener, visit() as third:
        serve_one(listener, b"the thief")
        answer = third.recv(100).decode()
        print(f"third client: I am served by {answer}")
        assert answer == "the thief"


if __name__ == "__main__":
    main()
