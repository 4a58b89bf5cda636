"""Larger text: by our own keys, by the browser's zoom, by the reader's own letters."""

import pytest
from page_window import BESIDE, CHAPTER, END, Window

LETTERS = """document.querySelector('.present p, .present h2') && parseFloat(
    getComputedStyle(document.querySelector('.present h2')).fontSize)"""


def letters(window) -> float:
    """How high a title's letters are on the screen, in pixels of its own."""
    scale = window.page.evaluate("Reveal.getScale() * devicePixelRatio")
    return window.page.evaluate(LETTERS) * scale


@pytest.mark.thorough(kind="larger text")
def test_plus_and_minus_change_the_text_and_the_page_remembers(window):
    window.go(BESIDE)
    before = letters(window)
    window.press("+", "+", "+")
    assert letters(window) == pytest.approx(2 * before, rel=0.1)
    window.until("location.hash.includes('beside')")
    window.page.reload()
    window.until("document.documentElement.dataset.deck === 'ready'")
    assert letters(window) == pytest.approx(2 * before, rel=0.1)
    window.press("-", "-", "-")
    assert letters(window) == pytest.approx(before, rel=0.01)


@pytest.mark.thorough(kind="the browser's zoom")
def test_the_browsers_zoom_of_200_percent_doubles_the_text(browser, deck):
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    window = Window(context, f"file://{deck}/index.html")
    window.go(BESIDE)
    before = letters(window)
    zoomed = {"width": 800, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    session = context.new_cdp_session(window.page)
    session.send("Emulation.setDeviceMetricsOverride", zoomed)
    window.until("document.documentElement.classList.contains('large')")
    assert letters(window) == pytest.approx(2 * before, rel=0.1)
    # Nothing is cut: what does not fit scrolls, up and down only.
    assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    session.send("Emulation.setDeviceMetricsOverride", {**zoomed, "width": 1600, "height": 900,
                                                        "deviceScaleFactor": 1})  # fmt: skip
    window.until("!document.documentElement.classList.contains('large')")
    assert letters(window) == pytest.approx(before, rel=0.01)
    context.close()


@pytest.mark.thorough(kind="the browser's zoom")
def test_a_window_on_a_finer_screen_is_no_zoom(browser, deck):
    context = browser.new_context(viewport={"width": 1600, "height": 900})
    window = Window(context, f"file://{deck}/index.html")
    finer = {"width": 1600, "height": 900, "deviceScaleFactor": 2, "mobile": False}
    context.new_cdp_session(window.page).send("Emulation.setDeviceMetricsOverride", finer)
    window.until("devicePixelRatio === 2")
    assert not window.page.evaluate("document.documentElement.classList.contains('large')")
    context.close()


@pytest.mark.thorough(kind="larger text")
def test_at_200_percent_the_deck_is_walked_by_keyboard(window):
    window.press("+", "+", "+")
    while window.place[0] < END:
        before = window.place
        window.press("PageDown")
        assert window.place > before
    window.go(CHAPTER)
    assert window.here("svg").is_visible()


@pytest.mark.thorough(kind="larger text")
def test_on_a_phone_larger_text_is_larger(phone):
    phone.go(BESIDE)
    before = letters(phone)
    phone.press("+", "+", "+")
    assert letters(phone) == pytest.approx(2 * before, rel=0.01)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("size", [(390, 844), (820, 1180), (1280, 720), (1920, 1080)], ids=str)
def test_with_larger_text_the_bar_is_one_row_below_the_slide(browser, deck, size):
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=True, is_mobile=size[0] < 1000
    )
    window = Window(context, f"file://{deck}/index.html")
    for _ in range(3):
        window.press("+")
        bar = window.page.locator(".deck-bar").bounding_box()
        slides = window.page.locator(".reveal").bounding_box()
        assert bar["height"] <= 70 and bar["width"] == size[0]
        assert slides["y"] + slides["height"] <= bar["y"] + 1
    context.close()
