"""Descriptors that are sent along, and connections: made, answered, handed over."""

import os
import socket
import struct
import sys

from measurements.harness.loops.timing import for_a_while, whole


def ask_descriptor(fd: int, gift: int, seconds: float, result: int) -> None:
    """Send a byte with a descriptor (SCM_RIGHTS), wait for a byte."""
    sock = socket.socket(fileno=fd)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("=i", gift))]
    for _ in for_a_while(seconds, result):
        sock.sendmsg([b"!"], rights)
        whole(len(sock.recv(1)), 1)


def _given(sock: socket.socket, room: int) -> int:
    """The descriptor in the next envelope."""
    _, rights, _, _ = sock.recvmsg(1, room)
    if not rights:
        raise EOFError("no descriptor came")
    return int.from_bytes(rights[0][2], sys.byteorder)


def answer_descriptor(fd: int) -> None:
    sock, room = socket.socket(fileno=fd), socket.CMSG_SPACE(4)
    while True:
        os.close(_given(sock, room))
        sock.send(b"!")


def ask_connection(port: int, seconds: float, result: int) -> None:
    """Connect, send a byte, wait for a byte, close."""
    address = ("127.0.0.1", port)
    abort = struct.pack("=ii", 1, 0)  # close with a reset: no TIME_WAIT, or ports would run out
    for _ in for_a_while(seconds, result):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abort)
            client.connect(address)
            client.send(b"?")
            whole(len(client.recv(1)), 1)


def answer_connection(listener: int) -> None:
    """Accept and answer by ourselves."""
    door = socket.socket(fileno=listener)
    while True:
        visitor, _ = door.accept()
        with visitor:
            whole(len(visitor.recv(1)), 1)
            visitor.send(b"!")


def hand_over(listener: int, worker: int) -> None:
    """Accept, and pass the connection to another program that answers."""
    door, to = socket.socket(fileno=listener), socket.socket(fileno=worker)
    while True:
        visitor, _ = door.accept()
        with visitor:
            rights = struct.pack("=i", visitor.fileno())
            to.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])


def take_over(worker: int) -> None:
    inbox, room = socket.socket(fileno=worker), socket.CMSG_SPACE(4)
    while True:
        with socket.socket(fileno=_given(inbox, room)) as visitor:
            whole(len(visitor.recv(1)), 1)
            visitor.send(b"!")
