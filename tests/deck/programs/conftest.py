"""Small programs and the worlds to run them in."""

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from command_line import ROOT
from tricks import write_program

from deck.programs import catalogue, isolation
from deck.programs.spare import Spares

PYTHON = "/usr/bin/python3"


@pytest.fixture
def folder():
    """A folder that others may enter, unlike pytest's own: what root runs bare is nobody's."""
    with tempfile.TemporaryDirectory(prefix="rogue-") as path:
        os.chmod(path, 0o755)
        yield Path(path)


@pytest.fixture
def trick(folder):
    """Makes a trick of code and needs; the talk's own words behind `:needs:` are known to it."""

    def make(code: str, needs: str = "none", below: str = "") -> catalogue.Trick:
        path = write_program(folder / below, "rogue.program", code, needs=needs)
        examples = catalogue.ROOT / "examples"
        shutil.copy(examples / "talk.py", path.parents[1])
        # Its probes use these; one that can't answer sends the trick to the lab kernel.
        support = path.parents[1] / "support"
        shutil.copytree(examples / "support", support, dirs_exist_ok=True)
        return catalogue.read(path)

    return make


@pytest.fixture
def namespaces():
    """Skip where this machine refuses them."""
    if isolation.refusal():
        pytest.skip(isolation.refusal())


@pytest.fixture
def bare(monkeypatch):
    """Bare runs of root are nobody's, who must be able to start Python."""
    if os.getuid() == 0 and not _others_may_start(sys.executable):
        if not os.path.exists(PYTHON):
            pytest.skip(f"{sys.executable} is closed to others, and there is no {PYTHON}")
        monkeypatch.setattr(sys, "executable", PYTHON)


def _others_may_start(program: str) -> bool:
    path = Path(os.path.realpath(program))
    return all(above.stat().st_mode & 1 for above in (path, *path.parents))


@pytest.fixture(params=["user", "bare"])
def any_machine(request):
    """Options of Run: in namespaces, and without isolation."""
    request.getfixturevalue("bare" if request.param == "bare" else "namespaces")
    return {"isolated": request.param == "user"}


@pytest.fixture
def clone(tmp_path):
    """A plain clone, in a folder with spaces, that tests may change."""
    folder = tmp_path / "a folder with spaces"
    (folder / "examples" / "demo").mkdir(parents=True)
    shutil.copytree(ROOT / "deck", folder / "deck", ignore=shutil.ignore_patterns("theme"))
    for name in ("__init__.py", "__main__.py"):
        (folder / "examples" / name).write_text((ROOT / "examples" / name).read_text())
    shutil.copytree(ROOT / "examples" / "support", folder / "examples" / "support")
    return folder


@pytest.fixture
def spares():
    with contextlib.closing(Spares()) as made:
        yield made
