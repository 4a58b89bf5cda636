"""Tables that are made of what a program printed."""

import os
import re

import pytest
import tiny
from docset import build, write

from deck.directives import tables
from deck.directives.base import Broken

LINES = ["kind   cooks  drips  price", "apple  yes    no     2 <e>", "kiwi   no     -      1 <e>"]
PLAIN = "Fruit\n=====\n\n.. recorded-table:: post.letter\n"
CHOICES = """\
Fruit
=====

.. recorded-choices:: post.letter
   :header: you want, take
   :words: kiwi = kiwi fruit

   | For a pie: cooks = yes
   | Any: at all: drips = no|-
"""


@pytest.fixture
def deck(tmp_path):
    path = tiny.program(tmp_path / "deck")
    tiny.record(path, [(0.01, line) for line in LINES])
    return tmp_path


def make(deck, text: str, builder: str = "singlefile-slides", strict: bool = True):
    return build(write(deck / "deck", {"index.rst": text}), builder, strict=strict)


def cells(html: str) -> list[list[tuple[str, str]]]:
    """Of each row each cell's classes and words."""
    cell = re.compile(r'<t[hd] class="([^"]*)"><p>(.*?)</p>', re.S)
    return [cell.findall(row) for row in html.split("<tr")[1:]]


def test_a_recording_is_a_table(deck):
    assert [[words for _, words in row] for row in cells(make(deck, PLAIN).slides())] == [
        ["kind", "cooks", "drips", "price"],
        ["apple", "yes", "no", "2 &lt;e&gt;"],
        ["kiwi", "no", "-", "1 &lt;e&gt;"],
    ]


def test_columns_are_chosen_words_are_exchanged_and_a_yes_is_known(deck):
    options = "   :columns: kind, cooks\n   :words: cooks = for a pie, yes = of course\n"
    assert cells(make(deck, PLAIN + options).slides()) == [
        [("head stub is-kind", "kind"), ("head is-cooks", "for a pie")],
        [("stub is-apple", "apple"), ("is-yes", "of course")],
        [("stub is-kiwi", "kiwi"), ("is-no", "no")],
    ]


def test_where_no_is_the_good_answer_it_is_lit(deck):
    options = "   :columns: kind, drips, cooks\n   :good: drips = no\n"
    assert cells(make(deck, PLAIN + options).slides()) == [
        [("head stub is-kind", "kind"), ("head is-drips", "drips"), ("head is-cooks", "cooks")],
        [("stub is-apple", "apple"), ("is-yes", "no"), ("is-yes", "yes")],
        [("stub is-kiwi", "kiwi"), ("is-no", "-"), ("is-no", "no")],
    ]


def test_rows_are_chosen_in_the_order_that_is_asked(deck):
    options = "   :columns: kind, drips\n   :rows: kiwi, apple\n"
    assert [row[0][1] for row in cells(make(deck, PLAIN + options).slides())] == [
        "kind",
        "kiwi",
        "apple",
    ]


def test_the_table_says_where_it_comes_from(deck):
    html = make(deck, PLAIN).slides()
    made = re.search(r'<p class="made small">(.*?)</p>', html)[1]
    said = re.sub("<.*?>", "", made)
    assert said == ("python3 -m examples run post.letter, recorded 2023-11-14, Linux 6.18.44")
    assert '<span class="date">2023-11-14</span>' in made


def test_choices_are_looked_up(deck):
    rows = [[words for _, words in row] for row in cells(make(deck, CHOICES).slides())]
    assert rows == [
        ["you want", "take"],
        ["For a pie", "apple"],
        # A name is not broken, a list is.
        ["Any: at all", "apple, kiwi\u00a0fruit"],
    ]


@pytest.mark.thorough(kind="a table in another builder")
@pytest.mark.parametrize("text", [PLAIN, CHOICES])
@pytest.mark.parametrize("builder", ["html", "text", "latex", "man"])
def test_every_builder_writes_it(deck, builder, text):
    output = make(deck, text, builder).output
    [path] = [
        path
        for pattern in ("index.html", "index.txt", "*.tex", "*.1")
        for path in output.glob(pattern)
    ]
    assert "apple" in path.read_text() and "kiwi" in path.read_text()


@pytest.mark.thorough(kind="a table built again")
@pytest.mark.parametrize("suffix", [".py", ".out", ".cast"])
def test_it_is_built_again_when_the_recording_changes(deck, suffix):
    make(deck, PLAIN)
    path = (deck / "deck/examples/post/letter.py").with_suffix(suffix)
    assert build(deck / "deck").documents_read == []
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    assert build(deck / "deck").documents_read == ["index"]


BROKEN = [
    (PLAIN.replace("letter", "leter"), r"index.rst:4.*no trick .post.leter.; did you mean"),
    (PLAIN + "   :columns: kind, taste\n", r"index.rst:4.*no column 'taste'; it has kind, cooks"),
    (PLAIN + "   :rows: pear\n", r"index.rst:4.*no row 'pear'; it has apple, kiwi"),
    (PLAIN + "   :words: pear = x\n", r"index.rst:4.*letter.out: 'pear' is nowhere in it"),
    (PLAIN + "   :words: kiwi\n", r"index.rst:4.*'kiwi' is not of the form `a = b`"),
    (CHOICES.replace("cooks = yes", "cooks = raw"), r"index.rst:8.*no row has cooks = raw"),
    (CHOICES.replace("cooks = yes", "taste = yes"), r"index.rst:8.*no column 'taste'"),
    (CHOICES.replace("drips = no|-", "drips"), r"index.rst:9.*'drips' is not of the form"),
    (CHOICES.replace("drips = no|-", ""), r"index.rst:9.*is no choice; write"),
    (CHOICES.replace("you want, take", "take"), r"index.rst:4.*two columns"),
    (CHOICES.partition("   |")[0], r"index.rst:4.*no choices; below it stand"),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_what_is_missing_is_said_with_place_and_remedy(deck, text, said):
    built = make(deck, text, strict=False)
    assert re.search(said, built.warnings), built.warnings
    assert 'class="broken"' in built.slides()


def test_a_missing_recording_names_the_command_that_makes_it(tmp_path):
    tiny.program(tmp_path / "deck", recorded=False)
    warnings = make(tmp_path, PLAIN, strict=False).warnings
    assert re.search(r"index.rst:4.*examples/post/letter.out: no such recording", warnings)
    assert "python3 -m examples record post.letter" in warnings


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a  b", "1  2", "3"], r"x.out:3: 1 cells, and the header has 2; print two spaces"),
        (["a  b"], r"x.out:1: no table; print a header"),
        ([], r"x.out:1: no table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(lines, said):
    with pytest.raises(Broken, match=said):
        tables.parse(lines, "x.out")
