"""Give one program a small world of its own, and end that world with it.

As a program: `isolation.py MODE CAPABILITIES LEASH REPORT COMMAND...`. It makes the namespaces,
runs the command in them, and exits with its status. LEASH is the read end of a pipe whose write
end the runner holds: when that closes, even because the runner was killed, everything in the world
is killed. REPORT is the write end of a pipe that says why a world could not be made; it closes
without a word once the command runs.

MODE is
- `user`: namespaces for users, network, PIDs, mounts and IPC; no privilege asked (namespaces(7));
- `root`: the same without the one for users, for tricks that need real root;
- `machine`: as `root`, but in the machine's own network: Bluetooth knows no other;
- `bare`: none; a subreaper keeps hold of what the command starts (prctl(2)).
"""

import contextlib
import ctypes
import fcntl
import functools
import os
import pwd
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
WORLD = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID
WORLDS = {
    "user": WORLD | CLONE_NEWNET | CLONE_NEWUSER,
    "root": WORLD | CLONE_NEWNET,
    "machine": WORLD,
}

MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 0x1000, 0x4000, 0x40000, 2, 4
SYS_MOUNT_SETATTR = 442
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = -100, 0x8000, 1

PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522

# Bits of capabilities(7).
CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW = 10, 12, 13
CAP_SYS_PTRACE, CAP_SYS_ADMIN = 19, 21
CAPABILITIES = {
    "own net": (CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE, CAP_SYS_ADMIN),
}

# The one writable place of a world: a tmpfs that vanishes with it.
TMPDIR = "/dev/shm"
TMPFS = b"size=1g,mode=1777"
SETTINGS = "/proc/sys/net"

PROCESSES = 256
PID_MAX = 512
ADDRESS_SPACE = 8 << 30

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")
    return result


def syscall(number: int, *arguments: int | bytes | None) -> int:
    """A system call by number; -1 when the kernel refuses or lacks it."""
    return _libc.syscall(number, *arguments)


@functools.cache
def refusal() -> str:
    """Why this machine gives an ordinary user no namespaces of their own; "" when it does."""
    leash, _keep = os.pipe()
    report, write = os.pipe()
    try:
        with open(os.devnull, "w") as null:
            world = subprocess.Popen(
                command("user", (), leash, write, ["/bin/true"]),
                pass_fds=(leash, write),
                stdout=null,
                stderr=null,
            )
        os.close(write)
        with os.fdopen(report) as text:
            reason = text.read()
        world.wait()
    finally:
        os.close(leash)
        os.close(_keep)
    return reason


def command(
    mode: str, capabilities: tuple[int, ...], leash: int, report: int, program: list[str]
) -> list[str]:
    """The command line that runs `program` in a world of its own."""
    caps = ",".join(map(str, capabilities))
    # -I and -S: nothing of the user's Python settings, and a start in a third of the time.
    python = [sys.executable, "-I", "-S", "-B", os.path.abspath(__file__)]
    return [*python, mode, caps, str(leash), str(report), *program]


def main(mode: str, caps: str, leash: str, report: str, *program: str) -> int:
    capabilities = [int(cap) for cap in caps.split(",") if cap]
    try:
        if mode == "bare":
            _check(_libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")
            return _watch(int(leash), int(report), list(program), _plain)
        _unshare(WORLDS[mode])
        init = os.fork()
        if init == 0:
            os._exit(_init(int(leash), int(report), capabilities, list(program)))
    except OSError as error:
        os.write(int(report), str(error.strerror).encode())
        return 1
    # The write end must be closed here too, or the runner would wait for a report until the end.
    os.close(int(report))
    return _status(os.waitpid(init, 0)[1])


def _unshare(flags: int) -> None:
    # Before: in a user namespace without a map everybody is nobody.
    (uid, gid), (inner_uid, inner_gid) = (os.getuid(), os.getgid()), ids()
    _check(_libc.unshare(flags), "unshare")
    if flags & CLONE_NEWUSER:
        # user_namespaces(7): a plain user may map one id, and must give up setgroups first.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{inner_uid} {uid} 1")
        _write("/proc/self/gid_map", f"{inner_gid} {gid} 1")
    if flags & CLONE_NEWNET:
        _loopback_up()


def ids() -> tuple[int, int]:
    """User and group in a world: our own, but never root's.

    PostgreSQL refuses uid 0, and wants a name for the others; `daemon` has one everywhere.
    """
    try:
        daemon = pwd.getpwnam("daemon").pw_uid
    except KeyError:
        daemon = 1
    return os.getuid() or daemon, os.getgid() or daemon


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _init(leash: int, report: int, capabilities: list[int], program: list[str]) -> int:
    """Be PID 1 of the world: furnish it and watch over it. When PID 1 ends, all in it ends."""
    try:
        _furnish()
        return _watch(leash, report, program, lambda: _confine(capabilities))
    except OSError as error:
        os.write(report, str(error.strerror).encode())
        return 1


def _furnish() -> None:
    """Mounts: all read-only but for a tmpfs; /proc shows this PID namespace."""
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    _set_attributes("/", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0)
    outer = os.open(SETTINGS, os.O_PATH)
    mount("proc", "/proc", "proc", 0)
    _open_settings(outer)
    os.close(outer)
    mount("tmpfs", TMPDIR, "tmpfs", MS_NOSUID | MS_NODEV, TMPFS)
    if os.getuid() != 0:
        _limit_pids()


def _set_attributes(path: str, flags: int, add: int, clear: int) -> None:
    """mount_setattr(2), Linux 5.12; before it all stays as writable as it is for the user."""
    change = struct.pack("QQQQ", add, clear, 0, 0)
    syscall(SYS_MOUNT_SETATTR, AT_FDCWD, path.encode(), flags, change, len(change))


def _open_settings(outer: int) -> None:
    """Where the network's settings can't be written, put those of the machine's own /proc there.

    They are the same: who looks decides whose network they show. But until Linux 6.11 (commit
    98ca62ba9e2b) their files have no valid owner in a /proc whose user namespace has no root.
    """
    try:
        os.close(os.open(f"{SETTINGS}/ipv4/ip_forward", os.O_WRONLY))
    except PermissionError:
        mount(f"/proc/self/fd/{outer}", SETTINGS, None, MS_BIND)
        _set_attributes(SETTINGS, 0, 0, MOUNT_ATTR_RDONLY)


def _limit_pids() -> None:
    """Root's processes have no RLIMIT_NPROC, whatever their id in here: limit their numbers too.

    pid_max is a PID namespace's own since Linux 6.14; before that, this is not ours to write.
    """
    with contextlib.suppress(PermissionError):
        _write("/proc/sys/kernel/pid_max", str(PID_MAX))


def mount(
    source: str, target: str, kind: str | None, flags: int, data: bytes | None = None
) -> None:
    name = kind.encode() if kind else None
    _check(_libc.mount(source.encode(), target.encode(), name, flags, data), f"mount {target}")


def _loopback_up() -> None:
    siocsifflags, up = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, siocsifflags, struct.pack("16sh14x", b"lo", up))


def _confine(capabilities: list[int]) -> None:
    """Limits of the program itself, set just before it starts."""
    _plain()
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if os.getuid() != 0:
        _keep(capabilities)


def _plain() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def _keep(capabilities: list[int]) -> None:
    """Carry these over exec: an ordinary uid loses the others there (capabilities(7), ambient)."""
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    low = sum(1 << cap for cap in capabilities)
    # Per 32 bits: effective, permitted, inheritable.
    _check(_libc.capset(header, struct.pack("6I", low, low, low, 0, 0, 0)), "capset")
    for cap in capabilities:
        _check(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0), "ambient capability")


def _watch(leash: int, report: int, program: list[str], prepare: Callable[[], None]) -> int:
    """Run the program until it ends or the leash is let go; then end all that it left behind."""
    child = os.fork()
    if child == 0:
        _exec(leash, report, program, prepare)
    os.close(report)
    poll = select.poll()
    poll.register(leash, select.POLLHUP)
    poll.register(os.pidfd_open(child), select.POLLIN)
    ended = [fd for fd, _ in poll.poll()]
    if leash in ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if os.getpid() != 1:
        _end_descendants()
    return _status(status)


def _exec(leash: int, report: int, program: list[str], prepare: Callable[[], None]) -> None:
    """Become the program; of our descriptors it gets the standard three."""
    try:
        os.setsid()
        os.set_inheritable(leash, False)
        os.set_inheritable(report, False)
        prepare()
        # Python ignores these two for itself; a program expects the defaults.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        os.execvpe(program[0], program, os.environ)
    except OSError as error:
        os.write(report, str(error.strerror).encode())
    finally:
        os._exit(1)


def _end_descendants() -> None:
    """Kill children until none is left; their own children become ours (subreaper)."""
    me = f"/proc/self/task/{os.getpid()}/children"
    while True:
        with open(me) as file:
            for pid in file.read().split():
                os.kill(int(pid), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
