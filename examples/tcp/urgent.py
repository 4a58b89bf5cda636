"""Urgent data is one byte, and it queues like the rest.

One urgent byte is read before what was sent earlier, so it seems to overtake. A second one pushes
the first into the stream, among the data. And when the reader does not read and the sender's buffer
is full, the kernel does not even take an urgent byte. (What can run ahead is the word that there is
one: SIGURG, for a process that asked for it with F_SETOWN.)

:needs: none
:man: tcp(7), send(2), recv(2)
:see: RFC 9293 section 3.8.5
:since: 2.6.17
"""

import errno
import select
import socket

from examples.support.scene import connected


def send_urgent(stream, byte):
    try:
        stream.send(byte, socket.MSG_OOB)
    except BlockingIOError as error:
        return errno.errorcode[error.errno]


def read_urgent(stream):
    # For select(2), urgent data is an exceptional condition.
    _, _, urgent = select.select([], [], [stream], 5)
    assert urgent
    return stream.recv(1, socket.MSG_OOB)


def sleep_until_the_end(stream):
    ended = select.poll()
    ended.register(stream, select.POLLRDHUP)
    events = ended.poll(5000)
    assert events


def overtake():
    with connected() as (client, server):
        client.send(b"data")
        send_urgent(client, b"!")
        return read_urgent(server), server.recv(100)


def hurry_twice():
    with connected() as (client, server):
        client.send(b"data")
        send_urgent(client, b"1")
        send_urgent(client, b"2")
        client.shutdown(socket.SHUT_WR)
        sleep_until_the_end(server)
        return read_urgent(server), server.recv(100)


def interrupt():
    """Write, though nobody reads, until nothing at all is taken."""
    with connected() as (client, _):
        client.setblocking(False)
        while True:
            try:
                client.send(bytes(65536))
            except BlockingIOError:
                if refusal := send_urgent(client, b"!"):
                    return refusal


def main():
    print("client: b'data', then b'!' is urgent")
    urgent, data = overtake()
    print(f"server: {urgent!r}, and then {data!r}")
    assert (urgent, data) == (b"!", b"data")
    print("client: b'data', then b'1' and b'2' are urgent")
    urgent, data = hurry_twice()
    print(f"server: {urgent!r}, and then {data!r}")
    assert (urgent, data) == (b"2", b"data1")
    print("client: I write until I may not; then b'!' is urgent")
    refusal = interrupt()
    print(f"kernel: {refusal}: it has to queue like the rest")
    assert refusal == "EAGAIN"


if __name__ == "__main__":
    main()
