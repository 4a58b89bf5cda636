"""A program that tries all it can against the machine it runs on, and prints what it got.

ATTEMPTS has for each promise of isolation_table.py the functions that try to break it; one that
raises OSError, or gives nothing, has got nothing. The one argument says, as JSON, what there is to
get (hostile_run.py); which mode lets it have what stands in test_hostile.py.
"""

import contextlib
import fcntl
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))

from hostile_calls import call, in_child, keyctl, libc, opens, read_key, writes

MS_REMOUNT, MS_BIND, MS_NOSUID, MNT_DETACH = 32, 4096, 2, 2
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
PR_GET_NO_NEW_PRIVS = 39
KEYCTL_LINK, KEYCTL_SEARCH = 8, 10
SESSION_KEYRING, USER_KEYRING = -3, -4
EXPENDABLE = Path("/proc/self/oom_score_adj")
DEVICES = ("kvm", "mem", "kmsg", "tty0", "loop-control", "fuse", "net/tun", "vda", "sda", "ptmx")
MACHINES = "the machine's"

machine: dict = {}


def files():
    places = (machine["home"], machine["talk"], os.path.dirname(__file__), "/etc", "/tmp")
    return [place for place in (*places, "/var/tmp", "/usr/lib", "/") if writes(place)]


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


def files_by_shortening():
    os.truncate(machine["notes"], 1)
    return True


def files_in_memory():
    os.truncate(machine["shared"], 1)
    return True


def files_by_mode():
    os.chmod(machine["notes"], 0o600)
    return True


def secrets():
    paths = [machine["secret"], "/etc/shadow", "/root/.bashrc"]
    return [path for path in paths if opens(path, os.O_RDONLY)]


def secrets_by_listing():
    return os.listdir(machine["home"])


def secrets_by_size():
    return os.stat(machine["secret"]).st_size


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


def udp():
    with socket.socket(type=socket.SOCK_DGRAM) as one:
        one.settimeout(10)
        one.connect(("127.0.0.1", machine["udp"]))
        one.send(b"?")
        return one.recv(1) == b"!"


def network():
    """Interfaces besides its loopback, and the machine's servers in the kernel's list."""
    got = [name for _, name in socket.if_nameindex() if name != "lo"]
    servers = Path("/proc/net/tcp").read_text()
    return got + [MACHINES] * (f":{machine['tcp']:04X} 00000000:0000 0A" in servers)


def network_to_change():
    """The loopback's flags can be set to what they are."""
    if MACHINES not in network():
        return False
    with socket.socket() as one:
        flags = fcntl.ioctl(one, SIOCGIFFLAGS, b"lo".ljust(40, b"\0"))
        fcntl.ioctl(one, SIOCSIFFLAGS, flags)
    return True


def processes():
    return machine["mark"] in Path(f"/proc/{machine['pid']}/cmdline").read_text()


def signals():
    os.kill(machine["pid"], 0)
    return processes()


def devices():
    with contextlib.suppress(OSError):
        os.mknod("/dev/shm/memory", 0o020600, os.makedev(1, 1))
    paths = [*(f"/dev/{name}" for name in DEVICES), "/dev/shm/memory"]
    return [path for path in paths if opens(path, os.O_RDONLY) or opens(path)]


def settings():
    """All of the kernel's, but those of its own namespaces, that can be set to what they are."""
    own = () if MACHINES in network() else ("net/", "kernel/ns_last_pid", "kernel/pid_max")
    got = []
    for again in (False, True):
        if again:
            libc.mount(b"none", b"/proc/sys", None, MS_REMOUNT | MS_BIND, None)
        for folder, _, names in os.walk("/proc/sys"):
            for name in names:
                with contextlib.suppress(OSError, UnicodeDecodeError):
                    path = Path(folder, name)
                    path.write_text(path.read_text())
                    got.append(str(path.relative_to("/proc/sys")))
    return [name for name in got if not name.startswith(own)]


def keys():
    """That of the session of whoever started it."""
    return read_key(machine["key"])


def keys_of_user():
    keyctl(KEYCTL_LINK, USER_KEYRING, SESSION_KEYRING)
    return read_key(keyctl(KEYCTL_SEARCH, USER_KEYRING, b"user", b"hostile's user", 0))


def keys_by_name():
    return [line for line in Path("/proc/keys").read_text().splitlines() if "hostile" in line]


def identity():
    maps = Path("/proc/self/uid_map").read_text().split("\n")[0]
    return ["root"] * ("\t0" in maps) + ["uid 0"] * (0 in os.getresuid())


def rights_of_others():
    """With CAP_SYS_PTRACE it can become its PID 1, which must have no more rights then."""
    ours, theirs = (rights(f"/proc/{pid}/status") for pid in ("self", 1))
    return os.getppid() == 1 and theirs & ~ours


def rights(status):
    text = Path(status).read_text()
    return int(text.partition("CapPrm:")[2].split()[0], 16) | int("\nUid:\t0" in text) << 63


def rights_of_programs():
    """Those that su(1) and its like get from their files."""
    return not libc.prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)


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
    return got + ["a start behind others"] * ("1000" not in EXPENDABLE.read_text())


def memory_behind_others():
    EXPENDABLE.write_text("0")
    return True


def leave_somebody():
    """Somebody who has left the session, ends the keeper if he can, and then stays."""
    tried, trying = os.pipe()
    keeper = os.getppid()
    if os.fork() == 0:
        os.setsid()
        with contextlib.suppress(OSError):
            os.kill(keeper, signal.SIGKILL)
        os.close(trying)
        signal.pause()
    os.close(trying)
    os.read(tried, 1)


ATTEMPTS = {
    "files": (
        *(files, files_by_remount, files_by_more_namespaces, files_by_unmounting),
        *(files_by_shortening, files_in_memory, files_by_mode),
    ),
    "secrets": (secrets, secrets_by_listing, secrets_by_size),
    "sockets": (sockets_by_path, sockets_by_name, tcp, udp),
    "network": (network, network_to_change),
    "processes": (processes, signals),
    "devices": (devices,),
    "settings": (settings,),
    "keys": (keys, keys_of_user, keys_by_name),
    "identity": (identity, rights_of_others, rights_of_programs),
    "memory": (memory, memory_behind_others),
}


def main(there):
    machine.update(json.loads(there))
    for attempts in ATTEMPTS.values():
        for attempt in attempts:
            try:
                got = attempt()
            except OSError:
                got = False
            if got:
                print(attempt.__name__, json.dumps(got)[:2000], flush=True)
    print("all tried", flush=True)
    leave_somebody()


if __name__ == "__main__":
    main(sys.argv[1])
