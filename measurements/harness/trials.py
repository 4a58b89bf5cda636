"""How each measure is taken: open the ends, start the programs, read what they found out."""

import contextlib
import functools
import mmap
import os
import socket
import statistics
import struct
import tempfile
from array import array
from collections.abc import Callable

from examples.netlink import bus
from examples.support import linux, mqueue
from examples.support.databases import redis
from measurements.harness import tools
from measurements.harness.cells import (
    DELIVERY,
    MESSAGES,
    PYTHON,
    READING,
    REQUEST,
    ROUND_TRIP,
    THROUGHPUT,
    WHOLE,
    Cell,
)
from measurements.harness.ends import open_ends
from measurements.harness.programs import Program, beside, cpus, run

Figures = list[float]

LISTENERS = 4
# Read so many of so many: no block of the ring is half full, and any socket's buffer holds all.
PACKETS, MORE_PACKETS = 300, 350
BLOCK, BLOCKS, FRAME, RETIRE_MS = 4096, 128, 2048, 1000
TWO_WRITES = " in two writes"
QUEUE, PLACES = "POSIX queue", 10  # as many messages as anybody's queue may hold: mq_overview(7)
GROUP, PORT = "239.1.2.3", 7000
# On one core writer and reader take turns of milliseconds: a rate needs many of them. With
# TCP_NODELAY the reader's buffer has to fill with small segments before the rate is steady.
TURNS, MORE_TURNS = 4, {"TCP_NODELAY": 24}


def measure(cell: Cell, seconds: float) -> Figures:
    """One round of a cell: median, 99th percentile and minimum of a time, or one rate.

    Raises Unavailable when this machine lacks something.
    """
    if cell.by in TOOLS:
        return TOOLS[cell.by](cell)
    return TRIALS[cell.measure](cell, seconds)


@contextlib.contextmanager
def _result():
    """A file in memory: programs write 64-bit numbers, we read them as an array."""
    fd = os.memfd_create("result")
    numbers = array("q")

    def read() -> array:
        numbers.frombytes(os.pread(fd, os.fstat(fd).st_size, 0))
        return numbers

    try:
        yield fd, read
    finally:
        os.close(fd)


def _times(samples: array) -> Figures:
    """Nanoseconds as microseconds: median, 99th percentile, minimum."""
    ordered = sorted(samples)
    if not ordered:
        raise ChildProcessError("no sample at all")
    p99 = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return [statistics.median(ordered) / 1000, p99 / 1000, ordered[0] / 1000]


def _pair(cell: Cell, seconds: float, ask: tuple, answers: list[tuple]) -> Figures:
    """Time what `ask` does while the others answer; each is a loop's name and arguments."""
    first, second = cpus(cell.cores)
    others = [Program(cell.by, loop, tuple(args), second) for loop, *args in answers]
    with _result() as (fd, read), beside(*others):
        loop, *args = ask
        run(Program(cell.by, loop, (*args, seconds, fd), first))
        return _times(read())


def round_trip(cell: Cell, seconds: float) -> Figures:
    if cell.way in SPECIAL:
        return SPECIAL[cell.way](cell, seconds)
    way, twice, _ = cell.way.partition(TWO_WRITES)
    writes = 2 if twice else 1
    with open_ends(way) as (one, two):
        return _pair(
            cell,
            seconds,
            ("ask", one.read, one.write, cell.size, writes),
            [("answer", two.read, two.write, cell.size, writes)],
        )


def _in_memory(cell: Cell, seconds: float, loop: str, bells: int = 0) -> Figures:
    """Through a page of memory that both have; so many eventfds tell that a message is there."""
    with contextlib.ExitStack() as stack:
        memory = _owned(stack, os.memfd_create("memory"))
        os.truncate(memory, mmap.PAGESIZE)
        fds = [memory, *(_owned(stack, os.eventfd(0)) for _ in range(bells))]
        return _there_and_back(cell, seconds, loop, fds)


def _queue(cell: Cell, seconds: float) -> Figures:
    with contextlib.ExitStack() as stack:
        queues = [_open_queue(stack, cell.size) for _ in range(2)]
        return _there_and_back(cell, seconds, "queue", queues)


def _open_queue(stack: contextlib.ExitStack, size: int) -> int:
    queue = _owned(stack, mqueue.mq_open("/post", PLACES, size))
    mqueue.mq_unlink("/post")
    os.set_blocking(queue, True)
    return queue


def _owned(stack: contextlib.ExitStack, fd: int) -> int:
    stack.callback(os.close, fd)
    return fd


def _there_and_back(cell: Cell, seconds: float, loop: str, fds: list[int]) -> Figures:
    ask = (f"ask_{loop}", *fds, cell.size)
    return _pair(cell, seconds, ask, [(f"answer_{loop}", *fds, cell.size)])


SPECIAL: dict[str, Callable[[Cell, float], Figures]] = {
    "eventfd": functools.partial(_in_memory, loop="eventfd", bells=2),
    "futex": functools.partial(_in_memory, loop="futex"),
    "spinning": functools.partial(_in_memory, loop="spinning"),
    QUEUE: _queue,
}


def throughput(cell: Cell, seconds: float) -> Figures:
    """Million bytes a second, counted where they arrive."""
    first, second = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        fd, read = stack.enter_context(_result())
        if cell.way == QUEUE:
            kind, source = "_queue", _open_queue(stack, cell.size)
            sink = source
        else:
            one, two = stack.enter_context(open_ends(cell.way))
            kind, source, sink = "", one.write, two.read
        with beside(Program(cell.by, f"send{kind}", (source, cell.size), second)):
            turns = MORE_TURNS.get(cell.way, TURNS)
            rest = (sink, cell.size, turns * seconds, fd)
            run(Program(cell.by, f"receive{kind}", rest, first))
        count, nanoseconds = read()
        return [count * 1000 / nanoseconds]


# ---- descriptors and connections


def request(cell: Cell, seconds: float) -> Figures:
    return REQUESTS[cell.way](cell, seconds)


def _byte(cell: Cell, seconds: float) -> Figures:
    with open_ends("socketpair") as (one, two):
        ask = ("ask", one.read, one.write, 1, 1)
        return _pair(cell, seconds, ask, [("answer", two.read, two.write, 1, 1)])


def _descriptor(cell: Cell, seconds: float) -> Figures:
    with open_ends("socketpair") as (one, two), open(os.devnull) as gift:
        ask = ("ask_descriptor", one.read, gift.fileno())
        return _pair(cell, seconds, ask, [("answer_descriptor", two.read)])


def _listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _connection(cell: Cell, seconds: float) -> Figures:
    with _listener() as door:
        ask = ("ask_connection", door.getsockname()[1])
        return _pair(cell, seconds, ask, [("answer_connection", door.fileno())])


def _handed_over(cell: Cell, seconds: float) -> Figures:
    with _listener() as door, open_ends("socketpair") as (one, two):
        ask = ("ask_connection", door.getsockname()[1])
        answers = [("hand_over", door.fileno(), one.write), ("take_over", two.read)]
        return _pair(cell, seconds, ask, answers)


REQUESTS = {
    "a byte": _byte,
    "a byte and a descriptor": _descriptor,
    "a new connection": _connection,
    "a connection handed over": _handed_over,
}


# ---- one to four


def delivery(cell: Cell, seconds: float) -> Figures:
    """Until all four have said that they have it."""
    return _times(_fan_out(cell, 1, seconds))


def messages(cell: Cell, seconds: float) -> Figures:
    """Messages a second, each to all four, when a batch may be under way."""
    batch = _batch(cell)
    samples = _fan_out(cell, batch, seconds)
    return [batch * 1e9 / statistics.median(samples)]


def _batch(cell: Cell) -> int:
    return 100 if cell.size <= 1024 else 20


def _fan_out(cell: Cell, batch: int, seconds: float) -> array:
    first, second = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        fd, read = stack.enter_context(_result())
        heard, say = _pipe(stack)
        kind, source, sinks = FANS[cell.way](stack, second)
        rest = (cell.size, batch)
        listeners = [
            Program(cell.by, f"subscribe{kind}", (sink, say, *rest), second) for sink in sinks
        ]
        stack.enter_context(beside(*listeners))
        run(
            Program(
                cell.by,
                f"publish{kind}",
                (source, heard, LISTENERS, *rest, seconds, fd),
                first,
            )
        )
        return read()


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    reader, writer = os.pipe()
    return _owned(stack, reader), _owned(stack, writer)


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


def _redis_benchmark(cell: Cell) -> Figures:
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


FANS: dict[str, Callable] = {
    "UDP multicast": _multicast,
    "netlink bus": _netlink,
    "Unix datagrams": _datagrams,
    "Redis": _redis,
    "ZeroMQ": _zeromq,
}


# ---- packets


def reading(cell: Cell, seconds: float) -> Figures:
    """Only the reader, and its packets wait already."""
    return _spread([_capture(cell)[1] for _ in _bursts(seconds)])


def whole(cell: Cell, seconds: float) -> Figures:
    """The sender's calls too, in which the kernel captures each packet."""
    return _spread([sum(_capture(cell)) for _ in _bursts(seconds)])


def _bursts(seconds: float) -> range:
    """A burst is read in microseconds; what takes time is to open and to start all."""
    return range(max(1, round(seconds * 400)))


def _spread(times: Figures) -> Figures:
    return [statistics.median(times), max(times), min(times)]


def _capture(cell: Cell) -> tuple[float, float]:
    """Microseconds for each packet: to send it, and to read it from a packet socket."""
    cpu, _ = cpus(cell.cores)
    with contextlib.ExitStack() as stack:
        packet = stack.enter_context(socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0))
        if cell.way == "ring":
            drain = ("drain_by_ring", packet.fileno(), PACKETS, BLOCK, BLOCKS)
            _make_ring(packet)
        else:
            drain = ("drain_by_recv", packet.fileno(), PACKETS, cell.size)
            packet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        packet.bind(("lo", linux.ETH_P_IP))
        # Somebody must have the port, or ICMP would come back.
        lazy = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        lazy.bind(("127.0.0.1", 0))
        sender = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sender.connect(lazy.getsockname())
        burst = ("burst", sender.fileno(), MORE_PACKETS, cell.size)
        return _each(cell, cpu, burst), _each(cell, cpu, drain)


def _make_ring(packet: socket.socket) -> None:
    packet.setsockopt(linux.SOL_PACKET, linux.PACKET_VERSION, linux.TPACKET_V3)
    size = BLOCK * BLOCKS
    wish = struct.pack("=7I", BLOCK, BLOCKS, FRAME, size // FRAME, RETIRE_MS, 0, 0)
    packet.setsockopt(linux.SOL_PACKET, linux.PACKET_RX_RING, wish)


def _each(cell: Cell, cpu: int, act: tuple) -> float:
    loop, *args = act
    with _result() as (fd, read):
        run(Program(cell.by, loop, (*args, fd), cpu))
        count, nanoseconds = read()
    return nanoseconds / count / 1000


TRIALS: dict[str, Callable[[Cell, float], Figures]] = {
    ROUND_TRIP: round_trip,
    THROUGHPUT: throughput,
    REQUEST: request,
    DELIVERY: delivery,
    MESSAGES: messages,
    READING: reading,
    WHOLE: whole,
}

TOOLS: dict[str, Callable[[Cell], Figures]] = tools.TOOLS | {
    tools.REDIS_BENCHMARK: _redis_benchmark
}
