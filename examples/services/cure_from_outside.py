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
import sys
import time

from examples.linux import pidfd_getfd, unsent
from examples.scene import child


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


def sockets_of(pid):
    fds = f"/proc/{pid}/fd"
    for fd in os.listdir(fds):
        link = os.readlink(f"{fds}/{fd}")
        if link.startswith("socket:"):
            yield copy_socket(pid, int(fd))


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


def serve(server, diary, look_at):
    """Answer one request; return what was stuck, and for how long."""
    start = time.perf_counter()
    assert os.read(diary, 1) == b"."  # it wrote twice
    bytes_stuck = unsent(look_at)
    request = b""
    while len(request) < 8:
        request += server.recv(100)
    took = time.perf_counter() - start
    # Acknowledge with the next answer, as in any conversation.
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    server.sendall(b"done")
    return bytes_stuck, took


def hang_up(server):
    server.shutdown(socket.SHUT_WR)
    while server.recv(100):
        pass


def examine(name, requests):
    amounts, times = zip(*requests, strict=True)
    print(
        f"{name}: {sorted(times)[len(times) // 2] * 1000:.2f} ms",
        file=sys.stderr,
    )
    return max(amounts)


def main():
    diary, pen = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        with child(patient, address, pen) as pid:
            os.close(pen)
            server, _ = listener.accept()
            server.settimeout(5)
            print("doctor: I copy the socket out of the patient")
            [copy] = [
                sock
                for sock in sockets_of(pid)
                if leads_to(sock, address)
            ]
            sick = [serve(server, diary, copy) for _ in range(5)]
            amount = examine("sick", sick)
            print(f"doctor: bytes stuck in it: {amount}")
            assert amount == 4
            print("doctor: TCP_NODELAY, on my copy")
            cure(copy)
            serve(server, diary, copy)
            well = [serve(server, diary, copy) for _ in range(5)]
            amount = examine("cured", well)
            print(f"doctor: bytes stuck in it: {amount}")
            assert amount == 0
            copy.close()
            hang_up(server)


if __name__ == "__main__":
    main()
