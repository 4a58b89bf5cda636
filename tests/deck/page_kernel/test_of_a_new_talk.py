"""A talk that `deck init` made has the Linux in the page as well."""

import os
import shutil
import subprocess
import sys

import pytest

from deck.programs import catalogue, page_kernel
from deck.programs.catalogue import ROOT
from deck.programs.runner import Result
from deck.templates import init


@pytest.fixture
def talk(tmp_path):
    init.write(tmp_path, "Numbers", "Ada")
    return tmp_path


@pytest.mark.timeout(180)
def test_its_programs_print_their_recordings_there(linux, talk):
    if not shutil.which("node"):
        pytest.skip("needs the Debian package nodejs")
    tricks = list(catalogue.tricks(talk).values())
    ends = {trick.id: (end.result, end.text) for trick, end in page_kernel.prove(tricks, linux)}
    passed = (Result.PASSED, "")
    assert ends == {"floats.tenths": passed, "integers.overflow": passed}


def test_its_makefile_makes_one_or_says_what_is_missing(talk, tmp_path_factory):
    empty = tmp_path_factory.mktemp("path")
    done = subprocess.run(
        [shutil.which("make"), "page-kernel", f"PYTHON={sys.executable}"],
        cwd=talk,
        env={"PATH": str(empty), "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "the Linux in the page needs node: sudo apt-get install nodejs" in done.stderr
