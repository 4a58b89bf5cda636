"""A trick stopped at any moment leaves nothing: no process, file, name, IPC object, cgroup."""

import contextlib
import os
import random
import threading
from pathlib import Path

import pytest

from deck.programs import catalogue, isolation, needs
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
LONGEST = 0.6  # seconds until the end comes; most tricks take less


def namespace(pid: int, kind: str) -> str:
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def world_of_our_run() -> int | None:
    """The PID namespace of the one run that this process has under way, as soon as it has one.

    As a descriptor: while we hold it, its inode number goes to no other run. None when the run is
    over before we could look; its keeper has ended then, and so has all else.
    """
    ours = namespace(os.getpid(), "pid")
    while keepers := [pid for pid in children(os.getpid()) if is_alive(pid)]:
        for pid in keepers:
            with contextlib.suppress(OSError):
                if namespace(pid, "pid_for_children") != ours:
                    return os.open(f"/proc/{pid}/ns/pid_for_children", os.O_RDONLY)
    return None


def is_alive(pid: int) -> bool:
    """Whether it still runs: a zombie only waits for us."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def members(world: int) -> list[int]:
    inode, found = os.fstat(world).st_ino, []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if namespace(int(process.name), "pid") == f"pid:[{inode}]":
                found.append(int(process.name))
    return found


def lasting() -> dict[str, list[str]]:
    """What outlives processes, if it is not cleared away."""
    # /dev/shm is a tmpfs of the run's own; that of the machine is used by others.
    places = ("/dev/mqueue", "/sys/fs/cgroup", "/run/netns")
    found = {place: sorted(os.listdir(place)) for place in places if os.path.isdir(place)}
    found |= {kind: Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:] for kind in IPC}
    found["abstract"] = sorted(
        line.split()[-1] for line in Path("/proc/net/unix").read_text().splitlines()
        if line.split()[-1].startswith("@networking")
    )  # fmt: skip
    return found


IPC = [kind for kind in ("shm", "sem", "msg") if os.path.exists(f"/proc/sysvipc/{kind}")]


@pytest.mark.parametrize("id", TRICKS)
def test_nothing_is_left_when_it_is_stopped_at_a_random_moment(id):
    verdict = needs.check(TRICKS[id])
    if not verdict.runnable:
        pytest.skip(verdict.reason)
    if isolation.refusal() and "root" not in TRICKS[id].needs:
        pytest.skip(f"this machine refuses user namespaces: {isolation.refusal()}")
    moment = random.uniform(0, LONGEST)
    before = lasting()
    run = Run(TRICKS[id])
    end = threading.Timer(moment, run.cancel)
    for event in run.events():
        if event.kind == "start":
            world = world_of_our_run()
            end.start()
    end.join()
    assert event.result in ("passed", "cancelled"), f"{event.text} (stopped after {moment:.3f} s)"
    if world is not None:
        assert members(world) == [], f"stopped after {moment:.3f} s"
        os.close(world)
    assert lasting() == before, f"stopped after {moment:.3f} s"
