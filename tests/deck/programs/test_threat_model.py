"""The page that says what a run may do is held against the table, its tests against the tree."""

import itertools
import re

import pytest

from deck.programs import catalogue
from deck.programs import isolation_table as table

PAGE = catalogue.ROOT / "docs" / "threat-model.rst"
README = catalogue.ROOT / "README.md"
MODES = ("user", "root", "machine", "lab", "bare")
TEXT = " ".join(PAGE.read_text().split())


@pytest.mark.parametrize("promise", table.PROMISES)
def test_the_page_says_in_which_modes_a_promise_holds(promise):
    holds = ", ".join(f"``{mode}``" for mode in MODES if mode in table.HOLDS[promise])
    assert f"* - {table.PROMISES[promise]} - {holds} " in TEXT
    for mode in MODES:
        if mode not in table.HOLDS[promise]:
            assert f"``{mode}``: {table.DIFFERENT[mode, promise]}" in TEXT


def test_each_mode_has_its_sentence_and_each_exception_its_words():
    assert set(table.SENTENCES) == set(MODES)
    exceptions = {
        (mode, promise)
        for mode, promise in itertools.product(MODES, table.PROMISES)
        if mode not in table.HOLDS[promise]
    }
    assert set(table.DIFFERENT) == exceptions
    for mode in MODES:
        assert f"*{table.sentence(mode, '6.1', landlock=True)}.*" in TEXT


def test_the_tests_that_it_names_are_there():
    tests = "".join(
        path.read_text() for path in (catalogue.ROOT / "tests").rglob("*.py") if path != PAGE
    )
    named = set(re.findall(r"``(test_\w+)``", TEXT))
    assert len(named) > 8
    assert [name for name in named if f"def {name}(" not in tests] == []
    for path in re.findall(r"``((?:tests|deck)/[\w/.]+)``", TEXT):
        assert (catalogue.ROOT / path).exists(), path


def test_the_readme_names_each_mode_that_differs():
    safety = README.read_text().partition("## Safety")[2].partition("\n## ")[0]
    for word in ("--without-isolation", "lab kernel", "root", "docs/threat-model.rst"):
        assert word in safety, word
