"""A program that tries all it can against the machine it runs on, and prints what it got.

The one argument says, as JSON, what there is to get: see test_hostile.py, which also says what each
mode lets it have. Each function below is one attempt; one that raises OSError has got nothing.
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path

MS_REMOUNT, MS_BIND, MS_NOSUID, MNT_DETACH = 32, 4096, 2, 2
CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x20000, 0x10000000, 0x40000000
SYS_KEYCTL, KEYCTL_READ = {"x86_64": 250, "aarch64": 219}[os.uname().machine], 11
DEVICES = ("kvm", "mem", "kmsg", "tty0", "loop-control", "fuse", "net/tun", "vda", "sda", "ptmx")
SETTINGS = ("kernel/core_pattern", "kernel/hostname", "kernel/randomize_va_space", "vm/swappiness")

libc = ctypes.CDLL(None, use_errno=True)
machine = json.loads(sys.argv[1])


def call(name, *words):
    result = getattr(libc, name)(*words)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def writes(folder):
    """Whether a file can be made there."""
    try:
        Path(folder, "hostile").write_text("x")
    except OSError:
        return False
    return True


def files():
    places = [
        machine["home"],
        machine["talk"],
        os.path.dirname(__file__),
        "/etc",
        "/tmp",
        "/var/tmp",
    ]
    return [place for place in (*places, "/usr/lib", "/") if writes(place)]


def files_by_remount():
    got = []
    for mount in Path("/proc/self/mounts").read_text().splitlines():
        place = mount.split()[1]
        if place.startswith(("/proc", "/dev/shm")):
            continue  # its own
        for flags in (MS_REMOUNT | MS_BIND, MS_REMOUNT | MS_BIND | MS_NOSUID, MS_REMOUNT):
            if libc.mount(b"none", place.encode(), None, flags, None) == 0:
                got.append(place)
    return got + files()


def files_by_more_namespaces():
    """In a child: it stays in the new ones."""
    return in_child(lambda: call("unshare", CLONE_NEWUSER | CLONE_NEWNS) or files_by_remount())


def files_by_unmounting():
    """What lies below the mounts: nothing of the machine's, and no process of the run's keepers."""

    def look():
        libc.unshare(CLONE_NEWNS)
        places = ("/dev/shm", "/proc", "/etc", "/usr", "/")
        gone = [path for path in places if libc.umount2(path.encode(), MNT_DETACH) == 0]
        if not gone:
            return []
        # Below its own /proc lies the first level's, whose PID 1 holds the leash.
        above = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) > 16]
        return above + ["keeper"] * opens("/proc/1/mem") + files() + secrets()

    return in_child(look)


def opens(path, flags=os.O_RDWR):
    try:
        os.close(os.open(path, flags | os.O_NONBLOCK))
    except OSError:
        return False
    return True


def in_child(act):
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        got = []
        with contextlib.suppress(OSError):
            got = act()
        os.write(theirs, json.dumps(got).encode())
        os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    return json.loads(os.read(ours, 65536))


def secrets():
    paths = [machine["secret"], "/etc/shadow", "/root/.bashrc"]
    return [path for path in paths if opens(path, os.O_RDONLY)]


def sockets_by_path():
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(machine["path"])
    return True


def sockets_by_name():
    with socket.socket(socket.AF_UNIX) as one:
        one.connect("\0" + machine["name"])
    return True


def tcp():
    socket.create_connection(("127.0.0.1", machine["tcp"]), 2).close()
    return True


def network():
    return [name for _, name in socket.if_nameindex() if name != "lo"]


def processes():
    return (
        os.path.exists(f"/proc/{machine['pid']}/cmdline")
        and machine["mark"] in Path(f"/proc/{machine['pid']}/cmdline").read_text()
    )


def signals():
    if not processes():
        return False
    os.kill(machine["pid"], 0)
    return True


def rights_of_others():
    """With CAP_SYS_PTRACE it can become its PID 1, which must have no more rights then."""
    ours, theirs = (rights(f"/proc/{pid}/status") for pid in ("self", 1))
    return os.getppid() == 1 and theirs & ~ours


def rights(status):
    text = Path(status).read_text()
    return int(text.partition("CapPrm:")[2].split()[0], 16) | int("\nUid:\t0" in text) << 63


def keeper():
    """Its parent, when that is not PID 1 of its own namespace."""
    keeper = os.getppid()
    if keeper != 1:
        return "it has another parent"
    os.kill(keeper, signal.SIGKILL)
    return os.getppid() != keeper


def devices():
    with contextlib.suppress(OSError):
        os.mknod("/dev/shm/memory", 0o020600, os.makedev(1, 1))
    paths = [*(f"/dev/{name}" for name in DEVICES), "/dev/shm/memory"]
    return [path for path in paths if opens(path, os.O_RDONLY) or opens(path)]


def settings():
    got = []
    for again in (False, True):
        if again:
            libc.mount(b"none", b"/proc/sys", None, MS_REMOUNT | MS_BIND, None)
        got += [name for name in SETTINGS if opens(f"/proc/sys/{name}", os.O_WRONLY)]
    return got


def keys():
    room = ctypes.create_string_buffer(100)
    call("syscall", SYS_KEYCTL, KEYCTL_READ, machine["key"], room, 100)
    return True


def identity():
    got = ["root"] if "\t0" in Path("/proc/self/uid_map").read_text().split("\n")[0] else []
    return got + (["uid 0"] if 0 in os.getresuid() else [])


def memory():
    """One file larger than the limit, or more processes."""
    got = []
    fd = os.memfd_create("hostile")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with contextlib.suppress(OSError):
        os.truncate(fd, 3 << 30)
        got.append("a file of 3 GB")
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_AS):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            got.append("a higher limit")
    if "1000" not in Path("/proc/self/oom_score_adj").read_text():
        got.append("a place behind others when memory is short")
    return got


ATTEMPTS = [
    *(files, files_by_remount, files_by_more_namespaces, files_by_unmounting, secrets),
    *(sockets_by_path, sockets_by_name, tcp, network, processes, signals, rights_of_others),
    *(devices, settings, keys, identity, memory, keeper),
]

for attempt in ATTEMPTS:
    try:
        got = attempt()
    except OSError:
        got = False
    if got:
        print(attempt.__name__, got if got is not True else "", flush=True)
print("all tried")
