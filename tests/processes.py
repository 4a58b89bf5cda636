"""Who is still alive? Processes are found by the folder they work in, or by a trick's name."""

import contextlib
import os
import select
import time
from pathlib import Path

# Long enough for a busy machine; no test waits so long unless it fails.
PATIENCE = 30.0


def pids_inside(folder: Path) -> list[int]:
    """All processes whose working directory lies in `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may end while we look
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                found.append(int(process.name))
    return found


def inside(folder: Path) -> list[str]:
    """The same as command lines, for an assertion's message."""
    found = []
    for pid in pids_inside(folder):
        with contextlib.suppress(OSError):
            found.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def processes_of(id: str) -> list[int]:
    """All processes, of whatever user and namespace, that have the trick's name in their arguments.

    A forked child keeps its parent's arguments, so this finds daemons too.
    """
    name = id.partition(".")[2].encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if name in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def family(pid: int) -> list[int]:
    """A process, and all below it that do not end while we look."""
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended
            for child in thread.read_text().split():
                found += family(int(child))
    return found


def wait_until_gone(pids: list[int]) -> None:
    """Wait on the processes themselves (pidfd_open(2))."""
    deadline = time.monotonic() + PATIENCE
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            fd = os.pidfd_open(pid)
            ready, _, _ = select.select([fd], [], [], deadline - time.monotonic())
            os.close(fd)
            assert ready, f"process {pid} is still there"
