"""What is read again: what failed, what was mended, what has come, and what an older deck read."""

import json
import shutil
import subprocess
import sys

import pytest
import tiny
from docset import build, write

from deck.programs import catalogue

SLIDES = "Post\n====\n\n.. trick:: post.letter\n   :show: send\n"
MORE = "More\n----\n\nNothing is shown here.\n"


@pytest.fixture
def deck(tmp_path):
    root = write(tmp_path / "deck", {"index.rst": f"{SLIDES}\n.. toctree::\n\n   more\n"})
    write(root, {"more.rst": MORE})
    tiny.program(root)
    return root


BREAKAGES = {
    "a syntax error": ("def main():", "def main(:"),
    "no docstring": ('"""A letter', '_ = """A letter'),
    "a bad field": (":man:", ":men:"),
    "no such function": ("def send(", "def sent("),
}


@pytest.mark.thorough(kind="mended and read again")
@pytest.mark.parametrize("change", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_program_saved_broken_and_then_mended_is_shown(deck, change):
    path = deck / "examples" / "post" / "letter.py"
    good = path.read_text()
    path.write_text(good.replace(*change))
    assert "post/letter.py" in build(deck, strict=False).warnings
    path.write_text(good)
    built = build(deck)
    assert built.documents_read == ["index"]
    assert 'data-trick="post.letter"' in built.slides()


@pytest.mark.thorough(kind="each directive read again")
@pytest.mark.parametrize(
    "text",
    [
        ".. recorded-table:: post.letter\n",
        ".. chart:: letter\n",
        ":measured:`letter: pipe`\n",
        ".. diagram:: letter.svg\n",
    ],
)
def test_each_directive_is_read_again_when_its_file_was_mended(deck, text):
    for name in ("measurements/letter.py", "measurements/recorded.json", "_static/letter.svg"):
        write(deck, {name: "broken("})
    write(deck, {"index.rst": f"Post\n====\n\n{text}"})
    (deck / "examples" / "post" / "letter.py").write_text("broken(")
    assert build(deck, strict=False).warnings
    # What failed is read again anyway; this is about what it was read from.
    for file in deck.parent.rglob("warned.json"):
        file.unlink()
    assert build(deck, strict=False).documents_read == []
    for path in (deck / "examples" / "post" / "letter.py", *(deck / "_static").iterdir()):
        path.write_text("mended(")
    for path in (deck / "measurements").iterdir():
        path.write_text("mended(")
    for file in deck.parent.rglob("warned.json"):
        file.unlink()
    assert build(deck, strict=False).documents_read == ["index"]


@pytest.mark.thorough(kind="what is read again")
@pytest.mark.parametrize("parallel", [1, 2])
def test_a_fault_is_told_at_every_build_until_it_is_mended(deck, parallel):
    # Sphinx reads in parallel what is more than five documents.
    write(deck, {f"more{number}.rst": f":orphan:\n\n{MORE}" for number in range(6)})
    write(deck, {"index.rst": SLIDES + "   :layout: sideways\n\n.. toctree::\n\n   more\n"})
    for _ in range(3):
        built = build(deck, strict=False, parallel=parallel)
        assert "index.rst:4" in built.warnings and "sideways" in built.warnings
    assert built.documents_read == ["index"], "more than what failed was read"
    (deck / "index.rst").write_text(SLIDES + "\n.. toctree::\n\n   more\n")
    assert not build(deck, strict=False, parallel=parallel).warnings
    assert build(deck, parallel=parallel).documents_read == []


def test_after_a_build_that_was_killed_all_is_looked_at_again(deck):
    build(deck)
    [kept] = deck.parent.rglob("warned.json")
    kept.write_text("")
    assert build(deck).documents_read == ["index", "more"]
    assert build(deck).documents_read == []


def test_what_an_included_file_does_wrong_is_told_again(deck):
    write(deck, {"more.rst": MORE + "\n.. include:: part.txt\n", "part.txt": "*not closed\n"})
    for _ in range(2):
        built = build(deck, strict=False)
        assert "part.txt:1" in built.warnings
    assert built.documents_read == ["more"]


SAVES = """
from pathlib import Path

extensions = ["deck"]
project = "Tiny"

def save(app, name, text):
    "The next edit comes when this one has been taken from the disk."
    path = Path(app.env.doc2path(name))
    if name == "more":
        path.write_text(path.read_text().replace("Nothing", "A letter"))

def setup(app):
    app.connect("source-read", save)
"""


def test_what_is_saved_while_it_is_read_is_read_again(deck):
    write(deck, {"conf.py": SAVES})
    assert "A letter is shown here" not in build(deck).slides()
    assert "A letter is shown here" in build(deck).slides()


def test_a_warning_that_conf_py_suppresses_is_no_fault(deck):
    write(deck, {"more.rst": MORE + "\n:ref:`nowhere`\n"})
    for number in range(2):
        built = build(deck, strict=False, suppress_warnings=["ref.ref"])
        assert not built.warnings
        assert built.documents_read == ([] if number else ["index", "more"])


def test_a_recording_that_comes_later_is_shown(tmp_path):
    text = SLIDES + "   :unrecorded: Nobody has two machines.\n"
    root = write(tmp_path / "deck", {"index.rst": text})
    path = tiny.program(root, recorded=False)
    build(root)
    assert build(root).documents_read == [], "what is missing is missed only once"
    tiny.record(path, [(0.01, line) for line in tiny.LINES])
    assert "remove :unrecorded:" in build(root, strict=False).warnings


def test_the_first_proofs_reach_the_slides(deck):
    assert "proven" not in build(deck).slides()
    row = tiny.proof(deck / "examples" / "post" / "letter.py", {"6.1.1": "passed"})
    write(deck, {"examples/proven.json": json.dumps({"post.letter": row})})
    built = build(deck)
    assert built.documents_read == ["index"]


def test_an_edit_of_the_machinery_makes_the_slides_anew(deck, tmp_path):
    """A copy of the machinery, so that nothing here is touched."""
    shutil.copytree(catalogue.ROOT / "deck", tmp_path / "copy" / "deck")
    command = [sys.executable, "-m", "sphinx", "-b", "singlefile-slides", "-d", tmp_path / "d"]

    def read() -> str:
        done = subprocess.run(
            [*command, deck, tmp_path / "out"],
            cwd=tmp_path / "copy",
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "2 added" in read()
    assert "0 added, 0 changed" in read()
    quiz = tmp_path / "copy" / "deck" / "directives" / "quiz.py"
    quiz.write_text(quiz.read_text() + "\n# an edit\n")
    assert "2 added" in read()
