"""Without a browser the build warns of what can be known, at its place."""

import re

import pytest
from docset import build, write
from pictures import png

START = "Talk\n====\n\nSlide\n-----\n\n"
CASES = {
    "lines": (".. code-block:: c\n\n" + "   x\n" * 45, "45 lines of code, and a slide shows 21"),
    "columns": (".. code-block:: c\n\n   " + "x" * 120, "code of 120 columns"),
    "bullets": ("- bullet\n" * 24, "text for 3 slides"),
    "a picture": (".. image:: small.png\n   :width: 900px\n", "200 wide and shown 900 wide"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_can_not_fit_is_a_warning_with_its_place(case, tmp_path):
    text, said = CASES[case]
    docs = write(tmp_path / "docs", {"index.rst": START + text})
    png(docs / "small.png", 200, 120)
    warnings = build(docs, strict=False).warnings
    assert said in warnings and re.search(r"index\.rst:\d+", warnings)
    quiet = build(docs, "slides", strict=False, suppress_warnings=["deck.fit"])
    assert quiet.warnings == ""


def test_what_fits_is_no_warning(tmp_path):
    text = START + "- bullet\n" * 8 + "\n.. code-block:: c\n\n" + "   x\n" * 20
    docs = write(tmp_path / "docs", {"index.rst": text})
    assert build(docs).warnings == ""


def test_what_another_host_has_to_send_is_said_in_the_build(tmp_path):
    frame = '.. raw:: html\n\n   <iframe src="https://example.org/film"></iframe>\n'
    docs = write(tmp_path / "docs", {"index.rst": START + frame})
    warnings = build(docs, strict=False).warnings
    assert "<iframe> from https://example.org/film" in warnings
    assert re.search(r"index\.rst:\d+", warnings)
