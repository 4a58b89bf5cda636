"""A bound on the memory of a whole run, where this machine lets us make a control group.

Ours is made beside or below the one that we are in: so root may do everywhere, and an ordinary user
where systemd has handed him a part of the tree (a terminal of the desktop, `systemd-run --user
--scope`). Elsewhere the limits of isolation_table.py are all there is.
"""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from deck.programs.isolation_table import MEMORY, TASKS

GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
# By version of cgroups(7): what bounds memory, swap with it, and the number of tasks.
BOUNDS = {
    2: {"memory.max": MEMORY, "memory.swap.max": 0, "pids.max": TASKS},
    1: {"memory.limit_in_bytes": MEMORY, "memory.memsw.limit_in_bytes": MEMORY},
}
NEEDED = ("memory.max", "memory.limit_in_bytes")
SECONDS = 2.0  # until what was killed in a group is gone from it


@contextlib.contextmanager
def bound() -> Iterator[str]:
    """A control group for one run, as a path, and gone with the block; "" where none can be had."""
    group = next(filter(None, (_make(*place) for place in _places())), None)
    try:
        yield str(group) if group else ""
    finally:
        if group:
            _remove(group)


def _places() -> list[tuple[int, Path]]:
    """Folders in which a group with a bound may be made: (version, folder)."""
    found = []
    for row in MEMBERSHIP.read_text().splitlines():
        number, controllers, path = row.split(":", 2)
        if number == "0":
            # Version 2: only a leaf of the tree has processes, so ours is a sister.
            for top in (GROUPS, GROUPS / "unified"):
                mine = top / path[1:]
                found.append((2, mine.parent if path != "/" else mine))
        elif "memory" in controllers.split(","):
            found.append((1, GROUPS / "memory" / path[1:]))
    return found


def _make(version: int, above: Path) -> Path | None:
    for old in above.glob("trick-*"):
        # A runner that was killed could not take its own away; an empty one lets itself be removed.
        if not os.path.exists(f"/proc/{old.name.split('-')[1]}"):
            with contextlib.suppress(OSError):
                old.rmdir()
    group = above / f"trick-{os.getpid()}-{time.monotonic_ns()}"
    try:
        group.mkdir()
    except OSError:
        return None
    bounded = False
    for name, value in BOUNDS[version].items():
        with contextlib.suppress(OSError):  # this machine's has no such bound
            (group / name).write_text(str(value))
            bounded |= name in NEEDED
    if bounded:
        return group
    group.rmdir()
    return None


def _remove(group: Path) -> None:
    """Take the group away, and what a bare run may have left in it."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            for pid in (group / "cgroup.procs").read_text().split():
                os.kill(int(pid), signal.SIGKILL)
        try:
            group.rmdir()
            return
        except OSError:
            os.sched_yield()
