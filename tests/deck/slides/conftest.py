"""What all tests of the page share: the deck, windows on it."""

from pathlib import Path

import pytest
from page_window import BESIDE, HOST, Stage, Window, build_deck


@pytest.fixture(scope="session")
def deck(tmp_path_factory) -> Path:
    return build_deck(tmp_path_factory.mktemp("page"))


@pytest.fixture
def window(browser, deck):
    """The deck opened as a file, as an attendee has it."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, color_scheme="dark")
    window = Window(context, f"file://{deck}/index.html")
    yield window
    assert window.complaints == []
    context.close()


@pytest.fixture
def phone(browser, deck):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    window = Window(context, f"file://{deck}/index.html")
    yield window
    assert window.complaints == []
    context.close()


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield context
    context.close()


@pytest.fixture
def stage(context, deck):
    return Stage(context, deck)


@pytest.fixture
def served(context, stage):
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until("document.querySelector('.present .trick-run').textContent === 'Run'")
    return window
