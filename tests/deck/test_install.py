"""The package: it holds the machinery without the talk, and declares what it imports."""

import ast
import functools
import io
import itertools
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path

import pytest
import sphinx
import wheel

import deck
from deck.__main__ import COMMANDS

ROOT = wheel.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
# What one asks for when one uses a room; the lower storey asks for nothing (test_layers.py).
ROOMS = {
    "slides": "slides",
    "directives": "slides",
    "handout": "slides",
    "handout/pdf.py": "pdf",
    "stage": "stage",
    "check": "check",
    "templates/talk/tests": "test",
}
# Declared and not imported: its files are taken from it, or it is called as a program.
UNIMPORTED = {"sphinx-revealjs", "sphinx-autobuild", "pytest-timeout"}


def names(requirements: list[str]) -> set[str]:
    """The distributions of some requirements, with those of the extras that they name."""
    found = set()
    for requirement in requirements:
        name = re.match(r"[\w.-]+", requirement)[0].lower()
        if extras := re.match(r"sphinx-stage\[(.+)\]", requirement):
            found |= set().union(*(names(EXTRAS[extra]) for extra in extras[1].split(",")))
        else:
            found.add(name)
    return found


@functools.cache
def brought_by() -> Mapping[str, list[str]]:
    """Which distributions bring a module."""
    return metadata.packages_distributions()


@functools.cache
def imported(path: Path) -> set[str]:
    """The distributions of the modules that a file imports, whoever brings them."""
    tops = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            tops |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            tops.add(node.module.partition(".")[0])
    brought = brought_by()
    others = tops - set(sys.stdlib_module_names) - {"deck", "examples"}
    return {brought[top][0].lower() for top in others}


def room_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "deck").as_posix()
    rooms = [room for room in ROOMS if inside == room or inside.startswith(f"{room}/")]
    return max(rooms, key=len, default="")


UPPER = [path for path in sorted((ROOT / "deck").rglob("*.py")) if room_of(path)]


@pytest.mark.parametrize("path", UPPER, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_room_imports_its_extra_declares(path):
    extra = ROOMS[room_of(path)]
    undeclared = imported(path) - names(EXTRAS[extra])
    assert not undeclared, f"add it to the extra {extra!r} in pyproject.toml"


def test_nothing_is_declared_that_nobody_imports():
    used = set().union(*map(imported, UPPER))
    for extra, requirements in EXTRAS.items():
        assert names(requirements) <= used | UNIMPORTED, f"the extra {extra!r} has too much"


def test_the_tests_declare_what_they_import():
    declared = names(EXTRAS["all"]) | names(
        [*itertools.chain(*PROJECT["dependency-groups"].values())]
    )
    own = {path.stem for path in (ROOT / "tests").rglob("*.py")}
    for path in (ROOT / "tests").rglob("*.py"):
        tree = path.read_text()
        tops = set(re.findall(r"^\s*(?:from|import) (\w+)", tree, re.MULTILINE))
        brought = brought_by()
        for top in tops - own - set(sys.stdlib_module_names):
            if top in brought:
                assert brought[top][0].lower().replace("_", "-") in declared, f"{path}: {top}"


def test_the_wheel_is_the_machinery_and_nothing_of_the_talk():
    kept = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "deck"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if kept.returncode:
        pytest.skip("no clone: git can't say which files there are")
    files = {name for name in kept.stdout.splitlines() if (ROOT / name).exists()}
    packed = set(zipfile.ZipFile(io.BytesIO(wheel.wheel())).namelist())
    assert {name for name in packed if not name.startswith("sphinx_stage-")} == files


def test_the_wheel_asks_for_nothing_until_an_extra_is_named():
    packed = zipfile.ZipFile(io.BytesIO(wheel.wheel()))
    [name] = [name for name in packed.namelist() if name.endswith(".dist-info/METADATA")]
    header = HeaderParser().parsestr(packed.read(name).decode())
    assert header["Name"] == "sphinx-stage"
    for requirement in header.get_all("Requires-Dist", []):
        assert "extra ==" in requirement


def test_the_range_of_sphinx_is_said_alike():
    """In the package's data, in the sentence that an older Sphinx gets, and in the Makefile."""
    [declared] = [line for line in EXTRAS["slides"] if line.startswith("sphinx >=")]
    first, last = re.fullmatch(r"sphinx >=(\d+\.\d+),<(\d+\.\d+)", declared).groups()
    major, minor = last.split(".")
    assert (first, f"{major}.{int(minor) - 1}") == deck.SPHINX
    tested = re.search(r"^sphinxes := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    versions = [version.rpartition(".")[0] for version in tested[1].split()]
    assert (versions[0], versions[-1]) == deck.SPHINX


def test_an_older_sphinx_is_told_the_range(monkeypatch):
    monkeypatch.setattr(sphinx, "version_info", (7, 4, 7, "final", 0))
    with pytest.raises(Exception, match=r"works with Sphinx 8\.1 to 9\.2"):
        deck.setup(None)


def test_every_command_is_there_and_takes_arguments():
    for name, command in COMMANDS.items():
        told = subprocess.run(
            [sys.executable, "-m", "deck", name, "--help"],
            cwd=ROOT, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert told.returncode == 0 and f"usage: deck {name}" in told.stdout, command


def test_the_list_of_commands_names_each(capsys):
    from deck.__main__ import main

    assert main([]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in COMMANDS)
    assert main(["no-such-command"]) == 2


def test_where_there_is_no_talk_present_says_how_to_begin_one(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "deck", "present", "--no-open"],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert told.returncode == 1 and "deck init FOLDER" in told.stderr


def test_hosted_ci_calls_the_steps_that_ci_has():
    steps = set(re.findall(r"^  (\w+)\) ", (ROOT / ".ci" / "run").read_text(), re.MULTILINE))
    hosted = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    called = set(re.findall(r"\.ci/run (\w+)$", hosted, re.MULTILINE))
    assert called == steps - {"all"}
    refused = subprocess.run([ROOT / ".ci" / "run", "no-such-step"], capture_output=True, text=True)
    assert refused.returncode == 2 and "usage" in refused.stderr


def test_ci_and_make_agree():
    """What CI makes is there, and so is what the pages for contributors name."""
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    [made] = re.findall(r" make ([a-z -]+) KEEP", (ROOT / ".ci" / "run").read_text())
    named = set(made.split())
    for page in ("README.md", "CONTRIBUTING.md", ".pre-commit-config.yaml"):
        named |= set(re.findall(r"`?make ([a-z-]+)`", (ROOT / page).read_text()))
    assert named <= targets
