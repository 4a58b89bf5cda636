"""A running program is cured from outside, and never knew.

A program suffers from Nagle's algorithm: it writes twice, and its second write waits. Another
process copies the socket out of it, sets TCP_NODELAY on the copy, which is the same socket, and
nothing waits any more. The program was neither stopped nor changed.

:needs: ptrace
:man: pidfd_getfd(2), pidfd_open(2), tcp(7), ptrace(2)
:since: 5.6
"""

import os
import socket

from examples.support.linux import pidfd_getfd, unsent
from examples.support.scene import child, sockets_of


def patient(address, diary):
    print("patient: I send b'head', then b'body', all day")
    with socket.create_connection(address, 5) as server:
        answer = True
        while answer:
            server.send(b"head")
            server.send(b"body")
            os.write(diary, b".")
            answer = server.recv(100)
    print("patient: I noticed nothing")


def copy_socket(pid, fd):
    process = os.pidfd_open(pid)
    copy = pidfd_getfd(process, fd)
    return socket.socket(fileno=copy)


def find_stream(pid, peer):
    for fd in sockets_of(pid):
        copy = copy_socket(pid, fd)
        if leads_to(copy, peer):
            return copy


def leads_to(stream, peer):
    try:
        return stream.getpeername() == peer
    except OSError:  # a socket that listens has no peer
        return False


def cure(stream):
    stream.setsockopt(
        socket.IPPROTO_TCP,
        socket.TCP_NODELAY,
        1,
    )


def serve(server, diary, copy):
    """Answer one request; return how much of it was stuck."""
    noted = os.read(diary, 1)
    assert noted == b"."  # it wrote twice
    stuck = unsent(copy)
    request = b""
    while len(request) < 8:
        request += server.recv(100)
    # Acknowledge with the next answer, as in any conversation.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    server.sendall(b"done")
    return stuck


def examine(*visit):
    stuck = max(serve(*visit) for _ in range(5))
    print(f"doctor: bytes stuck in it: {stuck}")
    return stuck


def hang_up(server):
    server.shutdown(socket.SHUT_WR)
    while server.recv(100):
        pass


def main():
    diary, pen = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with child(patient, address, pen) as pid:
            os.close(pen)
            server, _ = listener.accept()
            server.settimeout(5)
            print("doctor: I copy the socket out of the patient")
            copy = find_stream(pid, address)
            stuck = examine(server, diary, copy)
            assert stuck == 4
            print("doctor: TCP_NODELAY, on my copy")
            cure(copy)
            serve(server, diary, copy)
            stuck = examine(server, diary, copy)
            assert stuck == 0
            copy.close()
            hang_up(server)


if __name__ == "__main__":
    main()
