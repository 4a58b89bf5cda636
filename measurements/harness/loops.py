"""The loops in Python; twin.c has the same ones in C, by the same names and arguments.

Each loop is one program of a pair. Descriptors are numbers, times are seconds; what a loop found
out it writes to the descriptor `result`, as 64-bit numbers.
"""

import array
import ctypes
import functools
import mmap
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator

WARM_UP = 10  # a tenth of the time is not counted
STREAM_BUFFER = 64 << 10
SMALL = 4096  # what arrives whole, and is read fastest as bytes
SYS_FUTEX = 202 if os.uname().machine == "x86_64" else 98
FUTEX_WAIT, FUTEX_WAKE = 0, 1  # linux/futex.h

now = time.perf_counter_ns


def _for_a_while(seconds: float, result: int) -> Iterator[None]:
    """Go round until the time is over; each round's nanoseconds, but for the warm-up, are kept."""
    samples, clock = array.array("q"), now
    keep = samples.append
    last = clock()
    end = last + int(seconds * 1e9)
    while last < end:
        yield
        moment = clock()
        keep(moment - last)
        last = moment
    data = samples[len(samples) // WARM_UP :].tobytes()
    while data:
        data = data[os.write(result, data) :]


def _read_all(fd: int, view: memoryview) -> None:
    got = 0
    while got < len(view):
        got += os.readv(fd, [view[got:]])


def ask(fd_in: int, fd_out: int, size: int, writes: int, seconds: float, result: int) -> None:
    """Send `size` bytes in so many writes, wait for as many back; how long did it take?"""
    rounds, part = _for_a_while(seconds, result), bytes(size // writes)
    if writes == 1 and size <= SMALL:
        _ask_small(rounds, fd_in, fd_out, part)
    else:
        _ask_large(rounds, fd_in, fd_out, part, writes)


def _ask_small(rounds: Iterator[None], fd_in: int, fd_out: int, message: bytes) -> None:
    read, write, size = os.read, os.write, len(message)
    for _ in rounds:
        write(fd_out, message)
        if len(read(fd_in, size)) != size:
            raise EOFError("a small message came in pieces")


def _ask_large(rounds: Iterator[None], fd_in: int, fd_out: int, part: bytes, writes: int) -> None:
    answer = memoryview(bytearray(len(part) * writes))
    for _ in rounds:
        for _ in range(writes):
            _write_all(fd_out, part)
        _read_all(fd_in, answer)


def _write_all(fd: int, message: bytes) -> None:
    written = os.write(fd, message)
    while written < len(message):
        written += os.write(fd, memoryview(message)[written:])


def answer(fd_in: int, fd_out: int, size: int, writes: int) -> None:
    """Send back whatever comes, until we are killed."""
    if writes == 1 and size <= SMALL:
        _answer_small(fd_in, fd_out, size)
    message = memoryview(bytearray(size))
    while True:
        _read_all(fd_in, message)
        _write_all(fd_out, message)


def _answer_small(fd_in: int, fd_out: int, size: int) -> None:
    # One in pieces would go back in pieces, and who asked would say so.
    read, write = os.read, os.write
    while True:
        write(fd_out, read(fd_in, size))


def send(fd_out: int, size: int) -> None:
    """Send as fast as it goes, until we are killed."""
    message, write = bytes(size), os.write
    while True:
        write(fd_out, message)


def receive(fd_in: int, size: int, seconds: float, result: int) -> None:
    buffer = bytearray(max(size, STREAM_BUFFER))
    _count(functools.partial(os.readv, fd_in, [buffer]), seconds, result)


def _count(take: Callable[[], int], seconds: float, result: int) -> None:
    """Count bytes for so long; write bytes and nanoseconds."""
    _drain(take, now() + int(seconds * 1e9 / WARM_UP))
    start = now()
    count, end = _drain(take, start + int(seconds * 1e9))
    os.write(result, struct.pack("=qq", count, end - start))


def _drain(take: Callable[[], int], end: int) -> tuple[int, int]:
    count, moment, clock = 0, 0, now
    while moment < end:
        count += take()
        moment = clock()
    return count, moment


# ---- memory that both share: the message lies in it, and something else says that it is there

HALF = mmap.PAGESIZE // 2  # there the answer begins; the last word of each half is its flag


def _halves(memory: int) -> tuple[memoryview, memoryview, memoryview]:
    page = mmap.mmap(memory, mmap.PAGESIZE)
    return memoryview(page)[:HALF], memoryview(page)[HALF:], memoryview(page).cast("I")


FLAG_THERE, FLAG_BACK = HALF // 4 - 1, mmap.PAGESIZE // 4 - 1


def ask_eventfd(memory: int, there: int, back: int, size: int, seconds: float, result: int) -> None:
    """Put the message into memory, ring; wait for the bell, take the answer."""
    mine, theirs, _ = _halves(memory)
    message, ring, wait = bytes(size), os.eventfd_write, os.eventfd_read
    for _ in _for_a_while(seconds, result):
        mine[:size] = message
        ring(there, 1)
        wait(back)
        bytes(theirs[:size])


def answer_eventfd(memory: int, there: int, back: int, size: int) -> None:
    mine, theirs, _ = _halves(memory)
    ring, wait = os.eventfd_write, os.eventfd_read
    while True:
        wait(there)
        theirs[:size] = mine[:size]
        ring(back, 1)


# PyDLL keeps the interpreter's lock: nobody else is waiting for it.
_libc = ctypes.PyDLL(None)


def _futexes(memory: int) -> tuple[Callable, list[tuple], list[tuple]]:
    """The system call, and its arguments to wake and to wait at each flag, made only once."""
    page = mmap.mmap(memory, mmap.PAGESIZE)
    flags = [ctypes.c_uint32.from_buffer(page, 4 * flag) for flag in (FLAG_THERE, FLAG_BACK)]
    words = list(map(ctypes.byref, flags))
    wake = [(SYS_FUTEX, word, FUTEX_WAKE, 1) for word in words]
    wait = [(SYS_FUTEX, word, FUTEX_WAIT, 0, None) for word in words]
    return _libc.syscall, wake, wait


def ask_futex(memory: int, size: int, seconds: float, result: int) -> None:
    """As with the eventfd, but the flag is in memory too, and the kernel only wakes."""
    mine, theirs, words = _halves(memory)
    futex, [wake, _], [_, wait] = _futexes(memory)
    there, back, message = FLAG_THERE, FLAG_BACK, bytes(size)
    for _ in _for_a_while(seconds, result):
        mine[:size] = message
        words[there] = 1
        futex(*wake)
        while not words[back]:
            futex(*wait)
        words[back] = 0
        bytes(theirs[:size])


def answer_futex(memory: int, size: int) -> None:
    mine, theirs, words = _halves(memory)
    futex, [_, wake], [wait, _] = _futexes(memory)
    there, back = FLAG_THERE, FLAG_BACK
    while True:
        while not words[there]:
            futex(*wait)
        words[there] = 0
        theirs[:size] = mine[:size]
        words[back] = 1
        futex(*wake)


def ask_spinning(memory: int, size: int, seconds: float, result: int) -> None:
    """No system call at all: look at the flag until it changes."""
    mine, theirs, words = _halves(memory)
    message = bytes(size)
    for _ in _for_a_while(seconds, result):
        mine[:size] = message
        words[FLAG_THERE] = 1
        while not words[FLAG_BACK]:
            pass
        words[FLAG_BACK] = 0
        bytes(theirs[:size])


def answer_spinning(memory: int, size: int) -> None:
    mine, theirs, words = _halves(memory)
    while True:
        while not words[FLAG_THERE]:
            pass
        words[FLAG_THERE] = 0
        theirs[:size] = mine[:size]
        words[FLAG_BACK] = 1


# ---- POSIX message queues


def ask_queue(there: int, back: int, size: int, seconds: float, result: int) -> None:
    put, take = _libc.mq_send, _libc.mq_receive
    out, into = bytes(size), ctypes.create_string_buffer(size)
    for _ in _for_a_while(seconds, result):
        put(there, out, size, 0)
        take(back, into, size, None)


def answer_queue(there: int, back: int, size: int) -> None:
    put, take, buffer = _libc.mq_send, _libc.mq_receive, ctypes.create_string_buffer(size)
    while True:
        take(there, buffer, size, None)
        put(back, buffer, size, 0)


def send_queue(queue: int, size: int) -> None:
    put, message = _libc.mq_send, bytes(size)
    while True:
        put(queue, message, size, 0)


def receive_queue(queue: int, size: int, seconds: float, result: int) -> None:
    buffer = ctypes.create_string_buffer(size)
    _count(functools.partial(_libc.mq_receive, queue, buffer, size, None), seconds, result)


# ---- descriptors, and connections


def ask_descriptor(fd: int, gift: int, seconds: float, result: int) -> None:
    """Send a byte with a descriptor (SCM_RIGHTS), wait for a byte."""
    sock = socket.socket(fileno=fd)
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("=i", gift))]
    for _ in _for_a_while(seconds, result):
        sock.sendmsg([b"!"], rights)
        sock.recv(1)


def answer_descriptor(fd: int) -> None:
    sock, room = socket.socket(fileno=fd), socket.CMSG_SPACE(4)
    while True:
        _, [(_, _, rights)], _, _ = sock.recvmsg(1, room)
        os.close(struct.unpack("=i", rights)[0])
        sock.send(b"!")


def ask_connection(port: int, seconds: float, result: int) -> None:
    """Connect, send a byte, wait for a byte, close."""
    address = ("127.0.0.1", port)
    abort = struct.pack("=ii", 1, 0)  # close with a reset: no TIME_WAIT, or ports would run out
    for _ in _for_a_while(seconds, result):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, abort)
            client.connect(address)
            client.send(b"?")
            client.recv(1)


def answer_connection(listener: int) -> None:
    """Accept and answer by ourselves."""
    door = socket.socket(fileno=listener)
    while True:
        visitor, _ = door.accept()
        with visitor:
            visitor.recv(1)
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
        _, [(_, _, rights)], _, _ = inbox.recvmsg(1, room)
        with socket.socket(fileno=struct.unpack("=i", rights)[0]) as visitor:
            visitor.recv(1)
            visitor.send(b"!")


# ---- one to many


def publish(
    fds: str, acknowledged: int, listeners: int, size: int, batch: int, seconds: float, result: int
) -> None:
    """Send a batch to all, by one write to each descriptor; go on when all have it."""
    outs, message = list(map(int, fds.split(","))), bytes(size)
    for _ in _for_a_while(seconds, result):
        for _ in range(batch):
            for fd in outs:
                os.write(fd, message)
        _wait_for(acknowledged, listeners)


def _wait_for(acknowledged: int, listeners: int) -> None:
    heard = 0
    while heard < listeners:
        heard += len(os.read(acknowledged, listeners))


def subscribe(fd: int, acknowledge: int, size: int, batch: int) -> None:
    read, write = os.read, os.write
    while True:
        for _ in range(batch):
            read(fd, size)
        write(acknowledge, b"!")


def publish_redis(
    fd: int, acknowledged: int, listeners: int, size: int, batch: int, seconds: float, result: int
) -> None:
    """As publish, in Redis' protocol; a batch is one pipeline."""
    message = bytes(size)
    request = b"*3\r\n$7\r\nPUBLISH\r\n$4\r\nnews\r\n$%d\r\n%b\r\n" % (size, message) * batch
    replies = memoryview(bytearray(len(b":%d\r\n" % listeners) * batch))
    for _ in _for_a_while(seconds, result):
        _write_all(fd, request)
        _read_all(fd, replies)
        _wait_for(acknowledged, listeners)


def subscribe_redis(fd: int, acknowledge: int, size: int, batch: int) -> None:
    frame = len(b"*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$%d\r\n\r\n" % size) + size
    messages = memoryview(bytearray(frame * batch))
    while True:
        _read_all(fd, messages)
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
        for _ in _for_a_while(seconds, result):
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


# ---- a packet socket: many packets wait, how long does it take to have them all?


def burst(fd: int, packets: int, size: int, result: int) -> None:
    """Send so many datagrams; write their number and the nanoseconds."""
    message, write = bytes(size), os.write
    start = now()
    for _ in range(packets):
        write(fd, message)
    os.write(result, struct.pack("=qq", packets, now() - start))


def drain_by_recv(fd: int, packets: int, size: int, result: int) -> None:
    sock, buffer = socket.socket(fileno=fd), bytearray(2048)
    take = sock.recv_into
    start = now()
    for _ in range(packets):
        take(buffer)
    os.write(result, struct.pack("=qq", packets, now() - start))
    sock.detach()


# include/uapi/linux/if_packet.h: where things are in a block, and in the head of each packet
STATUS, COUNT, FIRST, NEXT = 8, 12, 16, 0
OURS, KERNELS = 1, bytes(4)


def drain_by_ring(fd: int, packets: int, block: int, blocks: int, result: int) -> None:
    memory, at, found, total = mmap.mmap(fd, block * blocks), 0, 0, 0
    head = struct.Struct("=III").unpack_from  # next, and the two words of the time
    word = struct.Struct("=I").unpack_from
    ready = select.poll()
    ready.register(fd, select.POLLIN)
    start = now()
    while found < packets:
        base = at * block
        while not word(memory, base + STATUS)[0] & OURS:
            ready.poll(1000)
        offset, count = base + word(memory, base + FIRST)[0], word(memory, base + COUNT)[0]
        for _ in range(count):
            following, _, nanoseconds = head(memory, offset)
            total += nanoseconds
            offset += following
        found += count
        memory[base + STATUS : base + STATUS + 4] = KERNELS
        at = (at + 1) % blocks
    os.write(result, struct.pack("=qq", found, now() - start))


LOOPS: dict[str, Callable[..., None]] = {
    loop.__name__: loop
    for loop in (
        *(ask, answer, send, receive),
        *(ask_eventfd, answer_eventfd, ask_futex, answer_futex, ask_spinning, answer_spinning),
        *(ask_queue, answer_queue, send_queue, receive_queue),
        *(ask_descriptor, answer_descriptor),
        *(ask_connection, answer_connection, hand_over, take_over),
        *(publish, subscribe, publish_redis, subscribe_redis, publish_zeromq, subscribe_zeromq),
        *(burst, drain_by_recv, drain_by_ring),
    )
}
