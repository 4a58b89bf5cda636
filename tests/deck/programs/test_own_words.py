"""A talk says what is its own; the machinery knows none of it."""

import ast
import re

import pytest
import tricks
from docset import make

from deck.programs import catalogue, needs, talk, worlds
from deck.programs.catalogue import CatalogueError
from deck.programs.runner import Run

ROOT = catalogue.ROOT
BAKERY = '''
"""Another talk, on bread."""

FAMILIES = {"dough": "Dough and time"}
SPEAKERS = {"kernel": ("oven",), "wire": ("baker",)}
PACKAGES = {"knead-dough": "bakery-tools", "/no/such/recipe": "recipes"}
ARCHITECTURES = {"recipes": ("a_machine_of_stone",)}
THIRD_PARTY = ("flour",)
LAB_MODULES = ("yeast",)
CAPABILITIES = {"heat": ("CAP_SYS_NICE",)}
IN_LAB = ("heat",)


def heat():
    """an oven (light it first)"""
    with open("/proc/self/status") as file:
        [row] = [row for row in file if row.startswith("CapEff")]
    return "" if int(row.split()[1], 16) >> 23 & 1 else "no heat"


def cold():
    """a cellar"""
    raise FileNotFoundError(2, "No such cellar")


def stuck():
    """patience"""
    import os
    os._exit(3)


PROBES = {"heat": heat, "cold": cold}
'''


@pytest.fixture
def bakery(folder):
    (folder / "examples").mkdir()
    (folder / "examples" / "__init__.py").write_text("")
    (folder / "examples" / "talk.py").write_text(BAKERY)
    return folder


def trick(root, needs="none", body="print('oven: warm')", id="dough.bread"):
    return catalogue.read(tricks.write_program(root, id, body, needs=needs))


def test_another_talk_runs_on_the_same_machinery(bakery, namespaces):
    warm = trick(bakery, "heat")
    assert needs.check(warm).runnable
    assert list(Run(warm).events())[-1].result == "passed"
    assert worlds.capabilities(warm) == (talk.CAPABILITY["CAP_SYS_NICE"],)


def test_its_reason_says_what_is_needed_and_what_the_probe_met(bakery, namespaces):
    assert needs.check(trick(bakery, "cold")).reason == "needs a cellar: No such cellar"


def test_a_probe_that_ends_the_program_is_a_reason_too(bakery, namespaces):
    own = bakery / "examples" / "talk.py"
    own.write_text(BAKERY.replace('"cold": cold', '"cold": cold, "stuck": stuck'))
    verdict = needs.check(trick(bakery, "stuck"))
    assert verdict.reason == "needs patience: its probe has ended the program that asks"


def test_its_packages_are_named_and_only_for_machines_that_have_them(bakery):
    verdict = needs.check(trick(bakery, "program knead-dough"))
    assert verdict.reason == "needs the program knead-dough (Debian package bakery-tools)"
    assert verdict.package == "bakery-tools"
    verdict = needs.check(trick(bakery, "file /no/such/recipe"))
    assert verdict.reason == (
        "needs the file /no/such/recipe, which Debian has for a_machine_of_stone only"
    )
    assert verdict.package == ""


def test_no_package_of_the_lab_kernel_is_named_where_debian_has_none(trick, monkeypatch):
    monkeypatch.setattr(needs.uml, "PROGRAM", "no-such-kernel")
    monkeypatch.setitem(needs.PACKAGES, "no-such-kernel", "user-mode-linux")
    monkeypatch.setattr(needs.system, "machine", lambda: "aarch64")
    needs.forget()
    verdict = needs.check(trick("pass", "lab"))
    assert "x86_64" in verdict.reason and verdict.package == ""
    needs.forget()


def test_its_speakers_have_their_places_on_the_slide(tmp_path):
    root = tmp_path / "deck"
    path = tricks.write_program(root, "dough.bread", "def main():\n    print('oven: warm')")
    lines = ["oven: warm", "baker: ready", "kernel: who?"]
    tricks.write_recording(path, [(0.1, line) for line in lines])
    (root / "examples" / "talk.py").write_text(BAKERY)
    html = make(tmp_path, "Bread\n=====\n\n.. trick:: dough.bread\n").slides()
    assert re.findall(r'data-place="(\w+)"', html) == ["kernel", "wire", "process"]


@pytest.mark.parametrize(
    ("need", "known"), [("heet", "heat, cold"), ("module unheard_of", "package P")]
)
def test_a_need_that_nobody_knows_names_file_line_and_remedy(bakery, need, known):
    with pytest.raises(CatalogueError, match=r"bread\.py:5: unknown need") as told:
        trick(bakery, need)
    assert known in str(told.value) and "examples/talk.py" in str(told.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("FAMILIES", "FAMILYS", "unknown name FAMILYS"),
        ('THIRD_PARTY = ("flour",)', 'THIRD_PARTY = "flour"', "THIRD_PARTY is no tuple"),
        ('SPEAKERS = {"kernel": ("oven",), "wire": ("baker",)}', "SPEAKERS = ()", "is no table"),
        ("CAP_SYS_NICE", "CAP_SYS_NASTY", "CAP_SYS_NASTY is not in capabilities(7)"),
        ('    """a cellar"""\n', "", "no function with a docstring"),
        ("IN_LAB = (", "IN_LAB = ((", "mend it"),
        ('IN_LAB = ("heat",)', "IN_LAB = (heat_,)", "NameError"),
    ],
)
def test_a_fault_in_it_names_the_file(bakery, old, new, words):
    own = bakery / "examples" / "talk.py"
    assert old in BAKERY
    own.write_text(BAKERY.replace(old, new))
    with pytest.raises(CatalogueError, match=rf"{own}:\d+: ") as told:
        trick(bakery, "heat")
    assert words in str(told.value)


# Where the machinery says a word that the talk says too, and means something else by it, or cannot
# do without. Take away what is no longer there; nothing may be added.
EXCEPTIONS = {
    "directives/html.py": {"events", "kernel"},
    "directives/trick.py": {"events"},
    "measuring/bench.py": {"kernel"},
    "measuring/results.py": {"kernel"},
    "programs/isolation_table.py": {"files", "network"},
    "programs/needs.py": {"kernel"},
    "slides/links.py": {"link"},
    "slides/settings.py": {"link"},
}


# Things that every Linux has may speak in a talk, and the machinery deals with them, too.
THINGS = {"/dev/", "/etc/", "/proc/", "cable", "file", "folder", "page", "socket", "a socket"}


def strings(path):
    """The string literals of a file, but for docstrings."""
    tree = ast.parse(path.read_text())
    prose = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def test_no_word_of_the_talk_stands_in_the_machinery():
    own = talk.read(ROOT).words() - THINGS
    found = {}
    for path in sorted((ROOT / "deck").rglob("*.py")):
        name = str(path.relative_to(ROOT / "deck"))
        said = own.intersection(strings(path))
        if said and not name.startswith("templates/talk/"):
            found[name] = said
    more = {name: said - EXCEPTIONS.get(name, set()) for name, said in found.items()}
    assert not any(more.values()), "say it in examples/talk.py, and read it from there"
    less = {name: said - found.get(name, set()) for name, said in EXCEPTIONS.items()}
    assert not any(less.values()), "take it away from EXCEPTIONS"
