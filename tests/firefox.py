"""Debian's Firefox for tests, driven by marionette: Playwright can't drive it."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

FIREFOX = shutil.which("firefox-esr")
DEADLINE = 30  # seconds, for each wait


class Firefox:
    def __init__(self, address: str) -> None:
        marionette = pytest.importorskip("marionette_driver.marionette")
        # Its log is a file of its own: marionette deletes what is there, /dev/null as well.
        self.folder = tempfile.TemporaryDirectory()
        log = os.path.join(self.folder.name, "log")
        # A port of its own, too: others may drive a Firefox at the same time.
        self.driver = marionette.Marionette(bin=FIREFOX, headless=True, gecko_log=log, port=0)
        self.driver.start_session()
        self.driver.navigate(address)
        self.until("document.documentElement.dataset.deck === 'ready'")

    def ask(self, expression: str):
        return self.driver.execute_script(f"return {expression}", sandbox=None)

    def until(self, condition: str, limit: float = DEADLINE) -> None:
        end = time.monotonic() + limit
        while not self.ask(condition):
            assert time.monotonic() < end, f"not within {limit} s: {condition}"

    def press(self, key: str) -> None:
        from marionette_driver.marionette import ActionSequence

        ActionSequence(self.driver, "key", "keyboard").key_down(key).key_up(key).perform()

    def windows(self, number: int) -> list[str]:
        """So many windows, in the order in which they were opened, once they are there."""
        end = time.monotonic() + DEADLINE
        while len(self.driver.window_handles) != number:
            assert time.monotonic() < end, f"not {number} windows within {DEADLINE} s"
        first = self.driver.current_window_handle
        return [first, *(each for each in self.driver.window_handles if each != first)]

    def enter(self, window: str) -> None:
        """What is asked and pressed from here on is for this window."""
        self.driver.switch_to_window(window)

    def leave(self, other: str) -> None:
        """Close this window, and go on in another."""
        self.driver.close()
        self.enter(other)

    def close(self) -> None:
        self.driver.delete_session()
        self.driver.cleanup()
        self.folder.cleanup()


@contextmanager
def opened(address: str) -> Iterator[Firefox]:
    """Firefox at this address, closed afterwards; without Firefox the test is skipped."""
    if not FIREFOX:
        pytest.skip("needs the Debian package firefox-esr")
    firefox = Firefox(address)
    try:
        yield firefox
    finally:
        firefox.close()
