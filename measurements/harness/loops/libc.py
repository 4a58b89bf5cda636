"""Calls that Python lacks, with the kernel's answer looked at."""

import ctypes
import os
from collections.abc import Callable

# PyDLL keeps the interpreter's lock: nobody else is waiting for it.
_libc = ctypes.PyDLL(None, use_errno=True)

syscall: Callable[..., int] = _libc.syscall
mq_send: Callable[..., int] = _libc.mq_send
mq_receive: Callable[..., int] = _libc.mq_receive


def failed(call: str) -> OSError:
    """What the last call's errno says."""
    number = ctypes.get_errno()
    return OSError(number, f"{call}: {os.strerror(number)}")
