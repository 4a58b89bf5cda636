"""Variants in spares: a copy of the programs waits for the change."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile

import pytest
from processes import wait_until_gone
from spared import VARIANTS, of_stdout, told, waiting

from deck.programs import catalogue, copies, variants
from deck.programs.runner import Kind, Result, Run
from deck.programs.spare import Spares
from deck.programs.variants import VariantRun

pytestmark = pytest.mark.usefixtures("namespaces")


KILLED = """
import os, pathlib, signal, sys
from deck.programs.copies import Copy
copy = Copy(pathlib.Path(sys.argv[1]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.thorough(kind="a variant in a spare")
@pytest.mark.parametrize("id", VARIANTS)
def test_a_variant_in_a_spare_is_as_it_is_cold(spares, id):
    variant = VARIANTS[id]
    spares.keep([], [variant.trick])
    assert spares.settle() == 1
    run = VariantRun(variant, spares=spares)
    warm, cold = list(run.events()), list(VariantRun(variant).events())
    assert run.spared
    assert of_stdout(variants.recorded(variant, warm)) == of_stdout(
        variants.recorded(variant, cold)
    )
    assert (warm[-1].result, variants.objection(variant, warm)) == (cold[-1].result, "")


@pytest.fixture
def variant(trick):
    """A trick that fails where it is changed; what it says tells whether its module was, too."""
    program = trick("from examples.rogue.word import word\nvalue = 1\nprint(word)\nassert value")
    program.path.with_name("word.py").write_text("word = 'one'\n")
    return variants.Variant(program, "none", "What if?", "value = 1", "value = None", "fails")


def test_a_variant_fails_with_its_own_lines_and_leaves_no_copy(spares, variant):
    spares.keep([variant.trick], [variant.trick])
    assert spares.settle() == 2
    run = VariantRun(variant, spares=spares)
    events = list(run.events())
    assert run.spared and not run.trick.root.exists()
    cold = list(VariantRun(variant).events())
    # Which of two streams is read first is an accident.
    assert sorted(told(events)) == sorted(told(cold)) and told(events)[-1] == told(cold)[-1]
    said = "\n".join(event.text for event in events)
    assert "one" in said and "AssertionError" in said
    assert 'File "examples/rogue/program.py"' in said
    assert told(list(Run(variant.trick, spares=spares).events()))[-1][2] == Result.PASSED
    assert spares.settle() == 2


def test_a_variant_of_what_was_edited_meanwhile_is_that_of_the_new(spares, variant):
    """Its spare shows a copy of the old: that one is thrown away, and the next has the new."""
    spares.keep([], [variant.trick])
    assert spares.settle() == 1
    variant.trick.path.with_name("word.py").write_text("word = 'other'\n")
    for expected in (False, True):
        run = VariantRun(variant, spares=spares)
        texts = [event.text for event in run.events()]
        assert "other" in texts and run.spared == expected
        assert spares.settle() == 1


def test_a_variant_whose_spare_is_killed_runs_all_the_same(spares, variant):
    spares.keep([], [variant.trick])
    assert spares.settle() == 1
    keeper, worker = waiting(spares)
    os.kill(worker, signal.SIGKILL)
    wait_until_gone([keeper])
    run = VariantRun(variant, spares=spares)
    assert [event.text for event in run.events() if event.kind == Kind.STDOUT] == ["one"]
    assert not run.spared


def test_copies_of_a_process_that_was_killed_are_swept_away(variant, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    talk = variant.trick.root
    where = os.environ | {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", KILLED, talk], env=where, cwd=catalogue.ROOT)
    [left] = tmp_path.iterdir()
    with contextlib.closing(copies.Copy(talk)):
        [ours] = set(tmp_path.iterdir()) - {left}
        copies.sweep()
        assert left.exists(), "whoever made it may still be at it"
        for folder in left, ours:
            os.utime(folder, (0, 0))
        with contextlib.closing(Spares()) as spares:
            spares.settle()
        assert [*tmp_path.iterdir()] == [ours]
