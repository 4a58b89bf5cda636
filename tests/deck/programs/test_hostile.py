"""What a hostile program gets, in each mode, as root and as an ordinary user: what the table says.

The modes are isolation_table.py's; docs/threat-model.rst names these tests.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deck.programs import catalogue, isolation_filters, uml
from deck.programs import isolation_table as table

PROGRAM = Path(__file__).with_name("hostile.py")
DRIVER = Path(__file__).with_name("hostile_run.py")
ORDINARY = 12345
LANDLOCK = isolation_filters.landlock_abi()
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can be root")
needs_lab = pytest.mark.skipif(not uml.kernels(), reason="needs the Debian package user-mode-linux")


# First the one whom every machine can have: it is the sample.
@pytest.fixture(params=["as an ordinary user", "as root"])
def who(request):
    """Whose run it is: root's, or an ordinary user's by a real drop."""
    if os.getuid() != 0 and request.param == "as root":
        pytest.skip("only root can be root")
    return request.param


def place(needs, isolated, lab, unasked):
    """The words for the mode that the run has to be in."""
    if lab:
        return table.sentence("lab", uml.kernels()[0].release)
    mode = "machine" if unasked else "root" if "root" in needs else "user"
    return table.sentence(mode if isolated else "bare", landlock=bool(LANDLOCK))


@pytest.fixture
def hostile(trick, folder, bare):
    """Runs the hostile program, and says what it got."""

    def run(needs="none", who="as root", isolated=True, lab=False, unasked=False, spare=False):
        checkout = folder / "checkout"
        shutil.copytree(catalogue.ROOT / "deck" / "programs", checkout / "deck" / "programs")
        (checkout / "deck" / "__init__.py").write_text("")
        home = folder / "home"
        home.mkdir(mode=0o700)
        ordinary = {}
        if os.getuid() == 0 and who != "as root":
            os.chown(home, ORDINARY, ORDINARY)
            ordinary = {"user": ORDINARY, "group": ORDINARY, "extra_groups": []}
        made = trick(PROGRAM.read_text().partition('"""\n\n')[2], needs)
        order = {
            **{"checkout": str(checkout), "home": str(home), "talk": str(folder)},
            **{"program": str(made.path), "isolated": isolated, "lab": lab},
            **{"unasked": unasked, "spare": spare},
        }
        command = [sys.executable, str(shutil.copy(DRIVER, folder)), json.dumps(order)]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, timeout=90, check=False, **ordinary
        )
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        assert told["got"][-1:] == ["all tried"], told
        assert told["place"] == [place(needs, isolated, lab, unasked)]
        assert told["left"] == [] and told["alive"], told
        return {line.partition(" ")[0]: line.partition(" ")[2] for line in told["got"][:-1]}

    return run


@pytest.mark.thorough(kind="hostile in namespaces")
@pytest.mark.parametrize("needs", ["none", "own net", "ptrace"])
def test_in_namespaces_it_gets_nothing(hostile, namespaces, who, needs):
    assert hostile(needs, who) == {}


@pytest.mark.thorough(kind="hostile in a spare")
@pytest.mark.parametrize("needs", ["none", "own net", "ptrace"])
def test_in_a_spare_it_gets_nothing(hostile, namespaces, who, needs):
    assert hostile(needs, who, spare=True) == {}


@pytest.mark.thorough(kind="hostile in the lab kernel")
@needs_lab
@pytest.mark.parametrize("needs", ["own net", "root"])
def test_in_the_lab_kernel_it_gets_nothing(hostile, who, needs):
    assert hostile(needs, who, lab=True) == {}


@pytest.mark.thorough(kind="hostile with rights")
@needs_root
@pytest.mark.parametrize("spare", [False, True], ids=["cold", "in a spare"])
@pytest.mark.parametrize("needs", ["root, bpf", "root, bpf, own net"])
def test_with_the_rights_of_root_it_gets_nothing_more(hostile, needs, spare):
    """CAP_SYS_ADMIN of the machine, behind "own net", mounts nothing: a filter refuses it."""
    assert hostile(needs, spare=spare) == {}


@needs_root
def test_on_the_machines_network_it_gets_what_the_table_says(hostile):
    """Bluetooth's world, whether or not this machine has Bluetooth."""
    got = hostile("root, module bluetooth", unasked=True).keys()
    refused_by_landlock = {"tcp": 4, "sockets_by_name": 6}
    open_here = {what for what, abi in refused_by_landlock.items() if abi > LANDLOCK}
    assert got - {"network"} == open_here


def test_without_isolation_it_gets_what_the_table_says(hostile, who):
    """Of files nothing, where Landlock is: not those of its user either."""
    got = hostile("none", who, isolated=False).keys()
    refused_by_landlock = {
        **{"files": 1, "files_by_remount": 1, "files_by_more_namespaces": 1, "devices": 1},
        **{"files_by_unmounting": 1, "secrets": 1, "sockets_by_name": 6, "signals": 6},
    }
    open_here = {what for what, abi in refused_by_landlock.items() if abi > LANDLOCK}
    # A path in a home that is closed to nobody stays closed to root's runs.
    always = {"tcp", "processes"} | ({"sockets_by_path"} if who != "as root" else set())
    assert got - {"network", "keeper", "keys"} - open_here == always
