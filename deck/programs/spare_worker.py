"""The program that waits in a spare (spare.py), with its orders on stdin.

They are words with NUL between them: a module and its arguments; it says that it has heard, and
runs that as `python3 -m` would. Without a word it ends. What is imported here is what most
programs import anyway; nothing of the talk is, for that may be edited while this waits.
"""

import contextlib  # noqa: F401
import ctypes
import errno  # noqa: F401
import fcntl  # noqa: F401
import mmap  # noqa: F401
import os
import pathlib  # noqa: F401
import resource  # noqa: F401
import runpy
import select  # noqa: F401
import signal  # noqa: F401
import socket  # noqa: F401
import struct  # noqa: F401
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
import threading  # noqa: F401
import types


def tell(
    kind: type[BaseException], error: BaseException, trace: types.TracebackType | None
) -> None:
    """Have a traceback begin where that of `python3 -m` does: two calls further down."""
    for _ in range(2):
        trace = trace and trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)


def show(words: list[str]) -> None:
    """Have `ps` say what this has become: write it over our command line, as far as that is long.

    It lies where proc_pid_stat(5) says: arg_start and arg_end.
    """
    with open("/proc/self/stat", "rb") as stat:
        start, end = map(int, stat.read().rpartition(b")")[2].split()[45:47])
    line = "\0".join(words).encode()[: end - start - 1].ljust(end - start, b"\0")
    ctypes.memmove(start, line, len(line))


def main() -> None:
    with open(0, "rb", closefd=False) as orders:
        words = os.fsdecode(orders.read()).split("\0")
    if words == [""]:
        return
    os.write(0, b"!")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    show([sys.executable, "-u", "-m", *words])
    sys.path[0] = os.getcwd()
    sys.argv[1:] = words[1:]
    # The program shall find no names of ours among its own, and no line in its tracebacks.
    ours, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    if hasattr(ours, "__annotations__"):  # until Python 3.14 there are, even where none are used
        sys.modules["__main__"].__annotations__ = {}
    sys.excepthook = tell
    runpy._run_module_as_main(words[0])  # type: ignore[attr-defined]  # what `python3 -m` itself calls


if __name__ == "__main__":
    main()
