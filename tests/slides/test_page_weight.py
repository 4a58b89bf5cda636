"""What the talk weighs in a browser: bytes, requests, elements and work, and never seconds."""

import json

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

# One step, between two marks: from the key to the frame that shows it. Then all that waits is done:
# the page does it in pieces, one in each idle moment.
STEP = """() => new Promise((done) => {
  const { h } = Reveal.getIndices();
  performance.mark("key");
  Reveal.next();
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => performance.mark(Reveal.getIndices().h === h ? "step" : "turn");
    port2.postMessage("");
    let moments = 12;
    const rest = () => {
      if (moments--) requestIdleCallback(rest);
      else requestAnimationFrame(() => setTimeout(done));
    };
    rest();
  });
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


@pytest.mark.thorough(kind="a budget of a step")
def test_a_turn_touches_the_slides_that_come_and_go(browser, address):
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.deck === 'ready' && Deck.whole()")
    for _ in range(25):
        touched, turned = page.evaluate(TURN)
        assert touched < (150 if turned else 60)
    page.close()


@pytest.mark.thorough(kind="a budget of a step")
def test_what_is_styled_before_a_step_is_seen(browser, address):
    """The slide that comes is laid out already: its own elements are not styled once more."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(address)
    page.wait_for_function("document.documentElement.dataset.deck === 'ready' && Deck.whole()")
    # The bar goes once the pointer rests, and then much is styled.
    page.wait_for_function("!document.documentElement.matches('.deck-awake')")
    page.evaluate(STEP)
    kinds = ["devtools.timeline", "blink.user_timing"]
    browser.start_tracing(page=page, categories=kinds)
    for _ in range(25):
        page.evaluate(STEP)
    styled = styled_in(json.loads(browser.stop_tracing())["traceEvents"])
    page.close()
    assert len(styled["turn"]) > 5
    assert max(styled["turn"]) < 80
    assert len(styled["step"]) > 5
    assert max(styled["step"]) < 140  # a large output appears at once


def styled_in(events):
    """How many elements each step had styled, by its kind."""
    found = {"turn": [], "step": []}
    own = {e["tid"] for e in events if e["name"] == "key"}
    elements = None
    for event in sorted((e for e in events if e["tid"] in own), key=lambda e: e["ts"]):
        if event["name"] == "key":
            elements = 0
        elif event["name"] == "UpdateLayoutTree" and elements is not None:
            elements += event.get("args", {}).get("elementCount", 0)
        elif event["name"] in found and elements is not None:
            found[event["name"]].append(elements)
            elements = None
    return found
