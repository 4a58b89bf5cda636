"""A long talk: far slides are put away, and nobody misses them."""

import pytest
import tiny
from docset import build, write
from page_window import READY, Window

SLIDES = 200
LINES = ["kernel: one", "reader: two"]


SLIDE = """
{n}th
------

.. _place{n}:

.. rubric:: Rubric {n}

Word{n}

.. rst-class:: build

* a
* b
"""
START = """
A long talk
===========

Links: :ref:`far <place150>`.
"""
END = """
The trick
---------

.. trick:: post.far
   :show: send
"""


@pytest.fixture(scope="module")
def long_deck(tmp_path_factory):
    source = tmp_path_factory.mktemp("long") / "deck"
    tiny.record(tiny.program(source, "post.far"), [(0.01, LINES[0]), (0.02, LINES[1])])
    text = START + "".join(SLIDE.format(n=n) for n in range(SLIDES)) + END
    return build(write(source, {"index.rst": text})).output


@pytest.fixture
def far(browser, long_deck):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    window = Window(context, f"file://{long_deck}/index.html")
    window.until("document.querySelectorAll('.slides li').length < 20")
    yield window
    assert window.complaints == []
    context.close()


def test_a_step_works_on_the_slides_at_hand_only(far):
    """Elements are what reveal.js, layout and style pay for at each step: a budget, not seconds."""
    for at in (0, 60, 120, SLIDES):
        far.go(at)
        assert far.page.evaluate("document.querySelectorAll('.slides *').length") < SLIDES + 100
        assert far.here("h2, h1").is_visible()


def test_steps_backwards_show_what_was_shown(far):
    far.go(100)
    far.press("PageUp")
    assert far.place == (99, 1)
    assert far.here("li.visible").count() == 2
    far.press("PageUp", "PageUp", "PageUp")
    assert far.place == (98, 1)


def test_a_link_an_address_and_the_search_find_what_is_put_away(far, browser, long_deck):
    far.here("a").click()
    assert far.here("p", has_text="Word150").is_visible()
    far.press("c")
    far.page.keyboard.type("word77")
    far.press("Enter")
    assert far.here("p", has_text="Word77").is_visible()
    other = Window(far.page.context, f"file://{long_deck}/index.html#/post.far")
    assert other.here(".trick").is_visible()
    other.page.evaluate("location.hash = '#/place150'")
    other.until("/Word150/.test(document.querySelector('.slides > .present').textContent)")


def test_a_trick_that_is_put_away_runs_on_and_shows_it(far):
    far.go(SLIDES + 1)
    far.press("r")
    far.go(0)
    assert far.page.locator("[data-trick]").count() == 0
    far.go(SLIDES + 1)
    far.until("document.querySelectorAll('.present .trick-output .line').length === 2")
    assert far.said() == LINES


def test_the_overview_and_paper_show_all(far, browser, long_deck):
    far.press("o")
    far.until(f"document.querySelectorAll('.slides li').length === {2 * SLIDES}")
    far.press("o")
    far.until("document.querySelectorAll('.slides li').length < 20")
    paper = browser.new_context().new_page()
    paper.goto(f"file://{long_deck}/index.html?print-pdf")
    paper.wait_for_function(READY)
    assert paper.locator("li").count() >= 2 * SLIDES
    paper.context.close()
