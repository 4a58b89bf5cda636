"""What axe-core says of one slide of each kind; `make accessible` asks it of all of the talk's."""

import axe
import pytest


@pytest.mark.thorough(kind="axe")
@pytest.mark.parametrize("look", axe.LOOKS, ids=lambda look: look.name)
def test_axe_finds_nothing_on_any_kind_of_slide(browser, deck, look):
    assert axe.complaints(browser, look, f"file://{deck}/index.html") == []


def test_axe_finds_what_is_wrong(browser, deck, tmp_path):
    text = (deck / "index.html").read_text()
    text = text.replace("And so does its writer.", '<img src="data:,"><button></button>')
    worse = deck / "worse.html"
    worse.write_text(text)
    found = "\n".join(axe.complaints(browser, axe.LOOKS[0], worse.as_uri()))
    worse.unlink()
    assert "image-alt" in found and "button-name" in found and "slide 6 (It waits)" in found


def test_landmarks_headings_and_states_are_told(window):
    page = window.page
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("navigation", name="The deck's controls").count() == 1
    page.evaluate("document.querySelectorAll('section').forEach(s => s.removeAttribute('hidden'))")
    firsts = page.evaluate(
        "[...document.querySelectorAll('h1')].filter(h => h.ariaLevel !== '2').length"
    )
    assert firsts == 1
    page.keyboard.press("t")
    assert page.locator(".deck-told").inner_text() == "Light"


def test_an_icon_keeps_its_shape_in_forced_colours(browser, deck):
    context = axe.LOOKS[2].context(browser)
    page = context.new_page()
    page.goto(f"file://{deck}/index.html")
    page.wait_for_function(axe.READY)
    painted = """() => [...document.querySelectorAll('.icon, .copy, .trick-status')].map((e) => {
        const { backgroundColor, forcedColorAdjust } = getComputedStyle(e, '::before');
        const behind = getComputedStyle(e).backgroundColor;
        return forcedColorAdjust === 'none' && backgroundColor !== behind;
    })"""
    assert all(page.evaluate(painted))
    context.close()
