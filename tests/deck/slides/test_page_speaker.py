"""The speaker's window: in step with the hall's, notes by step, time and pace, runs, F5."""

import http.server
import re
import threading
from functools import partial

import pytest
import tiny
from docset import build, write
from page_window import HOST, READY, Stage, Window
from pictures import lightest

SLIDES = """
A talk
======

.. note:: Welcome.

.. rst-class:: section

A chapter
---------

A letter
--------

.. minutes:: 1

.. trick:: post.letter
   :show: send

   channel.send
      It *waits*.

.. note::

   First this.

   .. do:: Wait for hands.

   .. step::

   Then that.

   .. asked:: And why?

      Because.

Last
----

.. minutes:: 2
"""
LETTER, LAST = 2, 3
TOLD = ".presenter-notes [aria-current]"


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    source = tmp_path_factory.mktemp("speaker") / "deck"
    path = tiny.program(source)
    path.with_suffix(".toml").write_text(
        '[lost]\ntitle = "What if it is lost?"\nreplace = "channel.send(text)"\n'
        'with = "pass"\nshows = "passes"\n'
    )
    tiny.record(path.with_name("letter~lost.py"), [(0.01, "sender: lost")])
    return build(write(source, {"index.rst": SLIDES})).output


@pytest.fixture(scope="module")
def origin(deck):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=deck))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Speaker(Window):
    """The speaker's window, opened by the hall's."""

    def __init__(self, hall: Window) -> None:
        with hall.page.expect_popup() as popup:
            hall.press("s")
        self.page, self.complaints = popup.value, []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.wait_for_function(READY)
        self.page.set_viewport_size({"width": 1400, "height": 900})

    def reads(self, selector: str, text: str) -> None:
        self.page.locator(selector, has_text=text).wait_for()


# One test shows that two windows find each other without a server.
FILE = pytest.param("file", marks=pytest.mark.thorough(kind="a speaker's window of a file"))


@pytest.fixture(params=["http", FILE])
def hall(request, browser, deck):
    origin = request.getfixturevalue("origin") if request.param == "http" else f"file://{deck}"
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    window = Window(context, f"{origin}/index.html")
    yield window
    assert window.complaints == []
    context.close()


def at(window: Window, slide: int, step: int = -1) -> None:
    window.until(f"Reveal.getIndices().h === {slide} && (Reveal.getIndices().f ?? -1) === {step}")


def test_two_windows_are_in_step_through_a_chapter_with_runs_and_variants(hall):
    speaker = Speaker(hall)
    speaker.reads(TOLD, "Welcome.")
    speaker.press("PageDown", "PageDown")
    at(hall, LETTER)
    hall.press("ArrowRight")
    at(speaker, LETTER, 0)
    speaker.press("r")
    for window in (speaker, hall):
        window.until("document.querySelector('.present .trick-status').dataset.result === 'replay'")
        window.until("document.querySelectorAll('.present .trick-output .line').length === 3")
    hall.press("w")
    speaker.reads(".presenter-runs", "What if it is lost?")
    speaker.page.locator(".presenter-runs button", has_text="Replay").click()
    for window in (speaker, hall):
        window.until("document.querySelector('.present .what-if .line')")
    speaker.reads(".presenter-runs", "passes, as it should")
    speaker.page.locator(".presenter-runs button", has_text="What if").click()
    hall.until("!document.querySelector('.present .what-if')")
    speaker.press("PageDown", "PageDown")
    at(hall, LAST)
    speaker.reads(".presenter-next", "The end")
    speaker.press("b")
    hall.until("Reveal.isPaused()")
    hall.press("b")
    speaker.until("!Reveal.isPaused()")
    assert speaker.complaints == []


@pytest.mark.thorough(kind="the speaker's window follows")
def test_the_notes_follow_the_step_and_their_size_the_keys(hall):
    hall.go(LETTER)
    speaker = Speaker(hall)
    speaker.reads(TOLD, "First this.")
    assert speaker.page.locator(f"{TOLD} .do").inner_text() == "Wait for hands."
    hall.press("ArrowRight")
    speaker.reads(TOLD, "Then that.")
    assert "Because." in speaker.page.locator(f"{TOLD} .asked").inner_text()
    size = "parseFloat(getComputedStyle(document.querySelector('.presenter-notes')).fontSize)"
    before = speaker.page.evaluate(size)
    speaker.press("+")
    assert speaker.page.evaluate(size) == before + 4
    speaker.press("-", "-")
    assert speaker.page.evaluate(size) == before - 4
    assert hall.page.evaluate("localStorage.getItem('deck-size')") is None


@pytest.mark.thorough(kind="the speaker's window after F5")
def test_f5_in_either_window_brings_it_back_at_its_place(hall):
    speaker = Speaker(hall)
    hall.go(LETTER, 0)
    at(speaker, LETTER, 0)
    for window in (speaker, hall):
        window.page.reload()
        window.until(READY)
        at(window, LETTER, 0)
    speaker.reads(TOLD, "Then that.")
    hall.press("PageDown")
    at(speaker, LETTER, 1)
    speaker.press("PageDown")
    at(hall, LAST)


@pytest.mark.thorough(kind="the speaker's window after F5")
def test_the_time_begins_with_the_first_step_and_survives_f5(hall):
    speaker = Speaker(hall)
    time = speaker.page.locator(".presenter-top .time")
    assert time.inner_text() == "0:00 / 3:00"
    # The talk began two minutes ago: the letter had one of them.
    speaker.page.evaluate(
        "localStorage.setItem('deck-timer ' + location.pathname,"
        " JSON.stringify({began: Date.now() / 1000 - 120}))"
    )
    hall.go(LETTER)
    speaker.reads(".presenter-top .pace", "1:00 behind")
    hall.go(LAST)
    speaker.reads(".presenter-top .pace", "on time")
    speaker.page.reload()
    speaker.until(READY)
    assert time.inner_text().startswith("2:0")
    assert speaker.page.locator(".presenter-top .place").inner_text() == "4 / 4"
    speaker.page.locator("button", has_text="From 0:00").click()
    assert time.inner_text().startswith("0:00")


@pytest.mark.thorough(kind="the speaker's window follows")
def test_the_next_slide_is_shown_whole_and_the_chapter_is_named(hall):
    speaker = Speaker(hall)
    speaker.press("PageDown")
    speaker.reads(".presenter-next", "Next: A letter")
    frame = speaker.page.frames[1]
    frame.wait_for_function("window.Reveal && Reveal.isReady() && Reveal.getIndices().h === 2")
    frame.wait_for_function("Reveal.getIndices().f === 1")  # all its steps are taken
    speaker.press("PageDown")
    assert speaker.page.locator(".presenter-top .chapter").inner_text() == "A chapter"


def test_a_pointer_at_rest_is_hidden_while_presenting_and_the_screen_stays_awake(browser, origin):
    context = browser.new_context()
    context.add_init_script(
        "window.asked = []; navigator.wakeLock.request ="
        " async (kind) => { asked.push(kind); return new EventTarget(); };"
    )
    hall = Window(context, f"{origin}/index.html")
    assert hall.page.evaluate("asked.length") == 0
    speaker = Speaker(hall)
    for window in (hall, speaker):
        window.until("asked.length === 1 && asked[0] === 'screen'")
    cursor = "getComputedStyle(document.body).cursor"
    hall.until("!document.documentElement.classList.contains('deck-awake')")
    assert hall.page.evaluate(cursor) == "none"
    hall.page.mouse.move(100, 100)
    hall.page.mouse.move(120, 100)
    assert hall.page.evaluate(cursor) != "none"
    context.close()


def test_only_its_own_pair_steers_it(browser, origin):
    """Another deck of the same address, and a message with a guessed pair, change nothing."""
    context = browser.new_context()
    hall, other = (Window(context, f"{origin}/index.html") for _ in range(2))
    speaker = Speaker(hall)
    state = "{h: 3, v: 0, f: -1, paused: false}"
    for pair in ("''", "null", "'0'", "undefined"):
        forged = f"{{pair: {pair}, page: location.pathname, state: {state}}}"
        other.page.evaluate(f"new BroadcastChannel('deck').postMessage({forged})")
    other.press("PageDown")
    hall.press("PageDown", "PageDown")
    at(speaker, LETTER)
    assert (hall.place[0], other.place[0]) == (LETTER, 1)
    context.close()


def test_a_browser_that_opens_no_window_says_what_to_do(browser, origin):
    context = browser.new_context()
    context.add_init_script("window.open = () => null;")
    hall = Window(context, f"{origin}/index.html")
    hall.press("s")
    assert "Let this page open windows" in hall.page.locator(".deck-banner").inner_text()
    context.close()


@pytest.mark.thorough(kind="the speaker's window follows")
def test_the_pace_is_that_of_the_rehearsal_where_there_is_one(browser, deck):
    context = browser.new_context()
    stage = Stage(context, deck)
    stage.hello = {"rehearsed": {"": 30, "a-letter": 300}}
    speaker = Window(context, f"{HOST}/index.html?speaker=abc")
    speaker.page.evaluate(
        "localStorage.setItem('deck-timer ' + location.pathname,"
        " JSON.stringify({began: Date.now() / 1000 - 150}))"
    )
    pace = speaker.page.locator(".presenter-top .pace")
    speaker.go(LAST)  # which was not rehearsed: by its minutes
    pace.filter(has_text=re.compile(r"2:\d\d ahead, by the rehearsal")).wait_for()
    speaker.go(LETTER)
    pace.filter(has_text="on time, by the rehearsal").wait_for()
    speaker.go(1)
    pace.filter(has_text=re.compile(r"2:\d\d behind, by the rehearsal")).wait_for()
    context.close()


@pytest.mark.thorough(kind="a black hall")
@pytest.mark.parametrize("key", ["b", "."])
def test_a_black_hall_is_all_black_and_the_speaker_still_sees_the_notes(hall, key):
    speaker = Speaker(hall)
    hall.page.evaluate("dispatchEvent(new Event('pointermove'))")  # its bar is there
    speaker.press(key)
    hall.until("Reveal.isPaused()")
    hall.until("getComputedStyle(document.querySelector('.pause-overlay')).opacity === '1'")
    assert lightest(hall.page) == 0
    speaker.reads(".presenter-top .dark", "The hall is black")
    assert "Welcome." in speaker.page.locator(TOLD).inner_text()
    assert not speaker.page.locator(".pause-overlay").is_visible()
    hall.press(key)
    speaker.until("!Reveal.isPaused()")
    assert speaker.page.locator(".presenter-top .dark").inner_text() == ""
