"""What all loops share: the clock, and reading and writing whole messages.

Every loop looks at what its calls return: one that fails ends the measurement, and no figure comes
of it.
"""

import array
import os
import struct
import time
from collections.abc import Callable, Iterator

WARM_UP = 10  # a tenth of the time is not counted

now = time.perf_counter_ns


def for_a_while(seconds: float, result: int) -> Iterator[None]:
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
    write_all(result, samples[len(samples) // WARM_UP :].tobytes())


def count(take: Callable[[], int], seconds: float, result: int) -> None:
    """Count the bytes that come for so long; write bytes and nanoseconds."""
    _drain(take, now() + int(seconds * 1e9 / WARM_UP))
    start = now()
    total, end = _drain(take, start + int(seconds * 1e9))
    tell(result, total, end - start)


def _drain(take: Callable[[], int], end: int) -> tuple[int, int]:
    total, moment, clock = 0, 0, now
    while moment < end:
        got = take()
        if got <= 0:
            raise EOFError("nothing comes any more")
        total += got
        moment = clock()
    return total, moment


def tell(result: int, events: int, nanoseconds: int) -> None:
    """Write how many there were, and how long they took."""
    os.write(result, struct.pack("=qq", events, nanoseconds))


def read_all(fd: int, view: memoryview) -> None:
    got = 0
    while got < len(view):
        part = os.readv(fd, [view[got:]])
        if not part:
            raise EOFError("the other one has closed")
        got += part


def write_all(fd: int, message: bytes | memoryview) -> None:
    written = os.write(fd, message)
    while written < len(message):
        written += os.write(fd, memoryview(message)[written:])


def whole(done: int, size: int) -> None:
    """Raise EOFError unless a message went, or came, in one piece."""
    if done != size:
        raise EOFError(f"{done} of {size} bytes: a message came in pieces, or the other has closed")
