"""Start a program on a machine that refuses something: `refuse.py WHAT[,WHAT...] COMMAND...`.

A seccomp filter stands in for a container's: `bpf`, `pidfd_getfd` and `namespaces` (unshare, and
clone with flags for them) end with EPERM, `ipv6` (a socket of that family) with EAFNOSUPPORT.
"""

import ctypes
import errno
import os
import struct
import sys

# arch/x86/entry/syscalls/syscall_64.tbl: x86-64 only
SOCKET, CLONE, UNSHARE, BPF, PIDFD_GETFD = 41, 56, 272, 321, 438
AF_INET6 = 10
# Those of namespaces(7), as clone(2) and unshare(2) take them.
NAMESPACES = (
    0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
)
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
NUMBER, FIRST_ARGUMENT = 0, 16  # in struct seccomp_data

Row = tuple[int, int, int, int]
RULES: dict[str, list[tuple[int, Row | None, int]]] = {
    "bpf": [(BPF, None, errno.EPERM)],
    "pidfd_getfd": [(PIDFD_GETFD, None, errno.EPERM)],
    "namespaces": [
        (UNSHARE, (ANY_BIT, 0, 1, NAMESPACES), errno.EPERM),
        (CLONE, (ANY_BIT, 0, 1, NAMESPACES), errno.EPERM),
    ],
    "ipv6": [(SOCKET, (EQUAL, 0, 1, AF_INET6), errno.EAFNOSUPPORT)],
}


def rows(what: str) -> list[Row]:
    """The filter: for each rule, is it this call, are its arguments such, then refuse."""
    program: list[Row] = []
    for name in what.split(","):
        for call, condition, error in RULES[name]:
            tests = [(LOAD, 0, 0, FIRST_ARGUMENT), condition] if condition else []
            program += [(LOAD, 0, 0, NUMBER), (EQUAL, 0, len(tests) + 1, call)]
            program += [*tests, (RETURN, 0, 0, FAIL | error)]
    return [*program, (RETURN, 0, 0, ALLOW)]


def refuse(what: str) -> None:
    program = rows(what)
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in program))
    sock_fprog = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, sock_fprog)):
        if libc.prctl(*words, *[0] * (5 - len(words))) < 0:
            raise OSError(ctypes.get_errno(), "no seccomp filter")


if __name__ == "__main__":
    refuse(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
