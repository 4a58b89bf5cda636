"""The talk itself, in a browser: each slide is reached, fits, and its button keeps its word."""

import re

import fitting
import pytest
from chapter_files import CHAPTERS
from open_stage import OpenStage

from deck.programs import catalogue, needs, recording

TRICKS = catalogue.tricks()
READY = "document.documentElement.dataset.deck === 'ready'"
SHOWN = {
    id: path
    for path in sorted(CHAPTERS)
    for id in re.findall(r"^\.\. trick:: (\S+)", path.read_text(), re.MULTILINE)
}
CHARTS = [
    name for path in CHAPTERS for name in re.findall(r"^\.\. chart:: (\S+)", path.read_text(), re.M)
]
MAIN_PATH = [id for id, path in SHOWN.items() if path.parent.name != "appendix"]


@pytest.mark.thorough(kind="every slide and step by keyboard")
def test_every_slide_is_reached_by_keyboard(some):
    expected = some.evaluate("Reveal.getSlides().map(s => s.id)")
    some.evaluate("""() => {
        window.reached = [Reveal.getCurrentSlide().id];
        Reveal.on("slidechanged", (event) => reached.push(event.currentSlide.id));
    }""")
    while not some.evaluate("Reveal.isLastSlide()"):
        some.keyboard.press("PageDown")
    assert some.evaluate("reached") == expected


@pytest.mark.timeout(600)  # each step of each slide
def test_nothing_overflows_and_all_is_large_enough(some):
    assert fitting.complaints(some) == []


@pytest.mark.thorough(kind="all stands out")
@pytest.mark.timeout(600)
def test_all_stands_out_in_light_and_dark(some):
    assert fitting.pale(some) == []


def test_every_slide_has_words_for_the_speaker_with_their_sources(page_of_slides):
    slides = re.findall(r'<section id="([^"]+)"[^>]*>(.*?)</section>', page_of_slides, re.DOTALL)
    assert len(slides) > len(SHOWN)
    said = re.compile(r'<aside class="notes">.*?Sources: .*?</aside>', re.DOTALL)
    assert [id for id, html in slides[1:] if not said.search(html)] == []


def test_every_drawing_has_words(page_of_slides):
    slides = "".join(re.findall(r"<section .*?</section>", page_of_slides, re.DOTALL))
    drawings = re.findall(r'<svg\b[^>]* role="img".*?</svg>', slides, re.DOTALL)
    assert drawings
    assert [svg for svg in drawings if not re.search(r"<desc\b[^>]*>[^<]", svg)] == []


def show(page, id):
    """Go to the slide of a trick, its output in view."""
    page.evaluate(
        """id => {
            const trick = document.querySelector(`[data-trick="${id}"]`);
            const { h } = Reveal.getIndices(trick.closest('section'));
            Reveal.slide(h, 0, 99);
        }""",
        id,
    )
    return page.locator(f'section.present [data-trick="{id}"]')


def said(slide):
    lines = slide.locator(".trick-output .line:not(.error)").all_text_contents()
    return [line.rstrip("\n") for line in lines]


def wait_for_end(page, slide, result):
    from stage_in_browser import wait_for

    id = slide.get_attribute("data-trick")
    status = f"""document.querySelector('section.present [data-trick="{id}"] .trick-status')"""
    # Some tricks start a database, or boot a kernel.
    wait_for(page, f"{status}.dataset.result === '{result}'", seconds=60)


def test_each_slide_shows_its_recording(static):
    shown = static.evaluate(
        """ids => ids.map((id) => {
            const trick = document.querySelector(`[data-trick="${id}"]`);
            const lines = [...trick.querySelectorAll(".trick-output .line:not(.error)")];
            const texts = lines.map((line) => line.textContent.replace(/\\n$/, ""));
            return trick.querySelector(".trick-run") ? texts : null;
        })""",
        list(SHOWN),
    )
    recorded = [recording.read(TRICKS[id]) for id in SHOWN]
    assert dict(zip(SHOWN, shown, strict=True)) == {
        id: kept and kept.lines for id, kept in zip(SHOWN, recorded, strict=True)
    }


@pytest.mark.thorough(kind="replay without a stage")
@pytest.mark.skipif("pipes.pipeline" not in SHOWN, reason="left out: pipes.rst")
def test_without_a_stage_the_button_replays(static):
    slide = show(static, "pipes.pipeline")
    button = slide.locator(".trick-run")
    assert button.text_content() == "Replay"
    button.click()
    wait_for_end(static, slide, "replay")
    last = recording.read(TRICKS["pipes.pipeline"]).lines[-1]
    slide.get_by_text(last.partition(": ")[2]).wait_for()
    assert said(slide) == recording.read(TRICKS["pipes.pipeline"]).lines
    assert "Linux" in slide.locator(".trick-status").text_content()


@pytest.fixture(scope="module")
def stage(home):
    with OpenStage(home) as stage:
        yield stage


@pytest.fixture(scope="module")
def live(browser, stage):
    """The deck in the presenter's browser."""
    from stage_in_browser import wait_for

    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(stage.addresses[-1])
    wait_for(page, READY)
    page.evaluate("Deck.keepAll()")  # the page puts far slides away
    yield page
    context.close()


@pytest.mark.thorough(kind="a real run in the page")
@pytest.mark.parametrize("id", MAIN_PATH)
def test_run_shows_what_is_recorded(live, id):
    verdict = needs.check(TRICKS[id])
    if not verdict.runnable:
        pytest.skip(verdict.reason)
    slide = show(live, id)
    assert slide.locator(".trick-run").text_content() == "Run"
    slide.locator(".trick-run").click()
    wait_for_end(live, slide, "passed")
    assert said(slide) == recording.read(TRICKS[id]).lines


@pytest.mark.thorough(kind="measure again")
@pytest.mark.skipif("ping_pong" not in CHARTS, reason="left out: speed.rst")
def test_measure_again_lays_new_figures_beside_the_recorded_ones(live):
    panel = live.locator('[data-chart="ping_pong"]').first
    index = panel.evaluate("e => Reveal.getIndices(e.closest('section')).h")
    live.evaluate("h => Reveal.slide(h)", index)
    before = panel.locator(".chart-hall.chart-wide .c-value").all_text_contents()
    panel.get_by_role("button", name="Measure again").click()
    panel.get_by_text("measured in").wait_for(timeout=60_000)
    after = panel.locator(".chart-hall.chart-wide .c-value").all_text_contents()
    assert len(after) == len(before) > 1
    for said, old in zip(after, before, strict=True):
        assert f"{old.removeprefix('Python ')}, now " in said
