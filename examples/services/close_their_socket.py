"""Close a connection that is not yours.

Two programs talk. A third, which has no part in it, names the connection to the kernel: it ends on
both sides, one hears ECONNABORTED, the other ECONNRESET, and both programs live on.

:needs: own net, module inet_diag_destroy
:man: sock_diag(7), ss(8)
:since: 4.5
"""

import errno
import socket

from examples.support.hosts import Host
from examples.support.scene import child
from examples.support.sock_diag import (
    TCP_ESTABLISHED,
    destroy,
    tcp_sockets,
)

ADDRESS = ("127.0.0.1", 80)


def end_connections_to(address):
    for found in tcp_sockets(TCP_ESTABLISHED):
        if found.remote == address:
            destroy(found)


def hear(stream):
    try:
        return repr(stream.recv(100))
    except OSError as error:
        return errno.errorcode[error.errno]


def client(diary):
    with socket.create_connection(ADDRESS, 5) as stream:
        diary.send(hear(stream).encode())
        diary.send(hear(stream).encode())


def server(listener, diary):
    stream, _ = listener.accept()
    with stream:
        stream.settimeout(5)
        stream.sendall(b"how are you?")
        diary.send(hear(stream).encode())


def diary():
    """A channel that keeps one entry apart from the next."""
    pages = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    pages[0].settimeout(5)
    return pages


def read(diary):
    return diary.recv(100).decode()


def main():
    (hers, of_client), (his, of_server) = diary(), diary()
    with (
        Host("home"),
        socket.create_server(ADDRESS) as listener,
        child(server, listener, of_server),
        child(client, of_client),
    ):
        print(f"client: I hear {read(hers)}")
        print("stranger: kernel, end what goes to port 80")
        end_connections_to(ADDRESS)
        ends = read(hers), read(his)
        print(f"client: I hear {ends[0]}")
        print(f"server: I hear {ends[1]}")
        assert ends == ("ECONNABORTED", "ECONNRESET")
    print("kernel: both live on, without their connection")


if __name__ == "__main__":
    main()
