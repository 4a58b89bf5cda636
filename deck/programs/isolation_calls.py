"""System calls that Python lacks, for the program that isolates: by libc, or by number.

A run waits for what is imported here and in the other isolation_*.py, so that is little.
"""

import ctypes
import os
import sys

MACHINE = os.uname().machine if sys.maxsize > 2**32 else f"{os.uname().machine} with 32 bits"

# Numbers are the same on all machines from 424 on; older ones are not.
NUMBERS = {
    "x86_64": {
        **{"clone": 56, "keyctl": 250, "finit_module": 313},
        **{"add_key": 248, "request_key": 249},
        **{"mount": 165, "umount2": 166, "pivot_root": 155},
    },
    "aarch64": {
        **{"clone": 220, "keyctl": 219, "finit_module": 273},
        **{"add_key": 217, "request_key": 218},
        **{"mount": 40, "umount2": 39, "pivot_root": 41},
    },
}
NEWER = {
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
    "open_tree_attr": 467,
}

CLONE_INTO_CGROUP = 1 << 33

# PyDLL keeps Python's lock, so that a process cloned in here has it too.
libc = ctypes.PyDLL(None, use_errno=True)


class Refused(OSError):
    """The kernel refused a step; `step` says in a word or two which one."""

    def __init__(self, errno: int, step: str) -> None:
        super().__init__(errno, f"{step}: {os.strerror(errno)}")
        self.step = step


def check(result: int, step: str) -> int:
    """The result of a call of libc. Raises Refused when it is negative."""
    if result < 0:
        raise Refused(ctypes.get_errno(), step)
    return result


def number(call: str) -> int:
    """The number of a system call on this machine. Raises Refused on one that is not known."""
    found = NEWER.get(call) or NUMBERS.get(MACHINE, {}).get(call)
    if found is None:
        raise Refused(38, f"{call} on {MACHINE}, whose system calls this program does not know")
    return found


def syscall(call: str, *arguments: object) -> int:
    """A system call by name; -1 when the kernel refuses or lacks it."""
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return int(libc.syscall(ctypes.c_long(number(call)), *words))


def clone_into(cgroup: str, flags: int, signal: int) -> int:
    """fork(2) with flags of clone(2), the child in this control group from the first; -1 when the
    kernel refuses or lacks it (Linux 5.7, groups of version 2)."""
    group = os.open(cgroup, os.O_PATH)
    # struct clone_args: flags, pidfd, two tids, signal, stack (2), tls, set_tid (2), cgroup.
    words = (flags | CLONE_INTO_CGROUP, 0, 0, 0, signal, 0, 0, 0, 0, 0, group)
    wanted = b"".join(word.to_bytes(8, "little") for word in words)
    child = syscall("clone3", wanted, len(wanted))
    os.close(group)
    return child


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """mount(2). Raises Refused."""
    words = [word if word is None else os.fsencode(word) for word in (source, target, kind, data)]
    check(libc.mount(*words[:3], ctypes.c_ulong(flags), words[3]), f"mount {target}")


def prctl(option: int, *words: object, step: str) -> int:
    """prctl(2), the words that are left out 0. Raises Refused."""
    return check(libc.prctl(option, *words, *[0] * (4 - len(words))), step)


def write(path: str, text: str) -> None:
    """Write to a file of /proc or of a control group, in one call. Raises Refused."""
    try:
        fd = os.open(path, os.O_WRONLY)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)
    except OSError as error:
        raise Refused(error.errno or 0, f"write {path}") from error
