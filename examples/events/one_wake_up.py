"""One connection comes, and ten workers wake up.

Ten processes wait for the same listener, each in its own epoll. A single client wakes all of them,
though there is work for one. With EPOLLEXCLUSIVE the kernel stops at the first that was asleep: it
promises "one or more", and here it is fewer than ten.

:needs: none
:man: epoll_ctl(2), epoll(7)
:since: 4.5
"""

import contextlib
import os
import select
import socket
import time

from examples.support.scene import DEADLINE, child

WORKERS = 10


def worker(listener, flags, closing, report):
    """Wait once; report whether it was for the client."""
    loop = select.epoll()
    loop.register(listener, select.EPOLLIN | flags)
    loop.register(closing, select.EPOLLIN)
    report.send(b".")  # and there is nothing left but to sleep
    woken_by = [fd for fd, _ in loop.poll(DEADLINE)]
    woken = listener.fileno() in woken_by
    report.send(b"!" if woken else b"-")


def wait_until_asleep(pids):
    """No event tells that a process sleeps; /proc does."""
    until = time.monotonic() + DEADLINE
    while any(state(pid) != "S" for pid in pids):
        assert time.monotonic() < until, "a worker never sleeps"
        os.sched_yield()


def state(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def read_all(reports, count):
    """What so many workers say, a character each."""
    said = b""
    while len(said) < count:
        said += reports.recv(count - len(said))
    return said


def start(shift, reports, *args):
    """Ten workers, each of which has gone to sleep."""
    pids = [
        shift.enter_context(child(worker, *args))
        for _ in range(WORKERS)
    ]
    read_all(reports, WORKERS)
    wait_until_asleep(pids)


def wake_ups(flags):
    """One client for ten workers; how many wake up for it?"""
    reports, report = socket.socketpair()
    reports.settimeout(DEADLINE)
    closing, door = os.pipe()
    listener = socket.create_server(("127.0.0.1", 0))
    with listener, contextlib.ExitStack() as shift:
        start(shift, reports, listener, flags, closing, report)
        with socket.create_connection(listener.getsockname()):
            # Who was to be woken has been. Now wake the others.
            os.write(door, b"closing time")
            said = read_all(reports, WORKERS)
    return said.count(b"!")


def main():
    print(f"workers: {WORKERS} of us wait, and one client comes")
    crowd = wake_ups(0)
    print(f"kernel: woken for it: {crowd}")
    assert crowd == WORKERS
    few = wake_ups(select.EPOLLEXCLUSIVE)
    fewer = 1 <= few < WORKERS
    print(f"kernel: with EPOLLEXCLUSIVE fewer than ten: {fewer}")
    assert fewer


if __name__ == "__main__":
    main()
