"""What the page says of a trouble lies below the slide, and covers nothing that one presses."""

import pytest
from page_window import BELOW, BESIDE, HOST, Stage, Window

LONG = "\n".join(f"slides/index.rst:{line}: WARNING: nobody knows why" for line in range(40))
BUTTONS = ":is(.trick-run, .trick-replay, .command):is(.present *), .deck-bar button"
# In one look: the bar's buttons come and go by themselves.
LOWEST = """(buttons) => Math.max(
  ...[...document.querySelectorAll(buttons)]
    .filter((button) => button.checkVisibility())
    .map((button) => button.getBoundingClientRect().bottom))"""


@pytest.mark.thorough(kind="a banner")
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (390, 844)], ids=str)
@pytest.mark.parametrize("slide", [BESIDE, BELOW])
def test_a_banner_covers_no_button(browser, deck, size, slide):
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    stage = Stage(context, deck)
    window = Window(context, f"{HOST}/index.html")
    window.go(slide)
    before = window.page.evaluate("document.querySelector('.reveal').offsetHeight")
    stage.tell({"type": "broken", "text": LONG})
    window.page.locator(".deck-banner").wait_for()
    top = window.page.locator(".deck-dock").bounding_box()["y"]
    assert top < height
    window.until(f"document.querySelector('.reveal').getBoundingClientRect().bottom <= {top + 1}")
    if size != (390, 844):  # a phone's slide scrolls
        assert window.page.evaluate(LOWEST, BUTTONS) <= top
    window.here(".trick-run").click()  # it is not covered, or playwright would refuse
    assert slide == BELOW or stage.first(stage.heard)
    window.page.get_by_role("button", name="Close").click()
    window.until(f"document.querySelector('.reveal').offsetHeight === {before}")
    context.close()
