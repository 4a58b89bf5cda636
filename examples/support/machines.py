"""What differs from one kind of machine to the other: the numbers of system calls.

Linux knows a system call by its number. Since Linux 5.1 a new call has the same number on all
machines that this talk knows; an older one has a number of its own on each. Python 3.11 names
neither. A machine that is not in the table is refused by its name, for a wrong number is a
different call.
"""

import os
import struct
from dataclasses import dataclass

from examples.support.libc import checked, libc


@dataclass(frozen=True)
class Machine:
    """One kind of machine: what a seccomp filter sees it as, and the older calls' numbers."""

    audit_arch: int
    calls: dict[str, int]


# Machines that came later share these: include/uapi/asm-generic/unistd.h.
GENERIC = {
    "exit_group": 94,
    "futex": 98,
    "connect": 203,
    "seccomp": 277,
    "bpf": 280,
}

# The others' numbers: arch/x86/entry/syscalls/syscall_64.tbl, syscall_32.tbl.
# The machine in a filter's eyes, AUDIT_ARCH_...: include/uapi/linux/audit.h.
MACHINES = {
    "x86_64": Machine(
        audit_arch=0xC000003E,
        calls={
            "connect": 42,
            "futex": 202,
            "exit_group": 231,
            "seccomp": 317,
            "bpf": 321,
        },
    ),
    "aarch64": Machine(audit_arch=0xC00000B7, calls=GENERIC),
    "riscv64": Machine(audit_arch=0xC00000F3, calls=GENERIC),
    # Here the C library asks for connect() by way of socketcall(2), so it has no number to watch.
    "i686": Machine(
        audit_arch=0x40000003,
        calls={
            "futex": 240,
            "exit_group": 252,
            "seccomp": 354,
            "bpf": 357,
        },
    ),
}

EVERYWHERE = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "clone3": 435,
    "pidfd_getfd": 438,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}


class UnknownMachine(NotImplementedError):
    """The tables here have no such machine, or no such call for it."""


def machine() -> Machine:
    """Return what this machine has of its own; raise UnknownMachine where nobody wrote it down."""
    return MACHINES[_name()]


def number(call: str) -> int:
    """Return the number of a system call on this machine, or raise UnknownMachine."""
    numbers = EVERYWHERE | machine().calls
    if call not in numbers:
        raise UnknownMachine(
            f"no number of {call}(2) for {_name()}"
        )
    return numbers[call]


def system_call(call: str, *arguments: object) -> int:
    """Make a system call for which the C library has no function; OSError with the errno."""
    return checked(libc.syscall(number(call), *arguments), call)


def _name() -> str:
    """Name the machine that this program was made for; the kernel may be of a wider one."""
    name = os.uname().machine
    if struct.calcsize("P") == 4:
        name = {"x86_64": "i686", "i586": "i686"}.get(name, name)
        name = {"aarch64": "arm"}.get(name, name)
    if name not in MACHINES:
        known = ", ".join(MACHINES)
        raise UnknownMachine(
            f"no system call numbers for {name}; known: {known}"
        )
    return name
