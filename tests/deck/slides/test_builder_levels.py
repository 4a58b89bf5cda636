"""What becomes a slide: levels, files without slides of their own, and what takes no place."""

import re

import pytest
from docset import DOT, build, build_text, write

TALK = "Talk\n====\n\nText.\n\nSlide\n-----\n\nMore.\n"


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_slide_levels(levels, tmp_path):
    slides = build_text(tmp_path, "A\n=\n\nB\n-\n\nC\n~\n\nD\n^\n\nText.\n", slide_levels=levels)
    assert slides.count("<section") == levels
    assert slides.count('<div class="section level-') == 4 - levels
    for level, title in enumerate("ABCD", start=1):
        assert f"<h{level}>{title}</h{level}>" in slides


UNSEEN = """
.. meta::
   :description: what search engines show

.. a comment

.. |sub| replace:: text
.. _url: https://example.org/
.. highlight:: python
.. default-role:: any
.. index:: word
.. tabularcolumns:: |l|

.. raw:: latex

   not here

.. only:: latex

   nor this

.. note:: Said at the start.

.. toctree::
   :hidden:

   a
"""


@pytest.mark.parametrize("builder", ["slides", "singlefile-slides"])
def test_what_takes_no_place_makes_no_slide(builder, tmp_path):
    files = {"index.rst": UNSEEN + "\n" + TALK, "a.rst": TALK}
    slides = build(write(tmp_path / "docs", files), builder).slides()
    assert slides.count("<section") == (2 if builder == "slides" else 4)
    first = slides[: slides.index("</section>")]
    assert "Said at the start." in first and "<h1>Talk</h1>" in first


def test_files_without_autoslides_take_in_files_with_them(tmp_path):
    inner = ".. slideconf::\n   :autoslides: true\n\n" + TALK
    outer = "Article\n=======\n\nRead.\n\n.. slide:: Mine\n\n.. toctree::\n\n   a\n"
    docs = write(tmp_path / "docs", {"index.rst": outer, "a.rst": inner})
    slides = build(docs, autoslides=False).slides()
    assert re.findall(r"<h\d>(.*?)<", slides) == ["Mine", "Talk", "Slide"]
    assert "Read." not in slides


def test_numbered_sections_keep_their_numbers(tmp_path):
    page = "Page\n====\n\nSummary\n-------\n\n.. figure:: dot.svg\n   :alt: dot\n\n   Caption\n"
    files = {
        "index.rst": "Talk\n====\n\n.. toctree::\n   :numbered:\n\n   a\n   b\n",
        "a.rst": page,
        "b.rst": page,
        "dot.svg": DOT,
    }
    slides = build(write(tmp_path / "docs", files), numfig=True).slides()
    numbers = re.findall(r'<h\d><span class="section-number">([\d.]+) </span>', slides)
    assert numbers == ["1.", "1.1.", "2.", "2.1."]
    assert re.findall(r'caption-number">\S+ ([\d.]+) ', slides) == ["1.1", "2.1"]
