"""A running program is cured from outside, and never knew.

A program suffers from Nagle's algorithm: it writes twice, and its second write waits. Another
process copies the socket out of it, sets TCP_NODELAY on the copy, which is the same socket, and
nothing waits any more. The program was neither stopped nor changed.

:needs: ptrace
:man: pidfd_getfd(2), pidfd_open(2), tcp(7), ptrace(2)
:since: 5.6
"""

import fcntl
import os
import socket
import struct
import sys
import time

from examples.linux import SIOCOUTQNSD, pidfd_getfd
from examples.scene import child


def patient(address, diary):
    with socket.create_connection(address, 5) as server:
        answer = True
        while answer:
            server.send(b"head")
            server.send(b"body")
            os.write(diary, b".")
            answer = server.recv(100)
    print("patient: I noticed nothing")


def copy_socket(pid, peer):
    """Copy the socket that the process pid has connected to peer."""
    process = os.pidfd_open(pid)
    for fd in os.listdir(f"/proc/{pid}/fd"):
        link = os.readlink(f"/proc/{pid}/fd/{fd}")
        if link.startswith("socket:"):
            copy = pidfd_getfd(process, int(fd))
            stream = socket.socket(fileno=copy)
            if leads_to(stream, peer):
                return stream
    raise AssertionError("the patient has no such socket")


def leads_to(stream, peer):
    try:
        return stream.getpeername() == peer
    except OSError:  # a socket that listens has no peer
        return False


def cure(stream):
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def stuck(stream):
    """Bytes that were written, but not sent."""
    answer = fcntl.ioctl(stream, SIOCOUTQNSD, bytes(4))
    return struct.unpack("i", answer)[0]


def serve(server, diary, look_at):
    """Answer one request; return the bytes that were stuck, and how long it all took."""
    start = time.perf_counter()
    assert os.read(diary, 1) == b"."  # it wrote twice
    bytes_stuck = stuck(look_at)
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
            server, _ = listener.accept()
            server.settimeout(5)
            print("doctor: I copy the socket out of the patient")
            copy = copy_socket(pid, address)
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
