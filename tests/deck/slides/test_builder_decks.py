"""Whole decks: settings, themes, what hieroglyph's users have in their conf.py, and refusals."""

import json
import re
import subprocess
import sys

import pytest
from docset import DOT, build, check_page, write

from deck.programs.catalogue import ROOT
from deck.slides import revealjs, words

TALK = "Talk\n====\n\nText.\n\nSlide\n-----\n\nMore.\n"
# What hieroglyph-quickstart makes, as far as it matters to the builder.
STOCK_CONF = """
extensions = ["deck"]
project = "A talk"
author = "Somebody"
release = "1.0"
html_theme = "alabaster"
html_static_path = ["_static"]
slide_theme = "{theme}"
slide_theme_options = {{"custom_css": "custom.css", "custom_js": "custom.js"}}
slide_link_html_to_slides = True
slide_link_html_sections_to_slides = True
slide_link_to_html = True
"""
STOCK_INDEX = """
.. A talk documentation master file

A talk
======

.. toctree::
   :maxdepth: 2

   more

.. nextslide::

* :ref:`genindex`
* :ref:`modindex`
* :ref:`search`
"""


def settings(page: str) -> dict:
    found = re.search(r'<script type="application/json" id="deck-settings">(.*?)</script>', page)
    return json.loads(found[1])


# ---- decks written for hieroglyph


@pytest.mark.thorough(kind="a builder without a warning")
@pytest.mark.parametrize("theme", ["slides", "slides2", "single-level"])
@pytest.mark.parametrize("builder", ["slides", "dirslides", "singlefile-slides", "html", "dirhtml"])
def test_a_stock_deck_builds(theme, builder, tmp_path):
    files = {
        "conf.py": STOCK_CONF.format(theme=theme),
        "index.rst": STOCK_INDEX,
        "more.rst": "More\n====\n\n.. figure:: dot.svg\n   :alt: dot\n   :width: 200px\n",
        "dot.svg": DOT,
        "_static/custom.css": "b { color: red }",
        "_static/custom.js": "'use strict';",
    }
    built = build(write(tmp_path / "docs", files), builder, parallel=2)
    if "slides" in builder:
        check_page(built.page())
        assert 'href="_static/custom.css"' in built.page()
        assert 'src="_static/custom.js"' in built.page()
        assert "genindex" not in built.page().lower().replace(">index<", "")
        assert not (built.output / "search.html").exists()


def test_theme_options_of_slides2_reach_the_script(tmp_path):
    options = {"subtitle": "Or so", "presenters": [{"name": "Somebody"}], "use_prettify": False}
    built = build(
        write(tmp_path / "docs", {"index.rst": TALK}),
        slide_theme="slides2",
        slide_theme_options=options,
    )
    assert settings(built.page())["subtitle"] == "Or so"
    assert settings(built.page())["presenters"] == [{"name": "Somebody"}]


def test_a_theme_of_the_decks_own_may_be_based_on_a_stock_one(tmp_path):
    files = {
        "conf.py": "extensions = ['deck']\nslide_theme = 'mine'\nslide_theme_path = 'themes'\n",
        "index.rst": TALK,
        "themes/mine/theme.conf": "[theme]\ninherit = slides\nstylesheet = mine.css\n",
        "themes/mine/static/mine.css": "b {}",
        "themes/mine/layout.html": '{% extends "slides/layout.html" %}'
        "{% block header %}Ours{% endblock %}",
    }
    page = build(write(tmp_path / "docs", files)).page()
    assert "_static/mine.css" in page and "Ours" in page and 'class="slide level-2"' in page


def test_deck_and_hieroglyph_together_are_refused(tmp_path):
    conf = "extensions = ['deck', 'hieroglyph']\n"
    with pytest.raises(Exception, match="take 'hieroglyph' out"):
        build(write(tmp_path / "docs", {"conf.py": conf, "index.rst": TALK}))


@pytest.mark.thorough(kind="nothing that goes away")
@pytest.mark.parametrize("builder", ["slides", "singlefile-slides", "html"])
def test_nothing_that_goes_away_is_used(builder, tmp_path):
    """No warning of Python's either: neither from us nor from what we took of hieroglyph."""
    docs = write(tmp_path / "docs", {"index.rst": STOCK_INDEX.replace("more", "index2")})
    write(docs, {"index2.rst": TALK + "\n.. slide:: S\n\n   a\n\n.. ifslides::\n\n   b\n"})
    command = [sys.executable, "-W", "error", "-m", "sphinx", "-q", "-W", "-j", "2"]
    places = ["-b", builder, str(docs), str(tmp_path / builder)]
    done = subprocess.run(
        command + places, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# ---- settings


def test_settings_reach_the_page(tmp_path):
    built = build(
        write(tmp_path / "docs", {"index.rst": TALK}),
        slide_title="A </script> of <b>all</b> trades",
        author="Somebody",
        talk_contact="some@example.org",
        talk_minutes=30,
        slide_numbers=True,
        slide_footer="<em>foot</em>",
        talk_handout="../handout/",
        language="de",
    )
    page = built.page()
    assert 'lang="de" data-content_root' in page
    assert "<title>A &lt;/script&gt; of &lt;b&gt;all&lt;/b&gt; trades</title>" in page
    assert settings(page) == {
        "title": "A </script> of <b>all</b> trades",
        "subtitle": "",
        "presenter": "Somebody",
        "presenters": "",
        "contact": "some@example.org",
        "talk_minutes": 30,
        "slide_numbers": True,
        "footer": "<em>foot</em>",
        "language": "de",
        "direction": "ltr",
        "words": words.of_the_page(),
        "handout": "../handout/",
        "speakers": {},
        "scripts": {},
        "linux": None,
        "parts": {},
        "previous": "",
        "next": "",
    }
    assert built.slides().count('<div class="slide-footer"><em>foot</em></div>') == 2
    assert re.findall(r'<div class="slide-no">(\d+)</div>', built.slides()) == ["1", "2"]


def test_title_is_the_first_of_slide_title_html_title_and_project(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK})
    given = {"project": "Project", "html_title": "Pages", "slide_title": "Slides"}
    for name in ("slide_title", "html_title", "project"):
        assert settings(build(docs, **given).page())["title"] == given.pop(name)


def test_pages_know_their_neighbours(tmp_path):
    files = {"index.rst": TALK + "\n.. toctree::\n\n   a\n   b\n", "a.rst": TALK, "b.rst": TALK}
    built = build(write(tmp_path / "docs", files), "slides")
    assert settings(built.page("a.html"))["previous"] == "index.html"
    assert settings(built.page("a.html"))["next"] == "b.html"
    assert "<title>Talk &mdash; Tiny</title>" in built.page("a.html")


def test_only_what_is_needed_of_reveal_js_is_copied(tmp_path):
    built = build(write(tmp_path / "docs", {"index.rst": TALK}))
    folder = built.output / "_static" / "revealjs"
    copied = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    small = {f"{name}2" for name in revealjs.FONTS if name.endswith(".woff")}
    assert copied == {*revealjs.STYLES, *revealjs.SCRIPTS, *revealjs.FONTS} | small
    scripts = re.findall(r'<script src="_static/([^"?]+)', built.page())
    assert scripts[0] == "messages.js" and scripts[-1] == "deck.js"
    assert not re.search(r'(src|href)="(https?:)?//', built.page())


# ---- what can't be had fails, and says where and why


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (".. slideconf::\n   :autoslides: perhaps\n", "neither true nor false"),
        ("* .. nextslide::\n", "nextslide works only directly in a section or slide"),
        ("* .. slide:: In a list\n\n     Text.\n", "can't begin inside of list_item"),
        (".. minutes:: soon\n", "no number of minutes"),
        (".. minutes:: -1\n", "minutes for a slide"),
    ],
)
def test_mistakes_are_warnings_with_a_place(text, message, tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK + "\n" + text})
    warnings = build(docs, strict=False).warnings
    assert message in warnings
    assert re.search(r"index\.rst:\d+", warnings)


def test_content_inside_of_others_is_kept(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK + "\n* .. slide:: Title\n\n     Text.\n"})
    slides = build(docs, strict=False).slides()
    assert re.search(r"<li><div .*<h\d>Title</h\d>\s*<p>Text\.</p>\s*</div>\s*</li>", slides, re.S)


def test_an_unknown_theme_is_refused(tmp_path):
    with pytest.raises(Exception, match="no theme named 'nowhere'"):
        build(write(tmp_path / "docs", {"index.rst": TALK}), slide_theme="nowhere")


# ---- the same document as a page


def test_slides_are_not_on_pages_unless_asked_for(tmp_path):
    text = TALK + (
        "\n:ref:`there <by-name>`\n\n.. slide:: Gone\n   :name: by-name\n\n   Not seen.\n"
        "\n.. slide:: Title gone\n   :inline-contents: true\n\n   Seen.\n"
        "\n.. slide::\n   :inline-contents: yes\n\n   Seen too.\n"
    )
    page = build(write(tmp_path / "docs", {"index.rst": text}), "html").page()
    assert "Not seen." not in page and "gone" not in page.lower()
    assert "Seen." in page and "Seen too." in page
    assert 'id="by-name"' in page


@pytest.mark.thorough(kind="the vocabulary in another builder")
@pytest.mark.parametrize("builder", ["text", "latex", "man", "texinfo", "epub", "xml"])
def test_other_builders_know_the_vocabulary(builder, tmp_path):
    text = TALK + (
        "\n.. slideconf::\n   :autoslides: true\n\n.. minutes:: 1\n\n.. nextslide::\n\nOn.\n"
        "\n.. slide:: Gone\n\n   Not seen.\n\n.. note:: Said.\n"
    )
    build(write(tmp_path / "docs", {"index.rst": text}), builder, version="1", copyright="x")
