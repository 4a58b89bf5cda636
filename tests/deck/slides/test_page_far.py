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

Links: :ref:`far <place150>`, :ref:`drawer <inner>`.
"""
DRAWER_TEXT = """
The drawer
==========

.. note:: Said of the drawer.

Inside
------

.. _inner:

.. rubric:: An inner place

.. rst-class:: build

* c
* d

In it
-----

.. trick:: post.drawn
   :show: send
"""
END = """
The trick
---------

.. trick:: post.far
   :show: send

.. toctree::
   :hidden:

   drawer
"""


@pytest.fixture(scope="module")
def long_deck(tmp_path_factory):
    source = tmp_path_factory.mktemp("long") / "deck"
    tiny.record(tiny.program(source, "post.far"), [(0.01, LINES[0]), (0.02, LINES[1])])
    text = START + "".join(SLIDE.format(n=n) for n in range(SLIDES)) + END
    tiny.record(tiny.program(source, "post.drawn"), [(0.01, LINES[0])])
    deck = write(source, {"index.rst": text, "drawer.rst": DRAWER_TEXT})
    return build(deck, talk_appendix=["drawer"]).output


@pytest.fixture
def far(browser, long_deck):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    window = Window(context, f"file://{long_deck}/index.html")
    window.until("document.querySelectorAll('.slides li').length < 20")
    yield window
    assert window.complaints == []
    context.close()


@pytest.mark.thorough(kind="slides at hand")
def test_a_step_works_on_the_slides_at_hand_only(far):
    """Elements are what reveal.js, layout and style pay for at each step: a budget, not seconds."""
    for at in (0, 60, 120, SLIDES):
        far.go(at)
        elements = far.page.evaluate("document.querySelectorAll('.slides *').length")
        assert elements < SLIDES + 200  # of some 1800
        assert far.here(":is(h1, h2)").is_visible()


@pytest.mark.thorough(kind="slides at hand")
def test_steps_backwards_show_what_was_shown(far):
    far.go(100)
    far.press("PageUp")
    assert far.place == (99, 1)
    assert far.here("li.visible").count() == 2
    far.press("PageUp", "PageUp", "PageUp")
    assert far.place == (98, 1)


@pytest.mark.thorough(kind="an address of what is put away")
def test_a_link_an_address_and_the_search_find_what_is_put_away(far, browser, long_deck):
    far.here("a").first.click()
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
    far.until("!document.querySelector('[data-trick]')")
    far.go(SLIDES + 1)
    far.until("document.querySelectorAll('.present .trick-output .line').length === 2")
    assert far.said() == LINES


def test_the_overview_and_paper_show_all(far, browser, long_deck):
    far.press("o")
    far.until(f"document.querySelectorAll('.slides li').length === {2 * SLIDES + 2}")
    far.press("o")
    far.until("document.querySelectorAll('.slides li').length < 20")
    paper = browser.new_context().new_page()
    paper.goto(f"file://{long_deck}/index.html?print-pdf")
    paper.wait_for_function(READY)
    assert paper.locator("li").count() >= 2 * SLIDES
    paper.context.close()


# ---- what comes later

DRAWER = SLIDES + 2  # the first slide of the appendix
INSIDE, DRAWN = DRAWER + 1, DRAWER + 2


@pytest.fixture
def held(browser, long_deck):
    """Opens windows whose parts wait for `let_come()`."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    waiting = []
    context.route("**/parts/*.js*", lambda route: waiting.append(route))
    window = Window(context, f"file://{long_deck}/index.html")
    window.until("document.querySelector('script[src*=parts]')")
    window.waiting = waiting
    yield window
    context.close()


def let_come(window) -> None:
    window.page.evaluate("window.came = Deck.whole().then(() => { window.whole = true }), 0")
    while not window.page.evaluate("window.whole"):
        while window.waiting:
            window.waiting.pop().continue_()


@pytest.mark.thorough(kind="what has not come is waited for")
def test_the_talk_is_walked_before_the_rest_has_come(held):
    held.press(*["PageDown"] * 4)
    assert held.here("p", has_text="Word1").is_visible()
    held.go(INSIDE)
    held.until("document.title.startsWith('Inside')")
    assert held.here("li").count() == 0
    let_come(held)
    held.until("document.querySelectorAll('.present li').length === 2")
    held.press("PageDown")
    assert held.place == (INSIDE, 0)
    assert held.here("li.visible").count() == 1


@pytest.mark.thorough(kind="what has not come is waited for")
def test_a_link_into_what_has_not_come_waits_for_it(held):
    held.here("a", has_text="drawer").click()
    assert held.place[0] == 0
    let_come(held)
    held.until("Reveal.getCurrentSlide().id === 'inside'")
    held.page.go_back()
    held.until("Reveal.getIndices().h === 0")


@pytest.mark.thorough(kind="what has not come is waited for")
def test_search_and_notes_wait_for_what_has_not_come(held):
    held.page.locator(".deck-bar .icon-notes").dispatch_event("click")
    notes = held.page.locator(".deck-notes")
    held.go(DRAWER)
    assert notes.inner_text() == ""
    held.press("c")
    held.page.keyboard.type("inner place")
    let_come(held)
    held.until("document.querySelector('.deck-contents .count').textContent === '1 slides'")
    held.press("Escape")
    assert notes.inner_text() == "Said of the drawer."
    held.press("PageUp")
    assert "no notes" in notes.inner_text()


@pytest.mark.thorough(kind="an address of what is put away")
@pytest.mark.parametrize(
    "address, place",
    [("#/inside/1", (INSIDE, 1)), ("#/post.drawn", (DRAWN, None)), ("#inner", (INSIDE, -1))],
)
def test_an_address_in_the_appendix_opens_it(browser, long_deck, address, place):
    context = browser.new_context()
    window = Window(context, f"file://{long_deck}/index.html{address}")
    assert window.place == place
    assert window.here("li, .trick").count() > 0
    context.close()


@pytest.mark.thorough(kind="what has not come is waited for")
def test_a_part_that_does_not_arrive_is_said_and_asked_for_again(browser, long_deck):
    context = browser.new_context()
    context.route("**/parts/drawer.js*", lambda route: route.abort())
    page = context.new_page()
    page.goto(f"file://{long_deck}/index.html")
    page.wait_for_selector(".deck-banner")
    assert "drawer.js is missing" in page.inner_text(".deck-banner")
    context.unroute("**/parts/drawer.js*")
    page.evaluate(f"Reveal.slide({INSIDE})")
    page.wait_for_function("document.querySelectorAll('.present li').length === 2")
    context.close()


@pytest.mark.thorough(kind="what has not come is waited for")
def test_the_stage_is_heard_for_a_trick_that_has_not_come(held):
    for kind, text in (("start", ""), ("stdout", LINES[0]), ("end", "")):
        event = {"trick": "post.drawn", "kind": kind, "text": text, "time": 0, "result": "passed"}
        held.page.evaluate("event => Deck.hear(Deck.sources[0], event)", event)
    let_come(held)
    held.go(DRAWN)
    assert held.said() == [LINES[0]]
    assert held.here(".trick-status").inner_text().startswith("passed")


@pytest.mark.thorough(kind="the appendix without the talk's script")
def test_without_script_the_appendix_is_a_page_that_is_read(browser, long_deck):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{long_deck}/index.html")
    assert page.locator("p", has_text="Word77").is_visible()
    page.get_by_role("link", name="Inside").click()
    assert page.url.endswith("/appendix.html#inside")
    assert page.get_by_text("An inner place").is_visible()
    context.close()


@pytest.mark.thorough(kind="the appendix without the talk's script")
def test_with_script_that_page_leads_to_the_talk(browser, long_deck):
    page = browser.new_page()
    page.goto(f"file://{long_deck}/appendix.html#inside")
    page.wait_for_url("**/index.html#/inside")
    page.wait_for_function(READY)
    page.close()
