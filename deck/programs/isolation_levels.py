"""Give one program a small world of its own, and end that world with it.

`main` is what isolation.command starts. It makes the namespaces, runs the command in them, and
returns its status. LEASH is the read end of a pipe whose write end the runner holds: when that
closes, even because the runner was killed, everything in the world is killed. REPORT is the write
end of a pipe that says why a world could not be made; it closes without a word once the command
runs.

Who makes a level stays outside of it, and the first level's PID 1 is not in the second: no
capability in there reaches who holds the leash.
"""

from __future__ import annotations

import os
import select

from deck.programs import isolation_filters as filters
from deck.programs import isolation_limits as limits
from deck.programs import isolation_table as table
from deck.programs import isolation_walls as walls
from deck.programs.isolation_calls import (
    Refused,
    check,
    clone_into,
    libc,
    prctl,
    syscall,
    write,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs more than all the rest
    from collections.abc import Callable

SIGKILL, SIGPIPE, SIGCHLD, SIGXFSZ = 9, 13, 17, 25
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
AF_INET, SOCK_DGRAM, SIOCSIFFLAGS, IFF_UP = 2, 2, 0x8914, 1
EPERM = 1


class Order:
    """What to start and in what world, as words of a command line; lists are lines of one word.

    `owner` is UID:GID on the machine of a run that root starts, `inside` what these are in its own
    user namespace. `places` are the folders that it sees besides table.SHOWN, `devices` those of
    the machine that are made anew, `home` is where a bare run may write. `registers` is "" or asks
    for filters.refuse_extended_registers, `cgroup` is the control group to be in, or "".
    """

    def __init__(self, *words: str) -> None:
        self.mode, capabilities, owner, inside, places, devices, self.home = words[:7]
        self.registers, self.cgroup, leash, report = words[7:11]
        self.program = list(words[11:])
        self.capabilities = [int(word) for word in capabilities.split(",") if word]
        self.owner, self.inside = (
            (int(uid), int(gid)) for uid, _, gid in (ids.partition(":") for ids in (owner, inside))
        )
        self.places = [line for line in places.split("\n") if line]
        self.devices = [line for line in devices.split("\n") if line]
        self.leash, self.report = int(leash), int(report)


def main(*words: str) -> int:
    order = Order(*words)
    try:
        limits.be_expendable()
        if order.mode == "bare":
            return _bare(order)
        return _first_level(order)
    except Exception as error:
        return _tell(order, error)


def _first_level(order: Order) -> int:
    def work() -> int:
        bpf = os.getuid() == 0 and table.CAP_BPF in order.capabilities
        walls.build(order.places, order.devices, order.owner, groups=bpf)
        if order.mode == "user" and os.getuid() == 0:
            limits.be_ordinary(order.owner)
        flags = table.SECOND_LEVEL[order.mode]
        return _level(flags, order, order.inside, lambda: _second_level(order))

    if os.getuid() == 0:
        try:
            return _level(table.FIRST_LEVEL, order, order.owner, work)
        except Refused as refused:
            # Root without rights, as in most containers, may do what other users may.
            if refused.errno != EPERM or order.mode != "user":
                raise
        limits.be_ordinary(order.owner)
    return _level(table.FIRST_LEVEL | table.NEWUSER, order, order.owner, work)


def _level(flags: int, order: Order, inside: tuple[int, int], work: Callable[[], int]) -> int:
    """Work as PID 1 of new namespaces, known there by these ids. When it ends, all in them ends."""
    uid, gid = os.getuid(), os.getgid()
    init = _clone(flags, order)
    if init == 0:
        try:
            if flags & table.NEWUSER:
                # user_namespaces(7): a plain user may map one id, and must give up setgroups first.
                write("/proc/self/setgroups", "deny")
                write("/proc/self/uid_map", f"{inside[0]} {uid} 1")
                write("/proc/self/gid_map", f"{inside[1]} {gid} 1")
            status = work()
        except Exception as error:
            status = _tell(order, error)
        os._exit(status)
    return _await(order, init)


def _clone(flags: int, order: Order) -> int:
    """Fork into new namespaces, and into the run's control group unless we are in it."""
    cgroup, order.cgroup = order.cgroup, ""
    if cgroup:
        child = clone_into(cgroup, flags, SIGCHLD)
        if child >= 0:
            return child
        limits.join(cgroup)
    return check(syscall("clone", flags | SIGCHLD, 0, 0, 0, 0), "new namespaces")


def _second_level(order: Order) -> int:
    if order.mode != "machine":
        _loopback_up()
    walls.furnish(own_network=order.mode != "machine")
    # What the program may not do, its PID 1 may not either: with CAP_SYS_PTRACE it can become that.
    _confine(order)
    child = _start(order)
    # A program with CAP_SYS_PTRACE reaches our descriptors: none may hold the world together.
    os.close(order.leash)
    os.close(order.report)
    return _status(os.waitpid(child, 0)[1])


def _loopback_up() -> None:
    control = check(libc.socket(AF_INET, SOCK_DGRAM, 0), "a socket")
    request = b"lo".ljust(16, b"\0") + IFF_UP.to_bytes(2, "little") + bytes(22)
    check(libc.ioctl(control, SIOCSIFFLAGS, request), "loopback")
    os.close(control)


def _bare(order: Order) -> int:
    if order.cgroup:
        limits.join(order.cgroup)
    prctl(PR_SET_CHILD_SUBREAPER, 1, step="subreaper")
    status = _await(order, _start(order))
    _end_descendants()
    return status


def _start(order: Order) -> int:
    """Start the program; of our descriptors it gets the standard three."""
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        os.set_inheritable(order.leash, False)
        os.set_inheritable(order.report, False)
        if order.mode == "bare":
            _confine(order)
        # Python ignores these two for itself; a program expects the defaults.
        libc.signal(SIGPIPE, None)
        libc.signal(SIGXFSZ, None)
        os.execvpe(order.program[0], order.program, os.environ)
    except OSError as error:
        refused = Refused(error.errno or 0, f"start {order.program[0]} as user {os.getuid()}")
        _tell(order, refused if error.filename else error)
    except BaseException as error:
        _tell(order, error)
    finally:
        os._exit(1)


def _confine(order: Order) -> None:
    limits.confine(order.capabilities, order.owner, own_users=order.mode == "user")
    if order.registers:
        filters.refuse_extended_registers()
    if order.mode == "bare":
        # The one who keeps hold of a bare run can be killed by it; then at least it ends too.
        prctl(PR_SET_PDEATHSIG, SIGKILL, step="end with the keeper")
        readable = [*table.SHOWN, "/proc", *order.places]
        listed = [os.getcwd(), *map(os.path.dirname, order.places)]  # where Python looks for them
        filters.landlock(readable, [order.home, *table.WRITABLE_BARE], listed)
    elif order.mode == "machine":
        filters.landlock_names()
    mounts = order.mode in ("root", "machine") and table.CAP_SYS_ADMIN in order.capabilities
    filters.refuse_calls(table.NO_KEYS + (table.NO_MOUNTS if mounts else ()))


def _await(order: Order, child: int) -> int:
    """Wait until the child ends, or end it when the leash is let go."""
    # The write end must be closed here too, or the runner would wait for a report until the end.
    os.close(order.report)
    poll = select.poll()
    poll.register(order.leash, select.POLLHUP)
    poll.register(os.pidfd_open(child), select.POLLIN)
    if order.leash in [fd for fd, _ in poll.poll()]:
        os.kill(child, SIGKILL)
    return _status(os.waitpid(child, 0)[1])


def _end_descendants() -> None:
    """Kill children until none is left; their own children become ours (subreaper)."""
    me = f"/proc/self/task/{os.getpid()}/children"
    while True:
        with open(me) as file:
            for pid in file.read().split():
                os.kill(int(pid), SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _tell(order: Order, error: BaseException) -> int:
    """Report what went wrong: the number of a refusal and the step, or words alone."""
    if isinstance(error, Refused):
        words = f"{error.errno} {error.strerror}"
    else:
        words = f" {type(error).__name__}: {error}"
    os.write(order.report, words.encode())
    return 1
