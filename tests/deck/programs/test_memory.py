"""The control group of a run: it is in it, it is bounded, and nothing of it stays."""

import os
from pathlib import Path

import pytest

from deck.programs import isolation_table as table
from deck.programs import memory
from deck.programs.runner import Run

FOREVER = "import signal\nprint('ready')\nsignal.pause()"


HUNGRY = """
    import os
    taken = os.memfd_create("hungry")
    print("ready", flush=True)
    for megabyte in range(3 << 10):
        if megabyte == 2 << 10:
            taken = os.memfd_create("more")
        os.write(taken, b"x" * (1 << 20))
"""


def test_memory_is_bounded_where_a_control_group_can_be_had(trick, namespaces, monkeypatch):
    """Bounded to less here: a machine for tests has better things to do with 2 GB."""
    bounds = {
        version: {name: min(value, 64 << 20) for name, value in files.items()}
        for version, files in memory.BOUNDS.items()
    }
    monkeypatch.setattr(memory, "BOUNDS", bounds)
    with memory.bound() as group:
        if not group:
            pytest.skip("no control group can be made here")
    assert not os.path.exists(group)
    *events, end = Run(trick(HUNGRY)).events()
    assert [event.text for event in events if event.kind == "stdout"] == ["ready"]
    assert end.result == "failed"


def test_a_run_is_in_its_control_group(trick, namespaces):
    with memory.bound() as group:
        if not group:
            pytest.skip("no control group can be made here")
    groups(trick)


def test_a_run_is_in_its_control_group_of_version_2(trick, namespaces, monkeypatch):
    """Which has a bound that any such group can have: its memory may be another version's."""
    tops = (memory.GROUPS, memory.GROUPS / "unified")
    places = [(2, top) for top in tops if (top / "cgroup.subtree_control").exists()]
    monkeypatch.setattr(memory, "_places", lambda: places)
    monkeypatch.setattr(memory, "BOUNDS", {2: {"cgroup.max.depth": 3}})
    monkeypatch.setattr(memory, "NEEDED", ("cgroup.max.depth",))
    with memory.bound() as group:
        if not group:
            pytest.skip("no control group of version 2 can be made here")
    groups(trick)


def groups(trick):
    """Hold what a run says of its groups against the one that was made for it."""
    *events, end = Run(trick("print(open('/proc/self/cgroup').read())")).events()
    said = [event.text for event in events if event.kind == "stdout"]
    assert end.result == "passed" and any(f"/trick-{os.getpid()}-" in row for row in said), said


def test_beside_us_in_systemds_tree_a_group_is_made_with_bounds(monkeypatch, tmp_path):
    """As after `systemd-run --user --scope`: cgroups of version 2, and a parent of our own."""
    mine = "user.slice/user-1000.slice/user@1000.service/app.slice/run-1.scope"
    (tmp_path / mine).mkdir(parents=True)
    membership = tmp_path / "membership"
    membership.write_text(f"0::/{mine}\n")
    monkeypatch.setattr(memory, "GROUPS", tmp_path)
    monkeypatch.setattr(memory, "MEMBERSHIP", membership)
    gone = []
    monkeypatch.setattr(memory, "_remove", gone.append)
    with memory.bound() as group:
        made = Path(group)
        assert made.parent == (tmp_path / mine).parent
        assert {path.name: path.read_text() for path in made.iterdir()} == {
            "memory.max": str(table.MEMORY),
            "memory.swap.max": "0",
            "pids.max": str(table.TASKS),
        }
    assert gone == [made]


def test_what_a_killed_runner_left_is_taken_away(namespaces):
    with memory.bound() as group:
        if not group:
            pytest.skip("no control group can be made here")
        left = Path(group).with_name("trick-4194305-1")  # above any pid (PID_MAX_LIMIT)
        left.mkdir()
    with memory.bound():
        assert not left.exists()


def test_where_no_group_can_be_made_there_is_none(monkeypatch, tmp_path):
    (tmp_path / "membership").write_text("0::/session.scope\n")
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "closed")
    monkeypatch.setattr(memory, "MEMBERSHIP", tmp_path / "membership")
    with memory.bound() as group:
        assert group == ""
