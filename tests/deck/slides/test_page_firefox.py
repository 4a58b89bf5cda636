"""Firefox shows and replays the same; it is driven by marionette, which Debian's speaks."""

import pytest
import tiny
from firefox import opened
from page_window import BESIDE


@pytest.fixture(scope="module")
def firefox(deck):
    with opened(f"file://{deck}/index.html") as firefox:
        yield firefox


@pytest.mark.thorough(kind="Firefox")
def test_firefox_shows_and_replays(firefox):
    firefox.ask(f"Reveal.slide({BESIDE}, 0, -1)")
    firefox.until(f"Reveal.getIndices().h === {BESIDE}")
    firefox.press("r")
    text = "document.querySelector('.present .trick-output').textContent"
    firefox.until(f"{text}.includes('{tiny.LINES[-1]}')")
    firefox.until("document.querySelector('.present .trick-status').dataset.result === 'replay'")


@pytest.mark.thorough(kind="Firefox")
def test_firefox_turns_searches_and_comes_back(firefox):
    firefox.press("c")
    firefox.until("document.querySelector('dialog[open]') !== null")
    firefox.press("\ue00c")
    firefox.until("document.querySelector('dialog') === null")
    before = firefox.ask("Reveal.getIndices().h")
    firefox.press("\ue00f")
    firefox.until(f"Reveal.getIndices().h > {before}")


@pytest.mark.thorough(kind="Firefox")
def test_firefox_has_a_speakers_window_in_step_with_the_halls(firefox):
    firefox.ask("Reveal.slide(0, 0, -1)")
    firefox.press("s")
    hall, speaker = firefox.windows(2)
    firefox.enter(speaker)
    firefox.until("document.documentElement.dataset.deck === 'ready'")
    assert firefox.ask("document.documentElement.classList.contains('speaker')")
    firefox.press("\ue00f")  # page down
    firefox.until("Reveal.getIndices().h === 1")
    firefox.until("document.querySelector('.presenter-next figcaption').textContent !== ''")
    firefox.press("b")
    firefox.until("document.querySelector('.presenter-top .dark').textContent !== ''")
    firefox.enter(hall)
    firefox.until("Reveal.getIndices().h === 1 && Reveal.isPaused()")
    firefox.press("b")
    firefox.until("!Reveal.isPaused()")
    firefox.ask(f"Reveal.slide({BESIDE}, 0, -1)")
    firefox.enter(speaker)
    firefox.until(f"Reveal.getIndices().h === {BESIDE} && !Reveal.isPaused()")
    firefox.press("r")  # seen in both
    replayed = "document.querySelector('.present .trick-status').dataset.result === 'replay'"
    firefox.until(replayed)
    firefox.enter(hall)
    firefox.until(replayed)
    firefox.enter(speaker)
    firefox.ask("location.reload()")
    firefox.until(f"window.Reveal?.isReady() && Reveal.getIndices().h === {BESIDE}")
    firefox.leave(hall)
