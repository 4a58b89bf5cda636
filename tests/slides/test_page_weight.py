"""What the talk weighs in a browser: bytes, requests, elements and work, and never seconds."""

import pytest

from compare import pages

TURN = """() => new Promise((done) => {
  const seen = new Set();
  const note = (changes) => changes.forEach(({ target }) => seen.add(target));
  const observer = new MutationObserver(note);
  observer.observe(document, { subtree: true, attributes: true, childList: true });
  const before = Reveal.getIndices().h;
  Reveal.next();
  setTimeout(() => { observer.disconnect(); done([seen.size, Reveal.getIndices().h !== before]); });
})"""


@pytest.fixture(scope="module")
def address(home):
    with pages.served(home / "_build" / "slides") as address:
        yield address


def test_little_comes_before_the_first_slide_stands(browser, address):
    context = browser.new_context(**pages.PHONE)
    page = context.new_page()
    page.add_init_script(pages.NOTE)
    page.goto(address)
    page.wait_for_function("window.stands?.ms")
    stands = page.evaluate("stands")
    context.close()
    assert stands["kB"] < 250
    assert stands["requests"] <= 16
    assert stands["elements"] < 1100


def test_the_whole_talk_is_less_than_a_megabyte(home):
    assert pages.whole(home / "_build" / "slides") < 1000


def test_a_turn_touches_the_slides_that_come_and_go(browser, address):
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.deck === 'ready' && Deck.whole()")
    for _ in range(25):
        touched, turned = page.evaluate(TURN)
        assert touched < (150 if turned else 60)
    page.close()
