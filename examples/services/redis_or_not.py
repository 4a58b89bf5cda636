"""Publish and subscribe, with Redis and without: the same result.

Three subscribers hear each message, through a real Redis or through a folder in which each has
bound a Unix datagram socket. What Redis has on top is a memory: a stream or a list that somebody
who comes late can read. In the folder, a latecomer finds nothing.

:needs: program redis-server
:man: unix(7), redis-server(1)
:see: redis.io/docs/latest/develop/reference/protocol-spec
:since: 2.6
"""

import os
import socket
import tempfile

from examples.support.databases import RedisClient, redis

NEWS = [b"one", b"two", b"three"]


# Without Redis: a folder is the channel.


def letterbox():
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)


def join(folder, name):
    subscriber = letterbox()
    path = os.path.join(folder, name)
    subscriber.bind(path)
    subscriber.settimeout(5)
    return subscriber


def tell_all(folder, message):
    with letterbox() as publisher:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            publisher.sendto(message, path)


def local(folder):
    subscribers = [join(folder, name) for name in "abc"]
    for message in NEWS:
        tell_all(folder, message)
    return [[s.recv(100) for _ in NEWS] for s in subscribers]


# With Redis: a server is.


def subscribe(path):
    subscriber = RedisClient(path)
    subscriber(b"SUBSCRIBE", b"news")
    return subscriber


def hear(subscriber):
    kind, channel, message = subscriber.answer()
    assert (kind, channel) == (b"message", b"news")
    return message


def through_redis(path):
    subscribers = [subscribe(path) for _ in "abc"]
    publisher = RedisClient(path)
    for message in NEWS:
        publisher(b"PUBLISH", b"news", message)
        publisher(b"RPUSH", b"history", message)
    return [[hear(s) for _ in NEWS] for s in subscribers]


def come_late(subscriber):
    subscriber.settimeout(0)
    try:
        return [subscriber.recv(100)]
    except BlockingIOError:
        return []


def main():
    with (
        tempfile.TemporaryDirectory() as home,
        tempfile.TemporaryDirectory() as folder,
        redis(home) as path,
    ):
        with_redis, without = through_redis(path), local(folder)
        print(f"redis: three heard {with_redis[0]}")
        print(f"folder: three heard {without[0]}")
        assert with_redis == without == [NEWS] * 3
        told = RedisClient(path)(b"LRANGE", b"history", b"0", b"-1")
        print(f"redis: who comes late reads {told}")
        assert told == NEWS
        nothing = come_late(join(folder, "d"))
        print(f"folder: who comes late reads {nothing}")
        assert nothing == []


if __name__ == "__main__":
    main()
