"""What builds the scene for a trick and is no trick itself: the other process, hosts, wires."""

import contextlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator

DEADLINE = 10  # seconds: no trick's other process lives longer
NOBODY = 65534  # the user and group that own nothing


@contextlib.contextmanager
def child(act: Callable[..., None], *args: object) -> Iterator[int]:
    """Run act(*args) in a forked process beside the block; join it when the block ends.

    The forked process inherits every descriptor, so each side closes the ends that are not its
    own. Yields the child's pid. Raises ChildProcessError when the child fails or outlives
    DEADLINE; when the block itself fails, the child is killed.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _play(act, args)
    try:
        yield pid
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    _, status = os.waitpid(pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise ChildProcessError(f"{act.__name__} ended with {code}")


@contextlib.contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield both ends of a TCP connection over loopback: who connected, and who accepted.

    Both have a deadline. socket.socketpair() would give Unix sockets, which have no TCP in them.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(
            listener.getsockname(), DEADLINE
        )
        server, _ = listener.accept()
    server.settimeout(DEADLINE)
    with client, server:
        yield client, server


def on_one_cpu() -> None:
    """Stay on one CPU. Each has a queue of its own for packets; in one queue, order is kept."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def sockets_of(pid: int) -> list[int]:
    """List which of a process's descriptors are sockets, as /proc has it; same user only."""
    fds = f"/proc/{pid}/fd"
    return [
        int(fd)
        for fd in os.listdir(fds)
        if os.readlink(f"{fds}/{fd}").startswith("socket:")
    ]


def without_root() -> None:
    """Become nobody where we are root, for what the kernel refuses to ordinary users only."""
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _play(
    act: Callable[..., None], args: tuple[object, ...]
) -> None:
    """Be the child: never return into the parent's code."""
    code = 1
    try:
        # An unhandled SIGALRM ends the process: a deadline that needs no cooperation.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(DEADLINE)
        act(*args)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
