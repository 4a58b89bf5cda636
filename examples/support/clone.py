"""A new process whose number we choose: clone3(2)."""

import ctypes
import signal
import struct
from array import array

from examples.support.libc import checked
from examples.support.machines import number

# struct clone_args: what the call is told, each 64 bits wide
CLONE_ARGS = (
    *("flags", "pidfd", "child_tid", "parent_tid", "exit_signal"),
    *("stack", "stack_size", "tls", "set_tid", "set_tid_size"),
)


def fork_with_pid(pid: int) -> int:
    """Fork; the new process gets this number, in its PID namespace.

    Takes CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE over that namespace, and Linux 5.5; EEXIST where
    somebody has the number. Returns as fork(2) does. The new process should do little: none of
    what Python does after os.fork() is done for it.
    """
    numbers = array("i", [pid])
    address, count = numbers.buffer_info()
    wish = dict.fromkeys(CLONE_ARGS, 0) | {
        "exit_signal": signal.SIGCHLD,
        "set_tid": address,
        "set_tid_size": count,
    }
    args = struct.pack(f"={len(wish)}Q", *wish.values())
    # PyDLL: the new process needs Python's lock, so nobody gives it away during the call.
    clone3 = ctypes.PyDLL(None, use_errno=True).syscall
    return checked(
        clone3(number("clone3"), args, len(args)), "clone3"
    )
