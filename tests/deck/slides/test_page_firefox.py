"""Firefox shows and replays the same; it is driven by marionette, which Debian's speaks."""

import shutil
import time

import pytest
import tiny
from page_window import BESIDE

FIREFOX = shutil.which("firefox-esr")
DEADLINE = 30  # seconds, for each wait


class Firefox:
    def __init__(self, address: str) -> None:
        marionette = pytest.importorskip("marionette_driver.marionette")
        self.driver = marionette.Marionette(bin=FIREFOX, headless=True)
        self.driver.start_session()
        self.driver.navigate(address)
        self.until("document.documentElement.dataset.deck === 'ready'")

    def ask(self, expression: str):
        return self.driver.execute_script(f"return {expression}", sandbox=None)

    def until(self, condition: str) -> None:
        end = time.monotonic() + DEADLINE
        while not self.ask(condition):
            assert time.monotonic() < end, f"not within {DEADLINE} s: {condition}"

    def press(self, key: str) -> None:
        from marionette_driver.marionette import ActionSequence

        ActionSequence(self.driver, "key", "keyboard").key_down(key).key_up(key).perform()

    def close(self) -> None:
        self.driver.delete_session()
        self.driver.cleanup()


@pytest.fixture(scope="module")
def firefox(deck):
    if not FIREFOX:
        pytest.skip("needs the Debian package firefox-esr")
    firefox = Firefox(f"file://{deck}/index.html")
    yield firefox
    firefox.close()


def test_firefox_shows_and_replays(firefox):
    firefox.ask(f"Reveal.slide({BESIDE}, 0, -1)")
    firefox.until(f"Reveal.getIndices().h === {BESIDE}")
    firefox.press("r")
    text = "document.querySelector('.present .trick-output').textContent"
    firefox.until(f"{text}.includes('{tiny.LINES[-1]}')")
    firefox.until("document.querySelector('.present .trick-status').dataset.result === 'replay'")


def test_firefox_turns_searches_and_comes_back(firefox):
    firefox.press("c")
    firefox.until("document.querySelector('dialog[open]') !== null")
    firefox.press("\ue00c")
    firefox.until("document.querySelector('dialog') === null")
    before = firefox.ask("Reveal.getIndices().h")
    firefox.press("\ue00f")
    firefox.until(f"Reveal.getIndices().h > {before}")
