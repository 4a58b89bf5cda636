"""Small switches, and where each can be seen to work.

A tour of socket(7) and tcp(7): each setting is one line, and its effect is shown where it can be
seen: by getsockopt() or select() on the socket itself, in the kernel's tables, and of one at the
other end. And of a setting that tuning guides used to praise, no trace is left.

:needs: none
:man: socket(7), tcp(7), proc(5)
:see: Documentation/networking/ip-sysctl.rst
:since: 4.12
"""

import errno
import os
import select
import socket
import struct

from examples.support.scene import connected

TIMERS = {"00": "none", "02": "keepalive"}


def readable(sock, patience=0):
    return bool(select.select([sock], [], [], patience)[0])


def receive_buffer():
    """The kernel doubles it: half is for its own bookkeeping."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
        return sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)


def low_water_mark():
    """Wake me when five bytes are there, not before."""
    with connected() as (client, server):
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 5)
        client.send(b"four")
        at_four = readable(server)
        client.send(b"!")
        return at_four, readable(server, patience=5)


def linger():
    """Do not linger over goodbyes: hang up."""
    now = struct.pack("ii", True, 0)  # on, seconds
    with connected() as (client, server):
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        client.close()
        try:
            server.recv(1)
        except ConnectionResetError as error:
            return errno.errorcode[error.errno]


def keep_alive():
    """Have the kernel ask now and then whether anybody is there."""
    with connected() as (client, _):
        before = timer(client)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return before, timer(client)


def timer(stream):
    """The timer of a connection, as /proc/net/tcp has it."""
    inode = str(os.fstat(stream.fileno()).st_ino)
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table]
    [row] = [row for row in rows if row[9] == inode]
    return TIMERS[row[5][:2]]


def defer_accept():
    """Wake the server when a client says something, not before."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 5
        )
        address = listener.getsockname()
        with socket.create_connection(address, 5) as client:
            silent = readable(listener)
            client.send(b"hello")
            return silent, readable(listener, patience=5)


def main():
    size = receive_buffer()
    print(f"kernel: SO_RCVBUF 10000: you have {size}")
    assert size == 20_000
    at_4, at_5 = low_water_mark()
    print(
        f"reader: SO_RCVLOWAT 5: awake at 4: {at_4}, at 5: {at_5}"
    )
    assert (at_4, at_5) == (False, True)
    end = linger()
    print(f"server: SO_LINGER 0 of the client: {end}")
    assert end == "ECONNRESET"
    before, after = keep_alive()
    print(f"kernel: SO_KEEPALIVE: timer {before}, then {after}")
    assert (before, after) == ("none", "keepalive")
    call, word = defer_accept()
    when = f"at a call: {call}, at a word: {word}"
    print(f"server: TCP_DEFER_ACCEPT: {when}")
    assert (call, word) == (False, True)
    old = "tcp_tw_recycle"
    gone = not os.path.exists(f"/proc/sys/net/ipv4/{old}")
    print(f"kernel: {old}, once praised, is gone: {gone}")
    assert gone


if __name__ == "__main__":
    main()
