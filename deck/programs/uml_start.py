"""Start a program on a CPU whose registers a lab kernel does not know: `uml_start.py COMMAND...`.

Before Linux 6.13 user-mode-linux asks ptrace(2) for the extended registers into a buffer of 2696
bytes, which AMX outgrows; the kernel then takes none of them back (EFAULT), and process 1 dies.
Refused the question, it asks for the classic registers instead, which all fit. The AVX halves are
not kept then: whoever runs in it must not use them (`uml.WITHOUT_AVX`).
"""

import ctypes
import os
import struct
import sys
from pathlib import Path

SYS_PTRACE = 101  # x86-64, the only machine that has AMX
PTRACE_GETREGSET, NT_X86_XSTATE = 0x4204, 0x202
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
ALLOW, FAIL_WITH_EIO = 0x7FFF0000, 0x00050005
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
# Where struct seccomp_data keeps the number of the call, and its first and third argument.
NUMBER, REQUEST, REGISTERS = 0, 16, 32


def needed() -> bool:
    """Whether this machine's CPU has registers that an old user-mode-linux chokes on."""
    words = Path("/proc/cpuinfo").read_text().partition("\nflags")[2].partition("\n")[0].split()
    return "amx_tile" in words


def refuse_extended_registers() -> None:
    """Have ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE) fail, for us and all that we start."""
    conditions = ((NUMBER, SYS_PTRACE), (REQUEST, PTRACE_GETREGSET), (REGISTERS, NT_X86_XSTATE))
    rows: list[tuple[int, int, int, int]] = []
    for left, (field, value) in zip((5, 3, 1), conditions, strict=True):
        rows += [(LOAD, 0, 0, field), (JUMP_IF_EQUAL, 0, left, value)]
    rows += [(RETURN, 0, 0, FAIL_WITH_EIO), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    program = struct.pack("HxxxxxxQ", len(rows), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program)):
        if libc.prctl(*call, *[0] * (5 - len(call))) < 0:
            raise OSError(ctypes.get_errno(), "no seccomp filter for the lab kernel")


if __name__ == "__main__":
    refuse_extended_registers()
    os.execvp(sys.argv[1], sys.argv[1:])
