"""A full queue loses no Unix datagram: the sender waits.

The same sender and the same sleepy reader, over UDP on loopback and over a Unix datagram socket.
UDP takes every message at once and throws most away without an error. The Unix socket says "wait"
when the reader's queue is full, and then delivers all of them, in order.

:needs: none
:man: unix(7), udp(7)
:since: 2.6
"""

import os
import select
import socket
import tempfile

from examples.support.scene import child

COUNT = 2000


def letter(number):
    return number.to_bytes(100, "big")


def send_while_there_is_room(sender):
    for number in range(COUNT):
        try:
            sender.send(
                letter(number),
                socket.MSG_DONTWAIT,
            )
        except BlockingIOError:
            return number
    return COUNT


def send_all(family, address, news):
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.connect(address)
        sent = send_while_there_is_room(sender)
        if sent < COUNT:
            news.send(b"full")
        for number in range(sent, COUNT):
            sender.send(letter(number))  # waits for room
    news.close()


def read_all(reader, news):
    """Read until nothing is left and the sender is gone."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    poll.register(news, select.POLLIN)
    numbers = []
    while reader.fileno() in [fd for fd, _ in poll.poll(10_000)]:
        numbers.append(int.from_bytes(reader.recv(100), "big"))
    return numbers


def deliver(family, address):
    ours, theirs = socket.socketpair()
    with ours, socket.socket(family, socket.SOCK_DGRAM) as reader:
        reader.setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, 50_000
        )
        reader.bind(address)
        name = reader.getsockname()
        with child(send_all, family, name, theirs):
            theirs.close()
            ours.settimeout(10)
            # Sleep until the sender is stuck, or has finished.
            stuck = ours.recv(4) == b"full"
            return stuck, read_all(reader, ours)


def main():
    stuck, numbers = deliver(socket.AF_INET, ("127.0.0.1", 0))
    lost = COUNT - len(numbers)
    print(f"udp: {COUNT} sent; the sender had to wait: {stuck}")
    print(f"udp: more than half got lost: {lost > COUNT / 2}")
    assert not stuck and lost > COUNT / 2

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "letterbox")
        stuck, numbers = deliver(socket.AF_UNIX, path)
    whole = numbers == list(range(COUNT))
    print(f"unix: {COUNT} sent; the sender had to wait: {stuck}")
    print(f"unix: every one arrived, in order: {whole}")
    assert stuck and whole


if __name__ == "__main__":
    main()
