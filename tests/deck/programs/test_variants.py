"""Variants: what TRICK.toml may say, what is wrong with it, and how a run of one ends."""

import pytest
from tricks import write_program

from deck.programs import catalogue, recording, variants
from deck.programs.catalogue import CatalogueError, UnknownTrick
from deck.programs.runner import Kind

TABLE = """\
[louder]
title = "What if it shouts?"
replace = "'hello'"
with = "'HELLO'"
shows = "passes"
knob = "voice"

[mute]
title = "What if it says nothing?"
replace = "print(word)"
with = "raise LookupError('no word')"
shows = "fails LookupError"

[for_ever]
title = "What if it never ends?"
replace = "print(word)"
with = "import signal; signal.pause()"
shows = "times out"
"""


@pytest.fixture
def trick(tmp_path):
    path = write_program(tmp_path, "post.letter", "word = 'hello'\nprint(word)\n")
    path.with_suffix(".toml").write_text(TABLE)
    return catalogue.read(path)


def run(variant, **options):
    return list(variants.VariantRun(variant, **options).events())


def test_a_table_describes_its_variants(trick):
    louder, mute, for_ever = variants.of(trick).values()
    assert (louder.id, louder.knob, louder.result) == ("post.letter~louder", "voice", "passed")
    assert (mute.result, mute.exception) == ("failed", "LookupError")
    assert for_ever.result == "timed out"
    assert louder.source() == trick.path.read_text().replace("hello", "HELLO")
    assert louder.changed_lines() == ["word = 'HELLO'"]
    assert louder.recording.name == "letter~louder.out"


@pytest.mark.parametrize("name", ["louder", "mute", "for_ever"])
def test_it_runs_in_a_copy_and_ends_as_it_must(trick, name, monkeypatch):
    monkeypatch.setattr(variants, "DEADLINE", 0.5)
    before = sorted(trick.root.rglob("*")), trick.path.read_text()
    variant = variants.of(trick)[name]
    assert variants.objection(variant, run(variant)) == ""
    assert (sorted(trick.root.rglob("*")), trick.path.read_text()) == before


@pytest.mark.parametrize(
    ("shows", "words"),
    [
        ("passes", "it failed (LookupError: no word), and has to end otherwise: passes"),
        ("fails KeyError", "it failed with 'LookupError: no word', and has to fail with KeyError"),
    ],
)
def test_one_that_ends_otherwise_is_told(trick, shows, words):
    table = trick.path.with_suffix(".toml")
    table.write_text(TABLE.replace("fails LookupError", shows))
    variant = variants.of(trick)["mute"]
    assert variants.objection(variant, run(variant)) == words


def test_a_failure_is_recorded_with_the_last_line_of_its_traceback(trick):
    variant = variants.of(trick)["mute"]
    assert recording.write(variant, variants.recorded(variant, run(variant)))
    assert variant.recording.read_text() == "LookupError: no word\n"
    assert recording.read(variant).lines == ["LookupError: no word"]
    assert not recording.differences(variant, variants.recorded(variant, run(variant)))


def test_what_it_says_names_no_temporary_folder(trick):
    said = [event.text for event in run(variants.of(trick)["mute"]) if event.kind == Kind.STDERR]
    assert any('File "examples/post/letter.py"' in text for text in said), said


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("print(word)", "nowhere", 8, "occurs 0 times in letter.py, not once"),
        ("\"'hello'\"", '"o"', 1, "not once"),
        ('shows = "passes"', 'shows = "wins"', 1, "is none of: passes, times out, fails EXCEPTION"),
        ("knob =", "knop =", 1, "unknown key knop"),
        ('title = "What if it shouts?"\n', "", 1, "louder lacks its text title"),
        ("[mute]", "[Mute]", 8, "no table with a name in small letters"),
        ("with = \"'HELLO", "with = 'HELLO", 4, "mend it"),
    ],
)
def test_errors_name_file_line_and_remedy(trick, old, new, line, words):
    table = trick.path.with_suffix(".toml")
    assert old in TABLE
    table.write_text(TABLE.replace(old, new, 1))
    with pytest.raises(CatalogueError, match=rf"{table}:{line}: .*") as told:
        variants.of(trick)
    assert words in str(told.value)


def test_a_table_that_is_no_utf8_is_named(trick):
    table = trick.path.with_suffix(".toml")
    table.write_bytes(TABLE.replace("shouts", "schr\xe4ge").encode("latin-1"))
    with pytest.raises(CatalogueError, match=rf"{table}:1: .*mend it"):
        variants.of(trick)


def test_an_unknown_variant_names_those_that_there_are(trick):
    assert variants.find("post.letter~mute", trick.root).name == "mute"
    with pytest.raises(UnknownTrick, match="it has louder, mute, for_ever"):
        variants.find("post.letter~lauder", trick.root)
    with pytest.raises(UnknownTrick, match=r"did you mean post\.letter"):
        variants.find("post.leter~mute", trick.root)


def test_a_run_of_a_variant_can_be_stopped(trick):
    one = variants.VariantRun(variants.of(trick)["for_ever"])
    for event in one.events():
        if event.kind == Kind.START:
            one.cancel()
    assert event.result == "cancelled"
