"""A hundred messages, and not one system call.

Requests are written into memory that the kernel shares; a thread of the kernel's finds them there,
sends, and writes back what came of it. The proof: a filter under which any system call but the end
is death. A plain send() dies of it; a hundred requests in the ring get through.

:needs: io_uring
:man: io_uring(7), io_uring_setup(2), io_uring_enter(2), seccomp(2)
:since: 5.13
"""

import ctypes
import gc
import os
import signal
import socket
import time

from examples.support import io_uring, seccomp
from examples.support.scene import DEADLINE

TEXTS = [b"message %02d" % n for n in range(100)]
AWAKE = (
    1000 * DEADLINE
)  # ms that the kernel's thread looks for work


def fork(act, *args):
    """Return its exit code, or minus the signal that killed it."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(DEADLINE)
        act(*args)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def send_plainly(line):
    seccomp.nothing_but("exit_group")
    line.send(b"a system call")


def prepare(line, letters):
    """Whatever needs a system call is done now."""
    ring = io_uring.Ring(1 + len(letters), AWAKE)
    ring.write(io_uring.nop())
    ring.submit()
    wait_for(ring, 1)  # so the kernel's thread is awake
    for letter in letters:
        one_by_one = io_uring.IOSQE_IO_LINK
        request = io_uring.send(line.fileno(), letter, one_by_one)
        ring.write(request)
    return ring


def wait_for(ring, count):
    until = time.monotonic() + DEADLINE
    while ring.completed() < count:
        # It sleeps when it was idle, and before its first request.
        if ring.sleeps():
            ring.wake()
        assert time.monotonic() < until, "no completion"


def send_by_ring(line):
    letters = [
        ctypes.create_string_buffer(t, len(t)) for t in TEXTS
    ]
    ring = prepare(line, letters)
    gc.disable()  # it might give back memory: a system call
    seccomp.nothing_but("exit_group")
    ring.submit()
    while ring.completed() < 1 + len(letters):
        pass
    sizes = [ring.result(1 + n) for n in range(len(letters))]
    os._exit(0 if sizes == list(map(len, letters)) else 2)


def receive_all(line):
    line.setblocking(False)
    try:
        while True:
            yield line.recv(100)
    except BlockingIOError:
        pass


def main():
    ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
    print("filter: one more system call is death")
    killed = signal.Signals(-fork(send_plainly, theirs)).name
    print(f"sender: by send(): killed by {killed}")
    assert killed == "SIGSYS"
    ended = fork(send_by_ring, theirs)
    print(f"sender: by the ring: {len(TEXTS)} sent, exit {ended}")
    came = list(receive_all(ours))
    print(
        f"reader: all {len(came)} came, in order: {came == TEXTS}"
    )
    assert ended == 0 and came == TEXTS


if __name__ == "__main__":
    main()
