"""The tables of the house, in README.md and docs/architecture.rst, are the tree."""

import re
import subprocess
from pathlib import Path

import pytest

from deck.programs import catalogue

ROOT = catalogue.ROOT
ARCHITECTURE = (ROOT / "docs" / "architecture.rst").read_text("utf-8")


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """The files of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a checkout")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [Path(name) for name in listed.splitlines()]


def entries(files: list[Path], depth: int) -> set[str]:
    """What lies so deep; folders end with a slash."""
    return {
        "/".join(file.parts[:depth]) + ("/" if len(file.parts) > depth else "")
        for file in files
        if len(file.parts) >= depth
    }


def rooms(files: list[Path]) -> set[str]:
    return {name for name in entries(files, 2) if re.fullmatch(r"deck/\w+/", name)}


def test_the_table_in_the_readme_is_the_tree(files):
    house = (ROOT / "README.md").read_text("utf-8").partition("## The house")[2]
    rows = re.findall(r"^\| `([^`]+)` \|", house, re.MULTILINE)
    assert sorted(rows) == sorted(entries(files, 1) | rooms(files))


def test_the_table_of_the_architecture_has_each_room(files):
    rows = re.findall(r"^``(\w+/)``  ", ARCHITECTURE, re.MULTILINE)
    assert sorted(f"deck/{row}" for row in rows) == sorted(rooms(files))


def test_where_a_fault_would_be_mended_is_there():
    table = ARCHITECTURE.partition("Where a fault")[2]
    places = re.findall(r"``(\w+/[\w/.]+)``", table)
    assert places
    for place in places:
        assert (ROOT / place).exists(), place
