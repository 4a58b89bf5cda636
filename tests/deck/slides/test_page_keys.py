"""Keys mean the same wherever one has clicked: only what is typed into stays with its field."""

import time

import pytest
from page_window import BELOW, BESIDE, CHAPTER, END, PATIENCE, Window

CLICKED = [
    ".trick-output",
    ".trick-run",
    ".copy",
    ".mark",
    "summary",
    ".trick-code",
    ".command",
    "a",
]
THOROUGH = pytest.mark.thorough(kind="another key after a click")
OTHERS = [pytest.param(key, marks=THOROUGH) for key in ("ArrowRight", "Space")]


@pytest.mark.thorough(kind="a key after a click")
@pytest.mark.parametrize("selector", CLICKED)
@pytest.mark.parametrize("key", ["PageDown", *OTHERS])
def test_after_a_click_anywhere_the_next_key_turns_the_slide(window, selector, key):
    slide = {"a": END - 1, "summary": BELOW}.get(selector, BESIDE)
    window.go(slide)
    if selector in ("summary", "a"):
        window.page.evaluate(
            """tag => {
            const more = document.createElement(tag === 'a' ? 'a' : 'details');
            more.innerHTML = tag === 'a' ? 'a link' : '<summary>more</summary>';
            if (tag === 'a') more.href = 'javascript:0';
            Reveal.getCurrentSlide().prepend(more);
        }""",
            selector,
        )
    window.here(selector).first.click()
    before = window.place
    window.press(key)
    assert window.place > before


def test_a_click_on_an_open_explanations_pane_leaves_the_clickers_other_keys(window):
    window.go(BESIDE)
    window.here(".trick-output").click()
    window.press("b")
    assert window.page.evaluate("Reveal.isPaused()")
    window.press(".")
    assert not window.page.evaluate("Reveal.isPaused()")
    window.press("PageUp")
    assert window.place[0] == BESIDE - 1


@pytest.mark.thorough(kind="the clicker's keys")
@pytest.mark.parametrize("selector", [".trick-output", ".trick-run", ".copy"])
def test_the_clickers_keys_turn_the_slide_wherever_the_keyboard_is(window, selector):
    window.go(BESIDE)
    window.press("Tab")
    window.here(selector).first.focus()
    before = window.place
    window.press("PageDown")
    assert window.place > before


@pytest.mark.thorough(kind="what has the focus keeps its keys")
def test_a_button_reached_by_keyboard_keeps_the_keys_that_press_it(window):
    window.go(BESIDE)
    window.press("Tab")
    window.here(".copy").first.focus()
    before = window.place
    window.press("Space", "Enter")
    assert window.place == before
    window.press("Escape", "Space")
    assert window.place > before


@pytest.mark.thorough(kind="what has the focus keeps its keys")
def test_a_pane_reached_by_keyboard_scrolls_up_and_down(window):
    window.go(BESIDE)
    window.press("Tab")
    window.here(".trick-output").focus()
    before = window.place
    window.press("ArrowDown", "ArrowUp")
    assert window.place == before


@pytest.mark.thorough(kind="what has the focus keeps its keys")
def test_a_field_keeps_what_is_typed(window):
    window.page.evaluate("Reveal.getCurrentSlide().append(document.createElement('textarea'))")
    field = window.here("textarea")
    field.click()
    window.press("b", "r", "Space", "x")
    assert field.input_value() == "br x"
    assert window.place[0] == 0 and not window.page.evaluate("Reveal.isPaused()")


def test_tab_reaches_nothing_on_the_slides_beside_the_one_that_is_shown(window):
    """They are laid out already, unseen."""
    window.go(BELOW + 1)
    window.until("document.querySelectorAll('.slides > section.laid').length === 2")
    assert window.page.locator(".slides > .laid .trick-run").count() == 1
    for _ in range(30):
        window.press("Tab")
        assert window.page.evaluate("!document.activeElement.closest('section:not(.present)')")
    window.go(0)  # from there it is not beside
    window.until("document.querySelectorAll('.slides > section.laid').length === 1")
    window.go(BELOW)
    for _ in range(30):
        window.press("Tab")
        if "trick-run" in window.page.evaluate("document.activeElement.className"):
            return
    pytest.fail("Tab does not reach the button of the slide that is shown")


BY_HAND = """
const idle = [];
window.requestIdleCallback = (act) => idle.push(act);
window.beIdle = () => { for (const act of idle.splice(0)) act(); };
window.tried = 0; // times that the explanations of some slide were measured
new MutationObserver((records) => {
  const trials = ({ addedNodes }) => addedNodes.length > 1 && addedNodes[0].matches?.(".callout");
  window.tried += records.filter(trials).length;
}).observe(document, { childList: true, subtree: true });
"""


def test_what_was_begun_on_the_next_slide_is_gone_on_with_when_that_is_turned_to(browser, deck):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_init_script(BY_HAND)
    page = Window(context, f"file://{deck}/index.html").page
    page.evaluate("(slide) => Reveal.slide(slide)", CHAPTER)
    tried = "new Promise((told) => setTimeout(() => { beIdle(); setTimeout(() => told(tried)); }))"
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(tried):
        assert time.monotonic() < deadline, "nothing is made ready ahead"
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    assert page.evaluate("Reveal.getIndices().h") == BESIDE
    place = "Reveal.getCurrentSlide().querySelector('.callout').style.getPropertyValue('--at')"
    assert page.evaluate(place)
    assert page.evaluate(tried) == 1
    context.close()


def test_an_address_that_is_set_while_another_is_to_be_written_is_followed(browser, deck):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.add_init_script(BY_HAND)
    page = Window(context, f"file://{deck}/index.html").page
    page.evaluate(
        """([now, then]) => {
            Reveal.slide(now);
            location.hash = `#/${Reveal.getSlides()[then].id}`;
            for (let piece = 0; piece < 9; piece++) beIdle(); // before anybody hears of it
        }""",
        [CHAPTER, BESIDE],
    )
    page.wait_for_function(f"Reveal.getIndices().h === {BESIDE}")
    context.close()


def test_an_address_that_another_script_has_set_does_not_stay(window):
    window.page.evaluate("history.replaceState(null, '', '#elsewhere')")
    window.press("PageDown", "PageDown")
    window.until("location.hash !== '#elsewhere'")
