"""Variants by their ids: listed, run like any program, and no others."""

import pytest
from open_stage import OpenStage, write_trick
from stage_client import ends, lines, says

TABLES = """
[louder]
title = "What if it shouts?"
replace = '"hello"'
with = '"HELLO"'
shows = "passes"
knob = "voice"

[never]
title = "What if nobody comes?"
replace = "# who waits"
with = "import signal; signal.pause()"
shows = "times out"
"""
BODY = """
import sys
print("a line before")
print("hello")  # what is said
# who waits
"""


def write_variants(root) -> str:
    id = write_trick(root, BODY)
    (root / "examples" / "demo" / f"{id.partition('.')[2]}.toml").write_text(TABLES)
    return id


def test_hello_lists_them_with_old_and_new_lines(root):
    id = write_variants(root)
    with OpenStage(root) as stage, stage.presenter().socket() as window:
        variants = window.hear()["variants"]
    assert list(variants) == [f"{id}~louder", f"{id}~never"]
    assert variants[f"{id}~louder"] == {
        "trick": id,
        "title": "What if it shouts?",
        "knob": "voice",
        "shows": "passes",
        "old": ['print("hello")  # what is said'],
        "new": ['print("HELLO")  # what is said'],
    }


def test_a_variant_runs_under_its_own_id(root):
    id = write_variants(root)
    with OpenStage(root, deadline=1.0) as stage, stage.presenter().socket() as window:
        assert lines(window.run(f"{id}~louder")) == ["a line before", "HELLO"]
        assert lines(window.run(id)) == ["a line before", "hello"]
        assert window.run(f"{id}~never")[-1]["result"] == "timed out"
        with stage.presenter().socket() as later:
            known = {event["trick"] for event in later.hear()["runs"]}
        assert known == {id, f"{id}~louder", f"{id}~never"}


@pytest.mark.parametrize("name", ["", "softer", "louder~never", "../louder", "~louder", "louder "])
def test_an_unknown_variant_is_refused(root, name):
    id = write_variants(root)
    with OpenStage(root) as stage, stage.presenter().socket() as window:
        window.hear()
        window.say(run=f"{id}~{name}")
        answer = window.hear()
        assert answer["type"] == "error"
        assert "has no variant" in answer["text"]
        assert lines(window.run(id)) == ["a line before", "hello"]


def test_a_variant_is_stopped_and_counted_like_any_run(root):
    id = write_variants(root)
    with OpenStage(root) as stage, stage.presenter().socket() as window:
        window.say(run=f"{id}~never")
        window.hear_until(says("hello", f"{id}~never"))
        window.say(run=f"{id}~never")
        assert window.hear() == {"type": "error", "text": f"{id}~never is running already."}
        window.say(stop=f"{id}~never")
        assert window.hear_until(ends(f"{id}~never"))[-1]["result"] == "cancelled"
