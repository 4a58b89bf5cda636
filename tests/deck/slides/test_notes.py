"""What is said and what is not: on the slides' notes, and in the handout."""

import re

import pytest
from docset import build, build_text, write

TALK = """
Talk
====

.. note::

   Who of you uses it?

   .. do:: Wait for *hands*.

   .. step::

   Most of you.

   .. asked:: And the other?

      It has no ``broker``.
"""


def test_the_speaker_sees_all_of_it_and_can_tell_it_apart(tmp_path):
    note = re.search(r'<aside class="notes.*?</aside>', build_text(tmp_path, TALK), re.S)[0]
    assert re.search(r'<div class="do[^>]*>\s*<p>Wait for <em>hands</em>', note)
    assert re.search(r'<div class="asked[^>]*>\s*<p><strong>And the other\?</strong></p>', note)
    assert '<div class="step' in note and "Most of you." in note


@pytest.mark.parametrize("builder", ["handout", "singlefile-handout"])
def test_the_reader_sees_no_directions(builder, tmp_path):
    page = build(write(tmp_path / "docs", {"index.rst": TALK}), builder).page()
    assert "Who of you uses it?" in page and "Most of you." in page
    assert "And the other?" in page and "broker" in page
    assert "Wait for" not in page and 'class="step' not in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".. do:: Smile.\n", "`do` stands only in a note"),
        (".. asked:: What?\n\n   That.\n", "`asked` stands only in a note"),
        (".. note::\n\n   .. do::\n", "a `do` that says nothing"),
        (".. note::\n\n   .. asked:: What?\n", "a question without its answer"),
    ],
)
def test_mistakes_are_warnings_with_a_place(text, message, tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": "Talk\n====\n\n" + text})
    warnings = build(docs, strict=False).warnings
    assert message in warnings and re.search(r"index\.rst:\d+", warnings)
