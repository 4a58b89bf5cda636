"""A saved file changes the open page in place: its slides, and nothing of what one was doing."""

import time
from pathlib import Path

import pytest
import tiny
from docset import DOT, write
from open_stage import StageProcess
from page_window import READY
from processes import PATIENCE
from stage_in_browser import wait_for
from watchfiles import watch

from deck.programs.catalogue import ROOT

GOES_ON = 'print("ready")\n    import signal\n    signal.pause()\n\n\nmain()'
ONE = "One\n---\n\nfirst words\n\n.. note:: whisper this\n"
THREE = "Three\n-----\n\nthird words\n"
SLIDES = """
Deck
====

One
---

first words

.. note:: whisper this

A letter
--------

.. trick:: post.letter
   :show: send

   channel.send
      It waits until there is room.

   return channel
      It does not wait.

.. note:: the letter's words

Three
-----

third words
"""
LETTER = "#/a-letter"


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("talk")
    conf = "extensions = ['deck']\nslide_numbers = True\n"
    write(root, {"conf.py": conf, "slides/index.rst": SLIDES})
    program = tiny.program(root)
    program.write_text(program.read_text().replace('print("sender: one")', GOES_ON))
    (root / "deck").symlink_to(ROOT / "deck")
    return root


@pytest.fixture(scope="module")
def address(root):
    with StageProcess(root, "--port", "0") as started:
        yield started.printed_until("The stage is open").split()[-1]


@pytest.fixture
def source(root) -> Path:
    """The talk as it was written; a test's edits go with it."""
    path = root / "slides" / "index.rst"
    built = root / "_build" / "slides" / "index.html"
    before = built.read_text()
    yield path
    path.write_text(SLIDES)
    deadline = time.monotonic() + PATIENCE
    # It also yields after a second without a change: the last one may have come before it watched.
    for _ in watch(built.parent, rust_timeout=1000, yield_on_timeout=True, step=10):
        if built.read_text() == before:
            break
        assert time.monotonic() < deadline, "the talk was not built as it was"


@pytest.fixture(scope="module")
def context(browser, address):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(address)
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(context, address, source):
    """The deck at its trick, as it was written."""
    page = context.new_page()
    page.goto(address.partition("/?")[0] + "/" + LETTER)
    wait_for(page, READY)
    page.evaluate("document.documentElement.dataset.old = 'yes'")
    wait_for(page, "document.querySelector('#three').textContent.includes('third words')")
    yield page
    page.close()


def is_here(page) -> bool:
    """Whether it is still the page that was opened."""
    return page.evaluate("document.documentElement.dataset.old") == "yes"


def edit(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


@pytest.mark.thorough(kind="an edit changes the open page")
def test_an_edit_is_seen_and_the_step_stays(page, source):
    page.keyboard.press("ArrowRight")
    wait_for(page, "document.querySelector('.present .current-fragment')")
    edit(source, ("until there is room", "until there is much room"))
    wait_for(page, "document.querySelector('.present').textContent.includes('much room')")
    opened = page.locator(".present .callout.current-fragment")
    assert opened.count() == 1
    assert "much room" in opened.inner_text()
    assert page.evaluate("Reveal.getIndices().f") == 0
    assert page.locator(".present .mark[aria-expanded=true]").count() == 1
    assert is_here(page)


@pytest.mark.thorough(kind="slides come and go")
@pytest.mark.parametrize(
    ("edits", "ids"),
    [
        ([("A letter\n", "New\n---\n\nnew\n\nA letter\n")], "deck one new a-letter three"),
        ([(ONE, "")], "deck a-letter three"),
        ([(THREE, "")], "deck one a-letter"),
        ([("One\n---", "First\n-----")], "deck first a-letter three"),
        ([(THREE, ""), (ONE, f"{THREE}\n{ONE}")], "deck three one a-letter"),
    ],
    ids=["added", "removed before", "removed behind", "renamed", "moved"],
)
def test_slides_come_and_go_and_the_place_stays_by_id(page, source, edits, ids):
    page.keyboard.press("ArrowRight")
    edit(source, *edits)
    listed = "[...document.querySelectorAll('.slides > section')].map(s => s.id).join(' ')"
    wait_for(page, f"{listed} === '{ids}'")
    assert page.evaluate("Reveal.getCurrentSlide().id") == "a-letter"
    assert page.evaluate("Reveal.getIndices().f") == 0
    assert page.locator(".slides > .present").count() == 1
    assert page.locator(".present .current-fragment").count() == 1
    numbers = page.locator(".slides > section .slide-no").all_text_contents()
    assert numbers == [str(number) for number in range(1, len(ids.split()) + 1)]
    wait_for(page, f"location.hash.startsWith('{LETTER}')")
    assert is_here(page)


@pytest.mark.thorough(kind="slides come and go")
def test_the_slide_one_looks_at_gets_another_title(page, source):
    page.keyboard.press("ArrowRight")
    edit(source, ("A letter\n--------", "A message\n---------"))
    wait_for(page, "document.querySelector('.present h2').textContent === 'A message'")
    assert page.evaluate("Reveal.getIndices().f") == 0
    wait_for(page, "document.title.startsWith('A message')")
    assert is_here(page)


@pytest.mark.thorough(kind="slides come and go")
def test_the_slide_one_looks_at_goes(page, source):
    text = source.read_text()
    start, end = text.index("A letter\n---"), text.index("Three\n---")
    source.write_text(text[:start] + text[end:])
    wait_for(page, "Reveal.getCurrentSlide().id === 'three'")
    assert page.locator(".slides > .present").count() == 1
    assert is_here(page)


@pytest.mark.thorough(kind="an edit changes the open page")
def test_what_was_scrolled_and_has_the_focus_stays(page, source):
    page.evaluate("document.querySelector('.present .trick-output').style.height = '20px'")
    edit(source, ("A letter\n---", "x\n\nA letter\n---"))
    wait_for(page, "document.querySelector('#one').textContent.includes('x')")
    page.evaluate("document.querySelector('.present .copy').focus()")
    edit(source, ("It does not wait", "It goes on"))
    wait_for(page, "document.querySelector('.present').textContent.includes('It goes on')")
    assert page.evaluate("document.activeElement.matches('.present .copy')")
    assert is_here(page)


@pytest.mark.thorough(kind="an edit changes the open page")
def test_the_speakers_window_and_its_frame_change_too(page, source):
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    wait_for(speaker, "document.querySelector('.presenter-notes').textContent.includes('letter')")
    frame = "document.querySelector('.presenter-next iframe').contentWindow"
    wait_for(speaker, f"{frame}.document.documentElement.dataset.deck === 'ready'")
    edit(
        source,
        ("the letter's words", "words of the letter"),
        ("third words", "words of the third"),
    )
    wait_for(
        speaker,
        "document.querySelector('.presenter-notes').textContent.includes('words of the letter')",
    )
    shown = f"{frame}.document.querySelector('.present').textContent"
    wait_for(speaker, f"{shown}.includes('words of the third')")
    speaker.close()


@pytest.mark.thorough(kind="an edit changes the open page")
def test_a_picture_that_is_drawn_anew_is_seen(page, root, source):
    picture = root / "slides" / "dot.svg"
    picture.write_text(DOT)
    edit(source, ("third words", "third words\n\n.. image:: dot.svg"))
    image = "document.querySelector('#three img')"
    wait_for(page, f"{image}.naturalWidth === 9")
    picture.write_text(DOT.replace('width="9"', 'width="12"'))
    wait_for(page, f"{image}.naturalWidth === 12")
    assert is_here(page)


@pytest.mark.thorough(kind="a broken build is told")
def test_a_build_that_fails_is_told_and_the_next_one_mends_the_page(page, root, source):
    conf = (root / "conf.py").read_text()
    (root / "conf.py").write_text(conf + "\nraise ValueError('spoilt')\n")
    page.get_by_role("alert").wait_for()
    edit(source, ("third words", "mended words"))
    (root / "conf.py").write_text(conf)
    page.get_by_text("mended words").wait_for(state="attached")
    # Two files were saved: it may be loaded twice.
    wait_for(page, f"{READY} && Reveal.getCurrentSlide().id === 'a-letter'")


def test_what_a_program_printed_stays_and_goes_on(page, source):
    wait_for(page, "document.querySelector('.present .trick-run').textContent === 'Run'")
    page.keyboard.press("r")
    wait_for(page, "document.querySelector('.present .trick-output').textContent.includes('ready')")
    edit(source, ("room.", "room enough."))
    wait_for(page, "document.querySelector('.present').textContent.includes('room enough')")
    assert "ready" in page.locator(".present .trick-output").inner_text()
    assert page.locator(".present .trick-run").inner_text() == "Stop"
    assert page.locator(".present .trick-status").inner_text().startswith("running")
    page.keyboard.press("x")
    wait_for(
        page, "document.querySelector('.present .trick-status').textContent.includes('stopped')"
    )
    assert is_here(page)
