"""What all tests of the page share: the deck, windows on it."""

from pathlib import Path

import pytest
from page_window import BESIDE, HOST, Stage, Window, build_deck

HALL = {"width": 1920, "height": 1080}


@pytest.fixture(scope="session")
def deck(tmp_path_factory) -> Path:
    return build_deck(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def hall(browser):
    """A screen as it hangs in a hall; to open one for each test would take half of their time."""
    context = browser.new_context(viewport=HALL, color_scheme="dark")
    yield Window(context)
    context.close()


@pytest.fixture
def window(hall, deck):
    """The deck opened as a file, as an attendee has it."""
    hall.page.set_viewport_size(HALL)
    hall.open(f"file://{deck}/index.html")
    yield hall
    complaints = list(hall.complaints)
    hall.forget()
    assert complaints == []


@pytest.fixture
def phone(browser, deck):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    window = Window(context, f"file://{deck}/index.html")
    yield window
    assert window.complaints == []
    context.close()


@pytest.fixture(scope="session")
def desk(browser):
    """A screen as the presenter has it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    yield Window(context)
    context.close()


@pytest.fixture
def context(desk):
    yield desk.page.context
    desk.forget()


@pytest.fixture
def stage(context, deck):
    return Stage(context, deck)


@pytest.fixture
def served(desk, stage):
    desk.open(f"{HOST}/index.html")
    desk.go(BESIDE)
    desk.until("document.querySelector('.present .trick-run').textContent === 'Run'")
    return desk
