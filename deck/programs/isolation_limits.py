"""What a program keeps: its identity, its capabilities, its limits."""

import os
import resource
import struct

from deck.programs.isolation_calls import check, libc, prctl, syscall, write
from deck.programs.isolation_table import ADDRESS_SPACE, FILE_SIZE, PROCESSES

PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 4, 8, 38, 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
KEYCTL_JOIN_SESSION_KEYRING = 1


def be_expendable() -> None:
    """Be the first to go when memory is short, and have no keys."""
    write("/proc/self/oom_score_adj", "1000")
    # A kernel without keys has none to protect.
    syscall("keyctl", KEYCTL_JOIN_SESSION_KEYRING, None)


def join(cgroup: str) -> None:
    """Be in this control group.

    A process of many threads is moved when all CPUs have seen it (10 ms); version 1 of the groups
    moves our one thread without that.
    """
    thread = f"{cgroup}/tasks"
    write(thread if os.path.exists(thread) else f"{cgroup}/cgroup.procs", "0")


def be_ordinary(owner: tuple[int, int]) -> None:
    """Be this user for good. Such a change hides /proc/self from us, unless we ask."""
    uid, gid = owner
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    prctl(PR_SET_DUMPABLE, 1, step="be dumpable")


def confine(capabilities: list[int], owner: tuple[int, int], own_users: bool) -> None:
    """Limits of the program itself, set just before it starts. Root becomes `owner`; `own_users`
    says that the program is in a user namespace of its own."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, ADDRESS_SPACE)
    _limit(resource.RLIMIT_FSIZE, FILE_SIZE)
    if own_users and _counts_by_namespace():
        _limit(resource.RLIMIT_NPROC, PROCESSES)
    if os.getuid() == 0:
        prctl(PR_SET_KEEPCAPS, 1, step="keep capabilities")
        be_ordinary(owner)
    prctl(PR_SET_NO_NEW_PRIVS, 1, step="no new privileges")
    _keep(capabilities)


def _counts_by_namespace() -> bool:
    """Before Linux 5.14 RLIMIT_NPROC counts what the user has outside as well: too many."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int(minor.partition("-")[0])) >= (5, 14)


def _limit(what: int, most: int) -> None:
    """At most this, or what the machine's own limit already is."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _keep(capabilities: list[int]) -> None:
    """Carry these over exec: an ordinary uid loses the others there (capabilities(7), ambient)."""
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    kept = sum(1 << cap for cap in capabilities)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    # Per 32 bits: effective, permitted, inheritable.
    check(libc.capset(header, struct.pack("6I", *[low] * 3, *[high] * 3)), "capabilities")
    for cap in capabilities:
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, step="ambient capability")
