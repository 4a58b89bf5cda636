"""The house's storeys: what may import what."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from deck.programs import catalogue, talk

ROOT = catalogue.ROOT
LOWER = ("programs", "measuring")
MODULES = sorted(path for room in LOWER for path in (ROOT / "deck" / room).rglob("*.py"))
STARTED_BY_PATH = {"uml_init"}  # they run when imported


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_the_lower_storey_works_on_a_bare_python():
    """-S leaves out site-packages, -I the user's settings."""
    modules = ", ".join(name(path) for path in MODULES if path.stem not in STARTED_BY_PATH)
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {modules}"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_lower_storey_imports_nothing_above_it(path):
    for module in imported(path):
        top, *rest = module.split(".")
        assert top in sys.stdlib_module_names or (top == "deck" and rest[0] in LOWER), module


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.py")), ids=name)
def test_all_of_examples_imports_only_the_standard_library_and_examples(path):
    """A trick may have a module more, if its needs name the package and the talk allows it."""
    allowed = set(sys.stdlib_module_names) | {"examples"}
    if path in set(catalogue.paths()):
        needs = {need.removeprefix("package ") for need in catalogue.read(path).needs}
        allowed |= needs & set(talk.read(ROOT).third_party)
    for module in imported(path):
        is_door = path.name == "__main__.py" and module == "deck.programs.start.start"
        assert is_door or module.partition(".")[0] in allowed, module
