"""Call a server that is not up yet; but subscribe in time.

ZeroMQ takes a message for a server that does not exist, and delivers it when the server appears. A
publisher is not so patient: what it says while nobody has subscribed is dropped, and it gets no
error. An XPUB hears of new subscriptions, so it can wait for one.

:needs: package zmq
:man: zmq_connect(3), zmq_socket(3), zmq_setsockopt(3)
:since: 2.6
"""

import os
import tempfile

import zmq


def open_socket(context, kind):
    sock = context.socket(kind)
    sock.setsockopt(zmq.RCVTIMEO, 5000)
    sock.setsockopt(zmq.LINGER, 0)
    return sock


def call_too_early(context, path):
    client = open_socket(context, zmq.PUSH)
    client.connect(f"ipc://{path}")
    print("client: connect, send b'anybody there?'")
    client.send(b"anybody there?")
    there = os.path.exists(path)
    print(f"client: is the server's socket there? {there}")
    assert not there
    return client


def start_server(context, path):
    server = open_socket(context, zmq.PULL)
    server.bind(f"ipc://{path}")
    print("server: bind")
    message = server.recv()
    print(f"server: {message!r}")
    assert message == b"anybody there?"


def publish(context, path):
    publisher = open_socket(context, zmq.XPUB)
    publisher.bind(f"ipc://{path}")
    print("publisher: b'early'")
    publisher.send(b"early")
    return publisher


def subscribe_too_late(context, path, publisher):
    subscriber = open_socket(context, zmq.SUB)
    subscriber.connect(f"ipc://{path}")
    subscriber.subscribe(b"")
    request = publisher.recv()
    assert request == b"\x01"  # a subscription, to all
    print("publisher: I hear of a subscriber; b'late'")
    publisher.send(b"late")
    first = subscriber.recv()
    print(f"subscriber: the first that I hear is {first!r}")
    assert first == b"late"


def main():
    with (
        tempfile.TemporaryDirectory() as folder,
        zmq.Context() as context,
    ):
        door = os.path.join(folder, "door")
        waiting = call_too_early(context, door)
        start_server(context, door)
        waiting.close()
        radio = os.path.join(folder, "radio")
        publisher = publish(context, radio)
        subscribe_too_late(context, radio, publisher)


if __name__ == "__main__":
    main()
