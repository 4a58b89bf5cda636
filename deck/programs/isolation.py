"""How the runner starts what isolates (isolation_levels.py), and learns of its refusals."""

import functools
import os
import pwd
import subprocess
import sys
from pathlib import Path

from deck.programs import refusals
from deck.programs.isolation_table import NOBODY

PACKAGE = Path(__file__).resolve().parents[1]  # the folder `deck`
START = (
    "import os, sys; sys.path.append(sys.argv[1]);"
    " from deck.programs.isolation_levels import main; os._exit(main(*sys.argv[2:]))"
)


def command(
    mode: str,
    leash: int,
    report: int,
    program: list[str],
    *,
    capabilities: tuple[int, ...] = (),
    places: tuple[str, ...] = (),
    devices: tuple[str, ...] = (),
    owner: tuple[int, int] | None = None,
    home: str = "",
    registers: bool = False,
    cgroup: str = "",
) -> list[str]:
    """The command line that runs `program` in a world of its own, for the words see
    isolation_levels.Order.

    Besides `places` it sees this Python; `owner` is owner_outside() when left out.
    """
    owner = owner or owner_outside()
    # -I and -S: nothing of the user's Python settings, and a start in a third of the time.
    start = [sys.executable, "-I", "-S", "-c", START, str(PACKAGE.parent)]
    order = [
        mode,
        ",".join(map(str, capabilities)),
        "{}:{}".format(*owner),
        "{}:{}".format(*inside(owner)),
        "\n".join((*places, *python())),
        "\n".join(devices),
        home,
        "registers" if registers else "",
        cgroup,
        str(leash),
        str(report),
    ]
    return [*start, *order, *program]


def owner_outside() -> tuple[int, int]:
    """User and group that a run is on the machine: our own; root's: who called sudo, or nobody."""
    if os.getuid():
        return os.getuid(), os.getgid()
    uid, gid = (int(os.environ.get(f"SUDO_{id}") or 0) for id in ("UID", "GID"))
    return (uid, gid) if uid and gid else (NOBODY, NOBODY)


@functools.cache
def inside(owner: tuple[int, int]) -> tuple[int, int]:
    """What these ids are in a run's own user namespace: PostgreSQL wants a name for its user, and
    "nobody" stands for all who have none there."""
    uid, gid = owner
    try:
        pwd.getpwuid(uid)
        if uid != NOBODY:
            return uid, gid
        daemon = pwd.getpwnam("daemon")
        return daemon.pw_uid, daemon.pw_gid
    except KeyError:
        return 1, 1


@functools.cache
def python() -> tuple[str, ...]:
    """Where this Python lies, and the links between it and its environment."""
    return tuple(dict.fromkeys((sys.executable, sys.prefix, sys.base_prefix, sys.exec_prefix)))


@functools.cache
def refusal(mode: str = "user") -> str:
    """Why this machine gives us no such world, and what to do; "" when it does."""
    leash, held = os.pipe()
    report, write = os.pipe()
    try:
        world = subprocess.Popen(
            command(mode, leash, write, ["/bin/true"]),
            cwd="/",
            pass_fds=(leash, write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(report) as text:
            reason = text.read()
        world.wait()
    finally:
        os.close(leash)
        os.close(held)
    return refusals.explain(reason) if reason else ""
