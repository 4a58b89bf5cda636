"""One to many: a batch goes to all, and is over when all have said that they have it."""

import os

from measurements.harness.loops.timing import for_a_while, read_all, write_all


def publish(
    fds: str, acknowledged: int, listeners: int, size: int, batch: int, seconds: float, result: int
) -> None:
    """Send a batch to all, by one write to each descriptor; go on when all have it."""
    outs, message, write = list(map(int, fds.split(","))), bytes(size), os.write
    for _ in for_a_while(seconds, result):
        for _ in range(batch):
            for fd in outs:
                if write(fd, message) != size:
                    raise EOFError("a message went in part")
        _wait_for(acknowledged, listeners)


def _wait_for(acknowledged: int, listeners: int) -> None:
    heard = 0
    while heard < listeners:
        said = os.read(acknowledged, listeners)
        if not said:
            raise EOFError("nobody is listening any more")
        heard += len(said)


def subscribe(fd: int, acknowledge: int, size: int, batch: int) -> None:
    read, write = os.read, os.write
    while True:
        for _ in range(batch):
            if len(read(fd, size)) != size:
                raise EOFError("a message came in part, or the publisher has closed")
        write(acknowledge, b"!")


def publish_redis(
    fd: int, acknowledged: int, listeners: int, size: int, batch: int, seconds: float, result: int
) -> None:
    """As publish, in Redis' protocol; a batch is one pipeline."""
    message = bytes(size)
    request = b"*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n$%d\r\n%b\r\n" % (size, message) * batch
    replies = memoryview(bytearray(len(b":%d\r\n" % listeners) * batch))
    for _ in for_a_while(seconds, result):
        write_all(fd, request)
        read_all(fd, replies)
        _wait_for(acknowledged, listeners)


def subscribe_redis(fd: int, acknowledge: int, size: int, batch: int) -> None:
    frame = len(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$%d\r\n\r\n" % size) + size
    messages = memoryview(bytearray(frame * batch))
    while True:
        read_all(fd, messages)
        os.write(acknowledge, b"!")


def publish_zeromq(
    path: str, acknowledged: int, listeners: int, size: int, batch: int, seconds: float, result: int
) -> None:
    import zmq

    message = bytes(size)
    with zmq.Context() as context, context.socket(zmq.XPUB) as publisher:
        publisher.setsockopt(zmq.XPUB_VERBOSE, 1)  # tell of each subscription, not of each topic
        # A batch is little, but the publisher hears late what was read of it, and would drop.
        publisher.set_hwm(0)
        publisher.bind(f"ipc://{path}")
        for _ in range(listeners):
            publisher.recv()  # a subscription: nobody misses the first message
        for _ in for_a_while(seconds, result):
            for _ in range(batch):
                publisher.send(message)
            _wait_for(acknowledged, listeners)


def subscribe_zeromq(path: str, acknowledge: int, size: int, batch: int) -> None:
    import zmq

    with zmq.Context() as context, context.socket(zmq.SUB) as subscriber:
        subscriber.subscribe(b"")
        subscriber.connect(f"ipc://{path}")  # tries until the publisher is there
        while True:
            for _ in range(batch):
                subscriber.recv()
            os.write(acknowledge, b"!")
