"""Time, signals, processes, files: one loop waits for them all.

On Linux an event can be a descriptor that becomes readable. Seven kinds of it sit in a single
epoll: a timer, a counter, a signal, a folder, a socket, a pipe and a process. What happens to one
of them wakes the loop, and a read says what it was; for the process it is waitid() that says so.

:needs: none
:man: epoll(7), signalfd(2), timerfd_create(2), eventfd(2), pidfd_open(2), inotify(7)
:since: 5.4
"""

import os
import select
import signal
import socket
import tempfile

from examples.support.events import (
    IN_CREATE,
    inotify,
    read_signals,
    signalfd,
    timerfd,
    timerfd_settime,
)

DEADLINE = 5  # seconds


def read(kind, fd):
    match kind:
        case "timer" | "counter":
            return int.from_bytes(os.read(fd, 8), "little")
        case "signal":
            [(number, _)] = read_signals(fd)
            return signal.Signals(number).name
        case "folder":
            return os.read(fd, 1000)[16:].rstrip(b"\0")
        case "process":
            end = os.waitid(os.P_PIDFD, fd, os.WEXITED)
            return signal.Signals(end.si_status).name
        case "socket" | "pipe":
            return os.read(fd, 1000)


def sleeping_process():
    pid = os.fork()
    if pid == 0:
        signal.alarm(DEADLINE)
        signal.pause()
    return pid


def seven_kinds(folder):
    """What to wait for, and how to make it happen."""
    timer, counter = timerfd(), os.eventfd(0)
    signals = signalfd(signal.SIGUSR1)
    files = inotify(folder, IN_CREATE)
    sock, friend = map(socket.socket.detach, socket.socketpair())
    pipe, writer = os.pipe()
    pid = sleeping_process()
    return {
        "timer": (timer, timerfd_settime, timer, 1),
        "counter": (counter, os.eventfd_write, counter, 42),
        "signal": (signals, signal.raise_signal, signal.SIGUSR1),
        "folder": (files, os.mkdir, f"{folder}/letters"),
        "socket": (sock, os.write, friend, b"hello"),
        "pipe": (pipe, os.write, writer, b"bye"),
        "process": (os.pidfd_open(pid), os.kill, pid, 15),
    }


def run(loop, kinds):
    for fd, *_ in kinds.values():
        loop.register(fd, select.EPOLLIN)
    for kind, (fd, make_it_happen, *how) in kinds.items():
        make_it_happen(*how)
        woken_by = loop.poll(DEADLINE)
        print(f"{kind}: {read(kind, fd)}")
        assert woken_by == [(fd, select.EPOLLIN)]


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    with (
        tempfile.TemporaryDirectory() as folder,
        select.epoll() as loop,
    ):
        kinds = seven_kinds(folder)
        run(loop, kinds)
    print(f"loop: {len(kinds)} kinds of event, one way to wait")
    assert len(kinds) == 7


if __name__ == "__main__":
    main()
