"""A filter that the kernel asks before each system call of a process: seccomp(2).

The filter is a program of classic BPF. It sees the call's number and the machine for which it was
made, and answers what is to be done. It can't follow a pointer. It holds for the process and its
children, for good.
"""

import ctypes
import fcntl
import struct
from dataclasses import dataclass

from examples.support.libc import checked, libc
from examples.support.machines import machine, number, system_call

# include/uapi/linux/prctl.h
PR_SET_NO_NEW_PRIVS = 38

# include/uapi/linux/seccomp.h
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_NEW_LISTENER = 1 << 3
SECCOMP_RET_ALLOW = 0x7FFF0000
SECCOMP_RET_USER_NOTIF = 0x7FC00000
SECCOMP_RET_KILL_PROCESS = 0x80000000
SECCOMP_ADDFD_FLAG_SETFD = 1 << 0
SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100
SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101
SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103

# include/uapi/linux/bpf_common.h: three instructions of classic BPF
LOAD_WORD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06

# where struct seccomp_data has them
CALL_NUMBER, CALL_MACHINE = 0, 4


def nothing_but(*calls: str) -> int:
    """From now on any other system call is the end of this process, by SIGSYS."""
    return install(
        filter_of(
            calls, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS
        )
    )


def ask_before(*calls: str) -> int:
    """From now on these system calls wait until somebody has decided.

    Returns the descriptor from which the questions are read, see next_question(). EBUSY: another
    filter of this process has one already.
    """
    return install(
        filter_of(calls, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_ALLOW),
        SECCOMP_FILTER_FLAG_NEW_LISTENER,
    )


def filter_of(
    calls: tuple[str, ...], these: int, others: int
) -> bytes:
    """A program: if it is one of these calls, return `these`, else `others`."""
    rows = [
        # A number means another call to another machine's programs: those are not for us.
        (LOAD_WORD, 0, 0, CALL_MACHINE),
        (IF_EQUAL, 1, 0, machine().audit_arch),
        (RETURN, 0, 0, SECCOMP_RET_KILL_PROCESS),
        (LOAD_WORD, 0, 0, CALL_NUMBER),
    ]
    for left, call in zip(
        reversed(range(len(calls))), calls, strict=True
    ):
        # Equal: jump over the rows that are left, and over the next return.
        rows.append((IF_EQUAL, left + 1, 0, number(call)))
    rows += [(RETURN, 0, 0, others), (RETURN, 0, 0, these)]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


def install(program: bytes, flags: int = 0) -> int:
    """seccomp(2), after a promise never to gain privileges by running a program: prctl(2)."""
    checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    code = ctypes.create_string_buffer(program, len(program))
    address = ctypes.addressof(code)
    sock_fprog = struct.pack("@HP", len(program) // 8, address)
    return system_call(
        "seccomp", SECCOMP_SET_MODE_FILTER, flags, sock_fprog
    )


@dataclass(frozen=True)
class Question:
    """A system call that waits: who makes it, which one, and its six arguments, as numbers."""

    id: int
    pid: int
    call: int
    arguments: tuple[int, ...]


def next_question(listener: int) -> Question:
    """Read a question; waits for one: struct seccomp_notif."""
    record = bytearray(80)
    fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, record)
    id, pid, _, call = struct.unpack_from("=QIIi", record)
    return Question(
        id, pid, call, struct.unpack_from("=6Q", record, 32)
    )


def answer(
    listener: int, question: Question, errno: int = 0
) -> None:
    """Let the call end here, with success or with an error: struct seccomp_notif_resp."""
    record = struct.pack("=QqiI", question.id, 0, -errno, 0)
    fcntl.ioctl(
        listener, SECCOMP_IOCTL_NOTIF_SEND, bytearray(record)
    )


def hand_in(
    listener: int, question: Question, ours: int, theirs: int
) -> None:
    """Put a descriptor of ours in the place of one of the asker's: struct seccomp_notif_addfd."""
    record = struct.pack(
        "=QIIII",
        question.id,
        SECCOMP_ADDFD_FLAG_SETFD,
        ours,
        theirs,
        0,
    )
    fcntl.ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, record)
