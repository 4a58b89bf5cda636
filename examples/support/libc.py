"""The C library, for calls that Python lacks."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, call: str) -> int:
    """Return what a call returned; OSError with the kernel's errno where that is negative."""
    if result < 0:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{call}: {os.strerror(errno)}")
    return result
