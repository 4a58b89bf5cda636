"""One to four: a publisher, and four who say when they have a batch."""

import contextlib
import os
import socket
import statistics
import struct
import tempfile
from collections.abc import Callable
from typing import Any

from examples.netlink import bus
from examples.support.databases import redis
from measurements.harness import tools
from measurements.harness.cells import PYTHON, Cell
from measurements.harness.ends import open_ends
from measurements.harness.programs import Program, beside, cpus, run
from measurements.harness.trials.taking import Figures, Numbers, owned, result, times

LISTENERS = 4
GROUP, PORT = "239.1.2.3", 7000


def delivery(cell: Cell, seconds: float) -> Figures:
    """Until all four have said that they have it."""
    return times(_fan_out(cell, 1, seconds))


def messages(cell: Cell, seconds: float) -> Figures:
    """Messages a second, each to all four, when a batch may be under way."""
    batch = _batch(cell)
    samples = _fan_out(cell, batch, seconds)
    return [batch * 1e9 / statistics.median(samples)]


def _batch(cell: Cell) -> int:
    return 100 if cell.size <= 1024 else 20


def _fan_out(cell: Cell, batch: int, seconds: float) -> Numbers:
    first, second = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        fd, read = stack.enter_context(result())
        heard, say = _pipe(stack)
        kind, source, sinks = FANS[cell.way](stack, second)
        rest = (cell.size, batch)
        listeners = [
            Program(cell.by, f"subscribe{kind}", (sink, say, *rest), second) for sink in sinks
        ]
        running = stack.enter_context(beside(*listeners))
        run(
            Program(
                cell.by,
                f"publish{kind}",
                (source, heard, LISTENERS, *rest, seconds, fd),
                first,
            ),
            running,
        )
        return read()


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    reader, writer = os.pipe()
    return owned(stack, reader), owned(stack, writer)


def _multicast(stack: contextlib.ExitStack, _: int) -> tuple[str, str, list[int]]:
    lo = socket.if_nametoindex("lo")
    ears = []
    for _ in range(LISTENERS):
        ear = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((GROUP, PORT))
        wish = struct.pack("=4s4si", socket.inet_aton(GROUP), bytes(4), lo)
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, wish)
        ears.append(ear.fileno())
    mouth = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    through = struct.pack("=4s4si", bytes(4), bytes(4), lo)
    mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, through)
    mouth.connect((GROUP, PORT))
    return "", str(mouth.fileno()), ears


def _netlink(stack: contextlib.ExitStack, _: int) -> tuple[str, str, list[int]]:
    ears = [stack.enter_context(bus.listen(bus.NEWS)) for _ in range(LISTENERS)]
    mouth = stack.enter_context(bus.speaker())
    for one in (*ears, mouth):
        one.settimeout(None)
    mouth.connect((mouth.getsockname()[0], 1 << (bus.NEWS - 1)))
    return "", str(mouth.fileno()), [ear.fileno() for ear in ears]


def _datagrams(stack: contextlib.ExitStack, _: int) -> tuple[str, str, list[int]]:
    pairs = [stack.enter_context(open_ends("Unix datagram")) for _ in range(LISTENERS)]
    mouths = ",".join(str(one.write) for one, _ in pairs)
    return "", mouths, [two.read for _, two in pairs]


def _redis(stack: contextlib.ExitStack, cpu: int) -> tuple[str, int, list[int]]:
    path = _redis_server(stack, cpu)
    return "_redis", _redis_client(stack, path).fileno(), _redis_ears(stack, path)


def _redis_server(stack: contextlib.ExitStack, cpu: int) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    os.sched_setaffinity(0, {cpu})  # the server inherits it
    return stack.enter_context(redis(folder))


def _redis_client(stack: contextlib.ExitStack, path: str) -> socket.socket:
    client = stack.enter_context(socket.socket(socket.AF_UNIX))
    client.connect(path)
    return client


def _redis_ears(stack: contextlib.ExitStack, path: str) -> list[int]:
    ears = [_redis_client(stack, path) for _ in range(LISTENERS)]
    for ear in ears:
        ear.send(b"*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nnews\r\n")
        ear.recv(100)
    return [ear.fileno() for ear in ears]


def redis_benchmark(cell: Cell) -> Figures:
    """Redis' own tool publishes, and our four listen."""
    first, second = cpus(cell.cores)
    batch = _batch(cell)
    with contextlib.ExitStack() as stack:
        _, say = _pipe(stack)
        path = _redis_server(stack, second)
        rest = (say, cell.size, batch)
        listeners = [
            Program(PYTHON, "subscribe_redis", (ear, *rest), second)
            for ear in _redis_ears(stack, path)
        ]
        stack.enter_context(beside(*listeners))
        return tools.redis_benchmark(path, cell.size, batch, first)


def _zeromq(stack: contextlib.ExitStack, _: int) -> tuple[str, str, list[str]]:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    path = os.path.join(folder, "bus")
    return "_zeromq", path, [path] * LISTENERS


FANS: dict[str, Callable[[contextlib.ExitStack, int], tuple[str, object, list[Any]]]] = {
    "UDP multicast": _multicast,
    "netlink bus": _netlink,
    "Unix datagrams": _datagrams,
    "Redis": _redis,
    "ZeroMQ": _zeromq,
}
