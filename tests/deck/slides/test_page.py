"""The slides in a browser: that all of the deck is reached, fits and can be read."""

import fitting
import pytest
from page_window import BESIDE, CHAPTER, GUESS, READY, UNRECORDED, Window

from deck.handout.pdf import PAPER


@pytest.mark.thorough(kind="every slide and step by keyboard")
def test_every_slide_and_step_is_reached_by_keyboard(window):
    slides = window.page.evaluate("Reveal.getTotalSlides()")
    seen = [window.place]
    while window.place[0] < slides - 1:
        window.press("ArrowRight")
        assert window.place != seen[-1]
        seen.append(window.place)
    assert {slide for slide, _ in seen} == set(range(slides))
    assert [step for slide, step in seen if slide == BESIDE] == [-1, 0, 1, 2]


def test_nothing_overflows_and_all_is_large_enough(window):
    assert fitting.complaints(window.page) == []


@pytest.mark.thorough(kind="all stands out")
def test_all_stands_out_in_light_and_dark(window):
    assert fitting.pale(window.page) == []


def test_the_measuring_finds_what_is_wrong(window):
    window.go(BESIDE)
    window.page.evaluate("""() => {
        const slide = Reveal.getCurrentSlide();
        slide.querySelector('.trick-code .line').append('x'.repeat(99));
        slide.querySelector('h2').style.fontSize = '20px';
        slide.querySelector('h2').style.color = 'var(--edge)';
    }""")
    found = "\n".join(map(str, fitting.complaints(window.page)))
    assert "hides" in found and "is 20.0 high" in found
    assert any("contrast" in finding.said for finding in fitting.pale(window.page))


def test_the_right_answer_keeps_its_place_beside_its_letter(window):
    """`right` is hieroglyph's word for what stands at the right, too."""
    lefts = """() => [...document.querySelectorAll('.present .choices li > p')].map((p) => {
        const words = document.createRange();
        words.selectNodeContents(p.lastChild);
        return Math.round(words.getBoundingClientRect().left);
    })"""
    window.go(GUESS, 0)
    window.until("document.querySelector('.present .choices .right.visible') !== null")
    first, second = window.page.evaluate(lefts)
    assert abs(first - second) < 60, "the verdict for those who hear takes no more room than a word"


def test_a_screen_reader_reads_on(window):
    """reveal.js calls the deck an application, in which reading keys are dead."""
    page = window.page
    assert page.locator("[role=application]").count() == 0
    slide = page.locator(".slides > section").nth(BESIDE)
    assert slide.get_attribute("aria-label") == "A letter, and its output beside it"
    window.go(CHAPTER)
    assert page.get_by_role("img", name="A pipe A tube between two programs.").count() == 1


def test_a_link_leads_to_a_slide_and_to_a_trick(browser, deck):
    context = browser.new_context()
    window = Window(context, f"file://{deck}/index.html#/post.far")
    assert window.place[0] == UNRECORDED
    context.close()


# ---- light and dark


@pytest.mark.thorough(kind="the theme")
def test_the_theme_is_the_systems_until_it_is_chosen_and_then_remembered(window):
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = window.page.evaluate(ground)
    window.press("t")
    light = window.page.evaluate(ground)
    assert dark != light
    window.page.reload()
    window.until(READY)
    assert window.page.evaluate(ground) == light
    window.page.mouse.move(500, 500)
    window.page.get_by_role("button", name="More").hover()
    window.page.get_by_role("button", name="Dark or light").click()
    assert window.page.evaluate(ground) == dark


@pytest.mark.thorough(kind="the theme")
def test_a_drawing_follows_the_theme(window):
    window.go(CHAPTER)
    colour = "getComputedStyle(document.querySelector('.present svg text')).fill"
    dark = window.page.evaluate(colour)
    window.press("t")
    window.until(f"{colour} !== '{dark}'")


def test_nothing_moves_for_those_who_asked_for_rest(browser, deck):
    context = browser.new_context(reduced_motion="reduce")
    window = Window(context, f"file://{deck}/index.html")
    moving = """[...document.querySelectorAll('.reveal *')].filter((e) =>
        parseFloat(getComputedStyle(e).transitionDuration) > 0).length"""
    assert window.page.evaluate(moving) == 0
    context.close()


# ---- paper, and the speaker


def test_on_paper_each_step_is_a_page_of_its_own(browser, deck):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    window = Window(context, f"file://{deck}/index.html?print-pdf")
    pages = window.page.locator(".pdf-page", has_text="A letter, and its output beside it")
    pages.nth(3).wait_for()
    shown = (
        "[...document.querySelectorAll('.pdf-page')].map(p => [...p.querySelectorAll('.callout')]"
    )
    visible = f"{shown}.filter(c => getComputedStyle(c).visibility === 'visible').length)"
    counts = window.page.evaluate(visible)
    assert pages.count() == 4 and sum(counts) == 2 and max(counts) == 1
    context.close()


@pytest.mark.parametrize("room", ["explained", "explained aside"])
def test_on_paper_an_output_beside_the_code_covers_none_and_no_stroke_leads_anywhere(window, room):
    window.go(BESIDE, 0)
    window.page.add_style_tag(content=PAPER.read_text("utf-8"))
    covered, stroke = window.page.evaluate(
        """(room) => {
          const trick = document.querySelector('.present .trick');
          const callout = trick.querySelector('.callout.current-fragment');
          callout.dataset.lead = 'up';
          trick.dataset.layout = 'beside';
          trick.classList.add(...room.split(' '));
          const range = document.createRange();
          const output = trick.querySelector('.trick-screen').getBoundingClientRect();
          const covered = [...trick.querySelectorAll('.trick-code .line')].filter((line) => {
            range.selectNodeContents(line);
            const { right, top, bottom } = range.getBoundingClientRect();
            return right > output.left && bottom > output.top && top < output.bottom;
          });
          return [covered.length, getComputedStyle(callout, '::after').content];
        }""",
        room,
    )
    assert (covered, stroke) == (0, "none")


def test_the_speakers_narrow_frame_is_no_phone(browser, deck):
    context = browser.new_context(viewport={"width": 600, "height": 700})
    window = Window(context, f"file://{deck}/index.html?receiver")
    assert abs(window.page.evaluate("Reveal.getScale()") - 600 / 1920) < 0.01
    context.close()
