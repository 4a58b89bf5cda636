"""Who is still alive? Processes are found by the folder they work in, unique to each test."""

import contextlib
import os
from pathlib import Path


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
