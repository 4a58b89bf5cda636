"""A stage that is killed in the middle of a talk, as the page sees it."""

import pytest
import tiny
from docset import write
from open_stage import StageProcess, write_deck
from processes import PATIENCE
from stage_in_browser import wait_for

SLIDES = """
A deck
======

A letter
--------

.. trick:: post.letter
   :show: send

The end
-------

Of it.
"""
CONF = "extensions = ['deck']\nproject = 'A deck'\n"
READY = "document.documentElement.dataset.deck === 'ready'"
BUTTON = "document.querySelector('.present .trick-run')"
STATUS = "document.querySelector('.present .trick-status')"
BANNER = "document.querySelector('.deck-banner').textContent"


@pytest.fixture
def talk(tmp_path):
    root = write_deck(tmp_path)
    tiny.program(root)
    return write(root, {"slides/index.rst": SLIDES, "conf.py": CONF})


@pytest.fixture
def page(browser):
    context = browser.new_context()
    yield context.new_page()
    context.close()


def enter(page, process: StageProcess) -> None:
    page.goto(process.printed_until("The stage is open").split()[-1])
    wait_for(page, READY, PATIENCE)


def kill(process: StageProcess) -> None:
    process.process.kill()
    process.process.wait(PATIENCE)


def press_run(page) -> None:
    wait_for(page, f"{BUTTON}.textContent === 'Run'", PATIENCE)
    page.keyboard.press("r")
    wait_for(page, f"{STATUS}.textContent.startsWith('passed in')", PATIENCE)


@pytest.mark.thorough(kind="a whole stage again in the browser")
def test_press_run_kill_the_stage_start_it_again_press_f5(talk, page):
    """What the presenter does without looking at the terminal; the slide stays the same."""
    with StageProcess(talk, "--port", "0") as first:
        enter(page, first)
        page.keyboard.press("ArrowRight")
        press_run(page)
        kill(first)
    wait_for(page, f"{BANNER}.includes('Open it again with make present')", PATIENCE)
    assert "does not answer" in page.evaluate(BANNER)
    with StageProcess(talk) as second:
        second.printed_until("The stage is open")
        # By itself first ...
        wait_for(page, "!document.querySelector('.deck-banner')", PATIENCE)
        press_run(page)
        # ... and after a reload.
        page.reload()
        wait_for(page, READY, PATIENCE)
        assert page.evaluate("Reveal.getIndices().h") == 1
        press_run(page)


@pytest.mark.thorough(kind="a whole stage again in the browser")
def test_a_new_browser_opens_at_the_slide_that_was_shown(talk, page, browser):
    with StageProcess(talk, "--port", "0") as first:
        enter(page, first)
        fresh = first.printed_until("For another one").split()[-1]
        page.keyboard.press("ArrowRight")
        # One after the other over one socket: what has run, has been told of the place before.
        press_run(page)
        context = browser.new_context()
        other = context.new_page()
        other.goto(fresh)
        wait_for(other, READY, PATIENCE)
        assert other.evaluate("Reveal.getCurrentSlide().id") == "a-letter"
        context.close()
        kill(first)
    with StageProcess(talk) as second:
        context = browser.new_context()
        other = context.new_page()
        enter(other, second)
        assert other.evaluate("Reveal.getCurrentSlide().id") == "a-letter"
        context.close()


@pytest.mark.thorough(kind="a whole stage again in the browser")
def test_a_browser_that_is_not_let_in_says_so(talk, page, browser):
    with StageProcess(talk, "--port", "0") as first:
        address = first.printed_until("The stage is open").split()[-1]
        page.goto(address.partition("?")[0])
        wait_for(page, READY, PATIENCE)
        assert "Open that one here" in page.evaluate(BANNER)


@pytest.mark.thorough(kind="a whole stage again in the browser")
def test_a_page_whose_session_is_gone_says_so(talk, page):
    with StageProcess(talk, "--port", "0") as first:
        enter(page, first)
        kill(first)
    # However long nobody answers first.
    wait_for(page, f"{BANNER}.includes('does not answer')", PATIENCE)
    (talk / "_build" / "stage" / "sessions.json").unlink()
    with StageProcess(talk) as second:
        second.printed_until("The stage is open")
        wait_for(page, f"{BANNER}.includes('Open that one here')", PATIENCE)


@pytest.mark.thorough(kind="a whole stage again in the browser")
def test_an_edited_program_does_not_say_passed_of_the_old_one(talk, page):
    with StageProcess(talk, "--port", "0") as first:
        enter(page, first)
        page.keyboard.press("ArrowRight")
        press_run(page)
        program = talk / "examples" / "post" / "letter.py"
        program.write_text(program.read_text().replace('"reader:"', '"the reader:"'))
        # The slide shows another part of it; what it said was of the whole.
        wait_for(page, f"!{STATUS}.textContent.includes('passed')", PATIENCE)
        assert page.evaluate(f"{BUTTON}.textContent") == "Run"
