"""Start a program on a machine that refuses something: `refuse.py WHAT[,WHAT...] COMMAND...`.

A seccomp filter stands in for a container's: `bpf`, `pidfd_getfd` and `namespaces` (unshare, and
clone with flags for them) end with EPERM, `ipv6` (a socket of that family) with EAFNOSUPPORT,
`filters` (a further seccomp filter) with EINVAL, as on a kernel that has none;
`docker` is all that Docker's default profile refuses to a container without added capabilities
(https://docs.docker.com/engine/security/seccomp/).

`users` is no filter: started by root, the command is an ordinary user's where
user.max_user_namespaces is 0.
"""

import ctypes
import errno
import os
import struct
import sys

# arch/x86/entry/syscalls/syscall_64.tbl: x86-64 only
SOCKET, CLONE, PRCTL, UNSHARE, BPF, CLONE3, PIDFD_GETFD = 41, 56, 157, 272, 321, 435, 438
AF_INET6, AF_ALG, AF_VSOCK = 10, 38, 40
# Those of namespaces(7), as clone(2) and unshare(2) take them.
NAMESPACES = (
    0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
)
NEWUSER = 0x10000000
USER = 1234  # whom no machine knows by name
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
NUMBER, FIRST_ARGUMENT = 0, 16  # in struct seccomp_data

# Those that Docker's profile allows to nobody, or only with a capability that it takes away.
DOCKER = (
    *(155, 163, 165, 166, 167, 168, 169, 170, 171),  # pivot_root, acct, mount .. setdomainname
    *(103, 134, 136, 139, 153, 164, 172, 173, 227),  # syslog .. ioperm, clock_settime
    *(174, 175, 176, 177, 178, 179, 180, 212, 246),  # modules, quotactl, nfs, kexec_load
    *(237, 238, 239, 256, 279),  # memory policies of NUMA
    *(248, 249, 250),  # add_key, request_key, keyctl
    *(298, 300, 304, 305, 308, 312, 313),  # perf_event_open .. setns, kcmp, finit_module
    *(320, 321, 323),  # kexec_file_load, bpf, userfaultfd
    *(425, 426, 427),  # io_uring
    *(428, 429, 430, 431, 432, 433, 442, 467),  # mounting with descriptors
    *(438, 440),  # pidfd_getfd, process_madvise
)

Row = tuple[int, int, int, int]
Rule = tuple[int, Row | None, int]
RULES: dict[str, list[Rule]] = {
    "bpf": [(BPF, None, errno.EPERM)],
    "pidfd_getfd": [(PIDFD_GETFD, None, errno.EPERM)],
    "namespaces": [
        (UNSHARE, (ANY_BIT, 0, 1, NAMESPACES), errno.EPERM),
        (CLONE, (ANY_BIT, 0, 1, NAMESPACES), errno.EPERM),
    ],
    "filters": [(PRCTL, (EQUAL, 0, 1, PR_SET_SECCOMP), errno.EINVAL)],
    "ipv6": [(SOCKET, (EQUAL, 0, 1, AF_INET6), errno.EAFNOSUPPORT)],
}
RULES["docker"] = [
    *RULES["namespaces"],
    (CLONE3, None, errno.ENOSYS),  # its flags lie in memory, which no filter sees
    *((SOCKET, (EQUAL, 0, 1, family), errno.EPERM) for family in (AF_ALG, AF_VSOCK)),
    *((call, None, errno.EPERM) for call in DOCKER),
]


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


def allow_no_users() -> None:
    """Be an ordinary user in a user namespace that allows no further one (user_namespaces(7)); in
    all else it is the machine's: the setting counts by namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    ready, tell = os.pipe()
    parent = os.getpid()
    if os.fork() == 0:
        os.read(ready, 1)
        for ids in ("uid_map", "gid_map"):
            with open(f"/proc/{parent}/{ids}", "w") as file:
                file.write(f"0 0 {2**32 - 1}")
        os._exit(0)
    if libc.unshare(NEWUSER) < 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    os.write(tell, b"!")
    assert os.wait()[1] == 0, "only root may map all users"
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")
    os.setgroups([])
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


if __name__ == "__main__":
    if sys.argv[1] == "users":
        allow_no_users()
    else:
        refuse(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
