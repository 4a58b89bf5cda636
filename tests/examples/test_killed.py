"""A trick stopped at any moment leaves nothing: no process, file, name, IPC object, cgroup."""

import contextlib
import os
import random
import threading
from pathlib import Path

import pytest
from processes import family
from tricks import write_program

from deck.programs import catalogue, isolation, needs
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
LONGEST = 0.6  # seconds until the end comes; most tricks take less


def namespace(pid: int, kind: str) -> str:
    return os.readlink(f"/proc/{pid}/ns/{kind}")


def worlds_of_our_run() -> list[int]:
    """The PID namespaces of the one run that this process has under way, level by level.

    As descriptors: while we hold them, their inode numbers go to no other run. Fewer when the run
    is over before we could look; PID 1 of a level has ended then, and so has all in it.
    """
    known = {namespace(os.getpid(), "pid")}
    found = []
    for pid in family(os.getpid()):
        with contextlib.suppress(OSError):
            if namespace(pid, "pid") not in known:
                known.add(namespace(pid, "pid"))
                found.append(os.open(f"/proc/{pid}/ns/pid", os.O_RDONLY))
    return found


def members(worlds: list[int]) -> list[int]:
    inodes = {f"pid:[{os.fstat(world).st_ino}]" for world in worlds}
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if namespace(int(process.name), "pid") in inodes:
                found.append(int(process.name))
    return found


def test_the_namespaces_of_a_run_are_found(tmp_path):
    """Both levels of it; else the test below would prove nothing."""
    if isolation.refusal():
        pytest.skip(isolation.refusal())
    run = Run(
        catalogue.read(write_program(tmp_path, "demo.waits", "import signal; signal.pause()"))
    )
    for event in run.events():
        if event.kind == "start":
            worlds = worlds_of_our_run()
            run.cancel()
    assert len(worlds) == 2
    assert members(worlds) == []
    for world in worlds:
        os.close(world)


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


@pytest.mark.thorough
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
    end, worlds = threading.Timer(moment, run.cancel), None
    for event in run.events():
        if event.kind == "start":
            worlds = worlds_of_our_run()
            end.start()
    assert worlds is not None, f"it did not start: {event.text}"
    end.join()
    assert event.result in ("passed", "cancelled"), f"{event.text} (stopped after {moment:.3f} s)"
    assert members(worlds) == [], f"stopped after {moment:.3f} s"
    for world in worlds:
        os.close(world)
    assert lasting() == before, f"stopped after {moment:.3f} s"
