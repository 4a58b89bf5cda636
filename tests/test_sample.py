"""`make test` runs a sample of what is marked thorough, and CI all of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = "tests/examples/test_killed.py"


@pytest.mark.parametrize(("thorough", "each"), [("", "family"), ("yes", "trick")])
def test_one_trick_of_each_family_or_all(thorough, each):
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--collect-only", TESTS],
        cwd=ROOT,
        env=os.environ | {"THOROUGH": thorough},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ids = [line.partition("[")[2].rstrip("]") for line in told.splitlines() if "[" in line]
    programs = list((ROOT / "examples").glob("*/*.py"))
    tricks = [path for path in programs if (path.with_suffix(".toml")).exists()]
    families = {path.parent.name for path in tricks}
    assert len(ids) == (len(families) if each == "family" else len(tricks))
    assert {id.partition(".")[0] for id in ids} == families
