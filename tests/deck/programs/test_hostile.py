"""What a hostile program gets in each mode, as root and as an ordinary user: what the table says.

The modes and promises are isolation_table.py's, the attempts on each promise hostile.py's; OPEN
says which of them succeed. docs/threat-model.rst names these tests.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import hostile
import pytest

from deck.programs import catalogue, isolation, isolation_filters, refusals, uml
from deck.programs import isolation_table as table
from deck.programs.runner import Run

PROGRAM = Path(hostile.__file__)
CALLS = PROGRAM.with_name("hostile_calls.py")
DRIVER = PROGRAM.with_name("hostile_run.py")
USER = 12345
LANDLOCK = isolation_filters.landlock_abi()
NEVER = 1000
DEVICE = "/dev/net/tun"
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be root")
needs_lab = pytest.mark.skipif(not uml.kernels(), reason="needs the Debian package user-mode-linux")

# Who presses the button. Whose the run is, is in all modes an ordinary user: root's is nobody.
ORDINARY, SUDO, ROOT = "an ordinary user", "root by sudo", "root"
A_USER, ANYBODY = (ORDINARY, SUDO), (ORDINARY, SUDO, ROOT)


class Open(NamedTuple):
    """An attempt that succeeds: for whom, and before which version of Landlock."""

    to: tuple[str, ...] = ANYBODY
    before: int = NEVER


# It is taken for good by who has this capability (proc_pid_oom_score_adj(5)).
CAP_SYS_RESOURCE = 24
TAKES_ITS_PLACE_BACK = Open(
    ANYBODY if refusals.rights_lacking((CAP_SYS_RESOURCE,)) else (ORDINARY,)
)

# What a promise itself leaves open.
SAID_BY_THE_PROMISE = ("memory_behind_others", "keys_by_name")

# All other attempts fail. Versions 1, 3, 4 and 6 of Landlock came with Linux 5.13, 6.2, 6.7, 6.12.
OPEN = {
    "user": {"memory_behind_others": TAKES_ITS_PLACE_BACK, "keys_by_name": Open(A_USER)},
    "root": {"memory_behind_others": TAKES_ITS_PLACE_BACK, "keys_by_name": Open(A_USER)},
    "lab": {},
    "machine": {
        "memory_behind_others": TAKES_ITS_PLACE_BACK,
        "keys_by_name": Open(A_USER),
        "network": Open(),
        "network_to_change": Open(),
        "udp": Open(),
        "tcp": Open(before=4),
        "sockets_by_name": Open(before=6),
    },
    "bare": {
        "files": Open(before=1),
        "files_by_remount": Open(before=1),
        "files_by_more_namespaces": Open(before=1),
        "files_by_shortening": Open(A_USER, before=3),
        "files_in_memory": Open(A_USER),
        "files_by_mode": Open(A_USER),
        "secrets": Open(A_USER, before=1),
        "secrets_by_listing": Open(A_USER),
        "secrets_by_size": Open(A_USER),
        "sockets_by_path": Open(),
        "sockets_by_name": Open(before=6),
        "tcp": Open(),
        "udp": Open(),
        "network": Open(),
        "processes": Open(),
        "signals": Open(A_USER, before=6),
        "devices": Open(before=1),
        "keys_by_name": Open(A_USER),
        "memory_behind_others": TAKES_ITS_PLACE_BACK,
        "survivors": Open((ORDINARY,), before=6),
    },
}


PROMISES = {one.__name__: name for name, tried in hostile.ATTEMPTS.items() for one in tried}
PROMISES["survivors"] = "end"


def expected(mode, who, landlock=LANDLOCK):
    """The cells of the table, each with an attempt that succeeds there."""
    opened = OPEN[mode].items()
    got = {name for name, open in opened if who in open.to and landlock < open.before}
    return {(PROMISES[name], name) for name in got}


# First the one whom every machine can have: it is the sample.
@pytest.fixture(params=[ORDINARY, ROOT, SUDO])
def who(request):
    """Whose run it is: root's, or an ordinary user's by a real drop."""
    if os.getuid() != 0 and request.param != ORDINARY:
        pytest.skip("only root can be root")
    return request.param


@pytest.fixture
def got(trick, folder, bare):
    """Runs the hostile program; says which promises it has broken, by which attempt, and what it
    got."""

    def run(mode, who, needs="none", landlock=LANDLOCK, spare=False, isolated=True):
        options = _as(who)
        path = trick(PROGRAM.read_text().partition('"""\n\n')[2], needs).path
        shutil.copy(CALLS, path.parent)
        order = {
            **_make_machine(folder, who, landlock),
            "program": str(path),
            "isolated": isolated and mode != "bare",
            "lab": mode == "lab",
            "unasked": mode == "machine",
            "spare": spare,
        }
        command = [sys.executable, str(shutil.copy(DRIVER, folder)), json.dumps(order)]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, timeout=90, check=False, **options
        )
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        assert told["got"][-1:] == ["all tried"], told
        assert told["place"] == [_place(mode, landlock)]
        assert told["alive"], told
        assert told["end"] == ["passed", ""] or told["survivors"], told
        lines = [line.partition(" ") for line in told["got"][:-1]]
        words = {name: json.loads(words) for name, _, words in lines}
        words |= {"survivors": told["survivors"]} if told["survivors"] else {}
        return {(PROMISES[name], name): words[name] for name in words}

    return run


def _as(who):
    """Options of a process that is theirs."""
    if os.getuid() == 0 and who == ORDINARY:
        return {"user": USER, "group": USER, "extra_groups": []}
    by_sudo = {"SUDO_UID": str(USER), "SUDO_GID": str(USER)} if who == SUDO else {}
    return {"env": {key: os.environ[key] for key in os.environ if key[:5] != "SUDO_"} | by_sudo}


def _make_machine(folder, who, landlock):
    """A machine's files, and this machinery as it is on a kernel with such a Landlock."""
    programs = folder / "checkout" / "deck" / "programs"
    shutil.copytree(catalogue.ROOT / "deck" / "programs", programs)
    (programs.parent / "__init__.py").write_text("")
    with (programs / "isolation_filters.py").open("a") as filters:
        filters.write(f"\n\ndef landlock_abi():\n    return {landlock}\n")
    home, session = folder / "home", folder / "session"
    home.mkdir(mode=0o700)
    session.mkdir()
    if os.getuid() == 0 and who != ROOT:
        os.chown(home, USER, USER)
        os.chown(session, USER, USER)
    return {
        "checkout": str(folder / "checkout"),
        "talk": str(folder),
        "home": str(home),
        "bus": str(session / "bus"),
    }


def _place(mode, landlock):
    """The words for the mode that the run has to be in."""
    kernel = uml.kernels()[0].release if mode == "lab" else ""
    return table.sentence(mode, kernel, landlock=bool(landlock))


@pytest.mark.thorough(kind="hostile in namespaces")
@pytest.mark.parametrize("needs", ["none", "own net", "ptrace"])
def test_in_namespaces_it_gets_nothing(got, namespaces, who, needs):
    assert got("user", who, needs).keys() == expected("user", who)


@pytest.mark.thorough(kind="hostile in a spare")
@pytest.mark.parametrize("needs", ["none", "own net", "ptrace"])
def test_in_a_spare_it_gets_nothing(got, namespaces, who, needs):
    assert got("user", who, needs, spare=True).keys() == expected("user", who)


@pytest.mark.thorough(kind="hostile in the lab kernel")
@needs_lab
@pytest.mark.parametrize("isolated", [True, False], ids=["in namespaces", "bare"])
@pytest.mark.parametrize("needs", ["own net", "root"])
def test_in_the_lab_kernel_it_gets_nothing(got, who, needs, isolated):
    """Wherever that kernel itself runs, without even Landlock: it isolates its one run."""
    landlock = LANDLOCK if isolated else 0
    assert got("lab", who, needs, landlock, isolated=isolated).keys() == expected("lab", who)


@pytest.mark.thorough(kind="hostile with rights")
@needs_root
@pytest.mark.parametrize("by", [ROOT, SUDO])
@pytest.mark.parametrize("spare", [False, True], ids=["cold", "in a spare"])
@pytest.mark.parametrize("needs", ["root, bpf", "root, bpf, own net"])
def test_with_the_rights_of_root_it_gets_nothing_more(got, needs, spare, by):
    """CAP_SYS_ADMIN of the machine, behind "own net", mounts nothing: a filter refuses it."""
    assert got("root", by, needs, spare=spare).keys() == expected("root", by)


@pytest.mark.thorough(kind="hostile on the machine's network")
@needs_root
@pytest.mark.parametrize("by", [ROOT, SUDO])
@pytest.mark.parametrize("landlock", [LANDLOCK, 0, 3, 5])
def test_on_the_machines_network_it_gets_what_the_table_says(got, by, landlock):
    """Bluetooth's world, whether or not this machine has Bluetooth."""
    landlock = min(landlock, LANDLOCK)
    there = expected("machine", by, landlock)
    assert got("machine", by, "root, module bluetooth", landlock).keys() == there


@needs_root
@pytest.mark.skipif(not os.path.exists(DEVICE), reason="a container may have no such device")
@pytest.mark.parametrize("mode, needs", [("root", "bpf"), ("machine", "module bluetooth")])
def test_of_devices_it_gets_the_one_that_its_need_names(got, mode, needs):
    found = got(mode, ROOT, f"root, {needs}, file {DEVICE}")
    assert found.keys() == expected(mode, ROOT) | {("devices", "devices")}
    assert found["devices", "devices"] == [DEVICE]


@pytest.mark.thorough(kind="hostile without isolation")
@pytest.mark.parametrize("landlock", [LANDLOCK, 0, 2, 5])
def test_without_isolation_it_gets_what_the_table_says(got, who, landlock):
    landlock = min(landlock, LANDLOCK)
    there = expected("bare", who, landlock)
    if isolation.refusal():
        there -= {("files", "files_by_more_namespaces")}
    assert got("bare", who, landlock=landlock).keys() == there


@pytest.mark.parametrize("mode", OPEN)
def test_where_the_table_promises_nothing_is_open_and_elsewhere_something(mode):
    """The tests above hold what stands in the table: each promise in each mode."""
    opened = {PROMISES[name] for name in OPEN[mode] if name not in SAID_BY_THE_PROMISE}
    opened |= {"devices"} if mode in ("root", "machine") else set()  # the one that its need names
    assert opened == {promise for promise in table.PROMISES if mode not in table.HOLDS[promise]}
    assert {promise for promise in PROMISES.values()} == set(table.PROMISES)


def test_what_would_change_the_network_does_not_run_without_isolation(trick, monkeypatch):
    monkeypatch.setattr(uml, "kernels", lambda: [])
    [end] = Run(trick("print('no')", "own net"), isolated=False).events()
    assert end.result == "skipped"
    assert "without isolation it would change the machine's" in end.text
