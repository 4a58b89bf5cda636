"""What of a long talk is in its page, and what comes after: as files, before any browser."""

import json
import re

import pytest
from docset import build, write

from deck.programs import shown

COUNT = 62
TALK = """
A long talk
===========

See :ref:`far`.

.. toctree::
   :hidden:

   middle
   more
"""
MORE = """
More
====

Back to :ref:`the third <third>` or the :ref:`deep place <deep>`.

.. note:: Said of more.

Deep
----

.. _deep:

.. rubric:: A deep place

.. _far:

Far <1>
-------------

Word.
"""


def middle(count: int = COUNT) -> str:
    names = (f".. _third:\n\nMiddle {n}" if n == 3 else f"Middle {n}" for n in range(count))
    slides = (
        f"{name}\n---------\n\nText {n}.\n\n.. note:: Said {n}.\n\n" for n, name in enumerate(names)
    )
    return f"Middle\n======\n\n{''.join(slides)}"


def made(folder, files=None, **conf):
    files = {"index.rst": TALK, "middle.rst": middle(), "more.rst": MORE} | (files or {})
    return build(write(folder / "docs", files), **{"talk_appendix": ["more"]} | conf)


def part(built, name):
    text = (built.output / "parts" / f"{name}.js").read_text()
    return json.loads(re.fullmatch(r'deckPart\("[^"]+", (.*)\);\n', text, re.S)[1])


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    return made(tmp_path_factory.mktemp("long"))


def test_far_slides_are_text_and_their_titles_are_told(long):
    before, after = long.page().split("<noscript>", 1)
    assert before.count("<section") == 2
    assert after.count("<section") == COUNT + 3
    assert re.search(r'<section id="middle-40"[^>]* aria-label="Middle 40">', after)


def test_what_is_said_is_a_part_and_nowhere_else(long):
    assert "Said" not in long.page() + long.page("appendix.html")
    assert len(part(long, "notes")) == COUNT + 1
    assert "Said 7." in part(long, "notes")["middle-7"]


def test_the_appendix_is_a_part_and_a_page_of_its_own(long):
    assert '<a href="appendix.html#far-1">Far &lt;1&gt;</a>' in long.page()
    assert "A deep place" not in long.page()
    assert set(part(long, "more")) == {"more", "deep", "far-1"}
    page = long.page("appendix.html")
    assert "A deep place" in page and "deck.js" not in page and "deck-settings" not in page


def test_links_of_that_page_lead_to_where_a_slide_is(long):
    page = long.page("appendix.html")
    assert 'href="index.html#third"' in page or 'href="index.html#middle-3"' in page
    [deep] = re.findall(r'href="([^"]*)"[^>]*><span[^>]*>deep place', page)
    assert deep.startswith("#") and f'id="{deep[1:]}"' in page


def test_the_page_names_its_parts_by_what_is_in_them(long, tmp_path):
    other = made(tmp_path / "other", {"more.rst": MORE + "More words.\n"})
    pages = [built.page() for built in (long, made(tmp_path / "same"), other)]
    found = [re.search(r'"more": "(parts/more\.js\?v=\w+)"', page)[1] for page in pages]
    assert found[0] == found[1] != found[2]


def test_what_is_no_part_any_more_goes_and_what_is_the_same_stays(tmp_path):
    first = made(tmp_path)
    kept, gone = (first.output / "parts" / f"{name}.js" for name in ("notes", "more"))
    time = kept.stat().st_mtime_ns
    made(tmp_path, talk_appendix=[])
    assert kept.stat().st_mtime_ns == time
    assert not gone.exists() and not (first.output / "appendix.html").exists()


OWN = {"html_static_path": ["_static"], "html_js_files": ["own.js"]}


@pytest.mark.parametrize(
    "files, conf",
    [
        pytest.param({"middle.rst": middle(9)}, {}, id="a short talk"),
        pytest.param({"_static/own.js": ""}, OWN, id="a talk with scripts of its own"),
    ],
)
def test_all_is_in_the_page_of(tmp_path, files, conf):
    built = made(tmp_path, files, **conf)
    page = built.page()
    assert "<noscript>" not in page and "Said 2." in page and "A deep place" in page
    assert not (built.output / "parts").exists()


def test_a_slide_that_acts_by_itself_stays_as_it_is(tmp_path):
    acts = "\nActs\n----\n\n.. raw:: html\n\n   <script>window.acts = 1</script>\n"
    files = {"middle.rst": middle() + acts, "more.rst": MORE + acts.replace("Acts\n", "Even\n")}
    outside = re.sub(r"<noscript>.*?</noscript>", "", made(tmp_path, files).page(), flags=re.S)
    ids = re.findall(r'<section id="([^"]+)"', outside)
    assert ids == ["a-long-talk", "middle", "acts", "even"]


def test_a_program_reads_the_page_as_if_it_were_one(long):
    page = shown.whole(long.output / "index.html")
    assert page.count("<section") == COUNT + 5
    assert page.index("A deep place") < page.index("Word.")
    assert page.index("Text 7.") < page.index("Said 7.") < page.index("Text 8.")
