"""Filters that a program puts on itself for good: of calls (seccomp), of paths (Landlock)."""

import ctypes
import os
import struct

from deck.programs.isolation_calls import MACHINE, check, number, prctl, syscall

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
ALLOW, FAIL_WITH = 0x7FFF0000, 0x00050000
EPERM, EIO = 1, 5
LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
# Where struct seccomp_data has the call's number, the kind of machine, and the arguments.
CALL, ARCHITECTURE, ARGUMENTS = 0, 4, 16
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # a second table of x86-64's calls

Row = tuple[int, int, int, int]


def refuse_calls(calls: tuple[str, ...]) -> None:
    """Have these system calls fail with EPERM, and those of any other table of the machine."""
    numbers = [number(call) for call in calls]
    rows: list[Row] = [(LOAD, 0, 0, ARCHITECTURE)]
    rows += [(JUMP_IF_EQUAL, 1, 0, ARCHITECTURES[MACHINE]), (RETURN, 0, 0, FAIL_WITH | EPERM)]
    rows += [(LOAD, 0, 0, CALL), (JUMP_IF_AT_LEAST, len(numbers) + 1, 0, X32)]
    for left, refused in zip(range(len(numbers), 0, -1), numbers, strict=True):
        rows.append((JUMP_IF_EQUAL, left, 0, refused))
    _install([*rows, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, FAIL_WITH | EPERM)])


def refuse_extended_registers() -> None:
    """Have ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE) fail, for us and all that we start.

    Before Linux 6.13 user-mode-linux asks for the extended registers into a buffer of 2696 bytes,
    which AMX outgrows; the kernel then takes none of them back (EFAULT), and process 1 dies.
    Refused the question, it asks for the classic registers instead, which all fit. The AVX halves
    are not kept then: whoever runs in it must not use them (`uml.WITHOUT_AVX`).
    """
    ptrace, getregset, xstate = 101, 0x4204, 0x202  # x86-64, the only machine that has AMX
    conditions = ((CALL, ptrace), (ARGUMENTS, getregset), (ARGUMENTS + 16, xstate))
    rows: list[Row] = []
    for left, (field, value) in zip((5, 3, 1), conditions, strict=True):
        rows += [(LOAD, 0, 0, field), (JUMP_IF_EQUAL, 0, left, value)]
    _install([*rows, (RETURN, 0, 0, FAIL_WITH | EIO), (RETURN, 0, 0, ALLOW)])


def _install(rows: list[Row]) -> None:
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = struct.pack("HxxxxxxQ", len(rows), ctypes.addressof(code))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, step="filter of system calls")


# linux/landlock.h: what may be done with files, TCP, and who may be spoken to.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
READ, ALL_OF_1 = EXECUTE | READ_FILE | READ_DIR, (1 << 13) - 1
REFER, TRUNCATE = 1 << 13, 1 << 14  # Linux 5.19 and 6.2
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
TCP, NAMES, SIGNALS = 1 | 2, 1, 2
PATH_BENEATH = 1


def landlock_abi() -> int:
    """The version of Landlock that this kernel has; 0 where there is none or it is off."""
    return max(0, syscall("landlock_create_ruleset", None, 0, 1))


def landlock(readable: list[str], writable: list[str], listed: list[str]) -> None:
    """Keep to these paths, and to who lives by the same rules, as far as this kernel has Landlock.

    Of the `listed` folders only the names are to be read.
    """
    abi = landlock_abi()
    files = ALL_OF_1 | (REFER if abi > 1 else 0) | (TRUNCATE if abi > 2 else 0)
    paths = [(path, READ) for path in readable] + [(path, READ_DIR) for path in listed]
    _live_by(abi, files, 0, [*paths, *((path, files) for path in writable)])


def landlock_names() -> None:
    """Neither TCP (Linux 6.7), nor names of others' Unix sockets, nor signals to them (6.12)."""
    _live_by(landlock_abi(), 0, TCP, [])


def _live_by(abi: int, files: int, net: int, paths: list[tuple[str, int]]) -> None:
    rules = struct.pack("QQQ", files, net if abi > 3 else 0, NAMES | SIGNALS if abi > 5 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    if not abi or not any(rules[:size]):
        return
    ruleset = check(syscall("landlock_create_ruleset", rules[:size], size, 0), "Landlock")
    for path, access in paths:
        _allow(ruleset, path, access & files)
    check(syscall("landlock_restrict_self", ruleset, 0), "Landlock")
    os.close(ruleset)


def _allow(rules: int, path: str, access: int) -> None:
    try:
        fd = os.open(path, os.O_PATH)
    except OSError:
        return  # what is not there, or closed to us anyway
    access &= -1 if os.path.isdir(path) else FOR_FILES
    rule = struct.pack("=Qi", access, fd)
    check(syscall("landlock_add_rule", rules, PATH_BENEATH, rule, 0), f"Landlock: {path}")
    os.close(fd)
