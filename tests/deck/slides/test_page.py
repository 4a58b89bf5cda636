"""The slides in a browser: what the keys, the buttons and the stage do to them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tiny
from docset import build, write
from open_stage import OpenStage, write_deck, write_trick

sys.path.insert(0, str(Path(__file__).parents[2]))
import overflow

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs the Debian package chromium")

READY = "document.documentElement.dataset.deck === 'ready'"
HOST = "http://deck.test"
SLIDES = """
A deck
======

What it is about

.. rst-class:: section

A chapter
---------

.. diagram:: pipe.svg

A letter, and its output beside it
----------------------------------

.. trick:: post.letter
   :show: send

   channel.send
      It *waits* until there is room.

   return channel
      It does not wait.

A letter that is too wide for that
----------------------------------

.. trick:: post.slow
   :show: wide

.. note:: Say `this <https://elsewhere.test/>`_.

Guess
-----

.. question:: What does a full pipe do?
   :answer: 2

   * It loses bytes.
   * It makes the writer wait.

   Nobody wrote a line for it.

.. rst-class:: answer

It waits
--------

And so does its writer.

.. rst-class:: breath

Breathe
-------

.. diagram:: calm.svg

What no machine here can run
----------------------------

.. trick:: post.far
   :unrecorded: It needs two machines.
   :show: send

The end
-------

See :ref:`the beginning <start>`.
"""
CHAPTER, BESIDE, BELOW, GUESS, BREATH, UNRECORDED, END = 1, 2, 3, 4, 6, 7, 8


@pytest.fixture(scope="module")
def deck(tmp_path_factory) -> Path:
    source = tmp_path_factory.mktemp("page") / "deck"
    tiny.program(source)
    tiny.program(source, "post.far", recorded=False)
    slow = tiny.program(source, "post.slow", recorded=False)
    tiny.record(slow, [(0.01, tiny.LINES[0]), (0.02, tiny.LINES[1]), (3600.0, tiny.LINES[2])])
    slides = f".. _start:\n{SLIDES}"
    calm = tiny.FIGURE.replace("a step", "")
    write(
        source,
        {"index.rst": slides, "_static/pipe.svg": tiny.FIGURE, "_static/calm.svg": calm},
    )
    return build(source).output


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Window:
    """A page of the deck, with all it says to the console and all it asks of other hosts."""

    def __init__(self, context, address: str) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        self.home = address.rpartition("/")[0]
        self.page.goto(address)
        self.page.wait_for_function(READY)

    def _note(self, request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"asked for {request.url}")

    def go(self, slide: int, step: int = -1) -> None:
        self.page.evaluate("([s, f]) => Reveal.slide(s, 0, f)", [slide, step])

    @property
    def place(self) -> tuple[int, int]:
        """The slide and its step, -1 as it opens."""
        where = self.page.evaluate("Reveal.getIndices()")
        return where["h"], where.get("f", -1)

    def here(self, selector: str):
        return self.page.locator(f".slides > .present {selector}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def until(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def said(self) -> list[str]:
        return [line.rstrip("\n") for line in self.here(".trick-output .line").all_text_contents()]


@pytest.fixture
def window(browser, deck):
    """The deck opened as a file, as an attendee has it."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, color_scheme="dark")
    window = Window(context, f"file://{deck}/index.html")
    yield window
    assert window.complaints == []
    context.close()


# ---- the whole deck


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
    assert overflow.complaints(window.page) == []


def test_all_stands_out_in_light_and_dark(window):
    assert overflow.pale(window.page) == []


def test_the_measuring_finds_what_is_wrong(window):
    window.go(BESIDE)
    window.page.evaluate("""() => {
        const slide = Reveal.getCurrentSlide();
        slide.querySelector('.trick-code .line').append('x'.repeat(99));
        slide.querySelector('h2').style.fontSize = '20px';
        slide.querySelector('h2').style.color = 'var(--edge)';
    }""")
    found = "\n".join(overflow.complaints(window.page))
    assert "hides" in found and "h2 is 20.0 high" in found
    assert any("contrast" in said for said in overflow.pale(window.page))


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


# ---- explanations


def test_the_slides_own_keys_step_through_the_explanations(window):
    window.go(BESIDE)
    shown = window.here(".callout.current-fragment")
    window.press("ArrowRight")
    assert "waits" in shown.inner_text() and window.here(".line.explained").count() == 1
    assert "channel.send" in window.here(".line.explained").inner_text()
    assert not window.here(".trick-output").is_visible()
    window.press("Space")
    assert "does not wait" in shown.inner_text()
    window.press("ArrowRight")
    assert shown.count() == 0 and window.here(".trick-output").is_visible()
    assert window.place == (BESIDE, 2)


def test_an_explanation_opens_from_its_mark_by_keyboard_and_the_keys_go_on_from_there(window):
    window.go(BESIDE)
    window.here(".mark").nth(1).focus()
    window.press("Enter")
    assert window.place == (BESIDE, 1)
    assert window.here(".mark").nth(1).get_attribute("aria-expanded") == "true"
    window.press("ArrowLeft")
    assert window.place == (BESIDE, 0)
    window.here(".mark").nth(0).focus()
    window.press("Space")  # the mark's, not the slide's: it closes what is open
    assert window.place == (BESIDE, -1)


def test_an_explanation_stands_at_the_height_of_its_line(window):
    window.go(BESIDE, 0)
    line, callout = window.here(".line.explained"), window.here(".callout.current-fragment")
    assert abs(line.bounding_box()["y"] - callout.bounding_box()["y"]) < 20
    assert callout.bounding_box()["x"] > line.bounding_box()["x"] + line.bounding_box()["width"]


# ---- replays


def test_without_a_stage_the_button_replays_and_says_so(window):
    window.go(BESIDE)
    button = window.here(".trick-run")
    assert button.inner_text() == "Replay"
    button.click()
    assert button.inner_text() == "Stop"
    window.until("document.querySelector('.present .trick-run').textContent === 'Replay'")
    assert window.said() == tiny.LINES
    status = window.here(".trick-status")
    assert status.inner_text() == "replay, recorded 2023-11-14, Linux 6.18.44"
    assert status.get_attribute("data-result") == "replay"
    assert window.place == (BESIDE, 2)  # the output is what one sees


def test_a_replay_keeps_its_pace_and_can_be_stopped(window):
    window.go(BELOW)  # its third line came an hour later
    window.press("r")
    window.until("document.querySelectorAll('.present .trick-output .line').length === 2")
    assert window.said() == tiny.LINES[:2]
    window.press("x")
    assert window.here(".trick-status").inner_text().startswith("stopped replay")
    assert window.here(".trick-run").inner_text() == "Replay"
    assert window.said() == tiny.LINES[:2]
    assert window.place == (BELOW, 0)


def test_what_has_no_recording_has_no_button(window):
    window.go(UNRECORDED)
    assert not window.here(".trick-run").is_visible()
    assert "two machines" in window.here(".trick-status").inner_text()
    window.press("r")
    assert window.said() == []


def test_without_script_there_is_no_button_and_all_slides_can_be_read(browser, deck):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{deck}/index.html")
    assert page.locator("button:visible").count() == 0
    assert page.get_by_text("It does not wait.").is_visible()
    assert page.get_by_text("The end").is_visible()
    context.close()


# ---- keys


@pytest.mark.parametrize("selector", [".trick-output", ".trick-run", ".copy", "a"])
def test_keys_typed_in_a_pane_a_button_or_a_link_turn_no_slide(window, selector):
    slide = END if selector == "a" else BESIDE
    window.go(slide)
    window.here(selector).first.focus()
    before = window.place
    window.press("ArrowRight", "ArrowLeft", "PageDown", "n", "b", "Home", "Control+a")
    assert window.place == before
    assert not window.page.evaluate("Reveal.isPaused()")
    window.press("Escape", "ArrowLeft")
    assert window.place != before


def test_after_a_click_the_next_key_turns_the_slide(window):
    window.go(BELOW)
    window.here(".trick-run").click()
    window.press("PageDown")
    assert window.place[0] == BELOW + 1


def test_the_code_and_the_command_can_be_copied(browser, deck):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    window = Window(context, f"file://{deck}/index.html")
    window.go(BESIDE)
    copied = "navigator.clipboard.readText()"
    window.here(".trick-code .copy").click()
    window.until("document.querySelector('.present .copy[data-done=yes]')")
    assert window.page.evaluate(copied) == (
        "def send(channel, text):\n    channel.send(text)\n    return channel\n"
    )
    window.here(".trick-bar .copy").click()
    window.until("document.querySelectorAll('.present .copy[data-done=yes]').length === 2")
    assert window.page.evaluate(copied) == "python3 -m examples run post.letter"
    context.close()


def test_the_next_key_reveals_the_answer(window):
    window.go(GUESS)
    assert not window.here(".why").is_visible()
    window.press("ArrowRight")
    assert window.place == (GUESS, 0)
    assert window.here(".why").is_visible()
    assert window.here(".right").inner_text() == "It makes the writer wait."


# ---- light and dark


def test_the_theme_is_the_systems_until_it_is_chosen_and_then_remembered(window):
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = window.page.evaluate(ground)
    window.press("t")
    light = window.page.evaluate(ground)
    assert dark != light
    window.page.reload()
    window.until(READY)
    assert window.page.evaluate(ground) == light
    window.page.get_by_role("button", name="Dark or light").click()
    assert window.page.evaluate(ground) == dark


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


# ---- a phone


@pytest.fixture
def phone(browser, deck):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    window = Window(context, f"file://{deck}/index.html")
    yield window
    assert window.complaints == []
    context.close()


def test_on_a_phone_the_output_stands_under_the_code_and_all_can_be_read(phone):
    phone.go(BESIDE)
    assert phone.page.evaluate("Reveal.getScale()") == 1
    code, output = phone.here(".trick-code"), phone.here(".trick-screen")
    assert output.bounding_box()["y"] >= code.bounding_box()["y"] + code.bounding_box()["height"]
    assert [c.is_visible() for c in phone.here(".callout").all()] == [True, True]
    size = "parseFloat(getComputedStyle(document.querySelector('.present .callout')).fontSize)"
    assert phone.page.evaluate(size) >= 16
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_finger_turns_the_slides_and_scrolls_them(phone):
    swipe = """([from, to]) => {
        const root = document.querySelector('.reveal'), target = root;
        const touch = ([x, y]) => new Touch({ identifier: 1, target, clientX: x, clientY: y });
        root.dispatchEvent(new TouchEvent('touchstart', { touches: [touch(from)], bubbles: true }));
        const end = { changedTouches: [touch(to)], bubbles: true };
        root.dispatchEvent(new TouchEvent('touchend', end));
    }"""
    phone.page.evaluate(swipe, [[300, 400], [80, 410]])
    assert phone.place[0] == 1
    phone.page.evaluate(swipe, [[200, 700], [190, 100]])
    assert phone.place[0] == 1
    phone.page.evaluate(swipe, [[80, 400], [300, 410]])
    assert phone.place[0] == 0


# ---- the stage, played by the test


class Stage:
    """The stage's end of the socket, and the deck as the stage serves it to its own user."""

    def __init__(self, context, deck: Path, path: str = "/run") -> None:
        self.heard: list[dict] = []
        self.sockets = []
        context.route(f"{HOST}/**", lambda route: self._serve(route, deck, path))
        context.route_web_socket(f"ws://deck.test{path}", self._greet)
        self.runnable, self.runs = {"post.letter": {"runnable": True, "reason": ""}}, []

    def _serve(self, route, deck: Path, path: str) -> None:
        name = route.request.url.removeprefix(HOST).split("?")[0].lstrip("/") or "index.html"
        if name == "index.html":
            html = (deck / name).read_text().replace("<html ", f'<html data-stage="{path}" ', 1)
            route.fulfill(body=html, content_type="text/html")
        else:
            route.fulfill(path=deck / name)

    def _greet(self, socket) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self.heard.append(json.loads(text)))
        self.tell({"type": "hello", "tricks": self.runnable, "runs": self.runs})

    def tell(self, *messages: dict) -> None:
        for message in messages:
            self.sockets[-1].send(json.dumps(message))


def event(kind: str, time: float = 0.0, text: str = "", result: str = "") -> dict:
    fields = {"kind": kind, "time": time, "text": text, "result": result}
    return {"type": "event", "trick": "post.letter", "run": 1, **fields}


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


def label(text: str) -> str:
    return f"document.querySelector('.present .trick-run').textContent === '{text}'"


def status(text: str) -> str:
    return f"document.querySelector('.present .trick-status').textContent.includes('{text}')"


def test_run_streams_both_streams_and_tells_how_it_ended(served, stage):
    served.here(".trick-run").click()
    assert stage.heard == [{"run": "post.letter"}]
    stage.tell(event("start"), event("stdout", 0.01, "server: <i>hello</i>"))
    served.until("document.querySelectorAll('.present .line[data-place]').length === 1")
    assert served.here(".trick-run").inner_text() == "Stop"
    assert served.here(".trick-output i").count() == 0
    stage.tell(event("stderr", 0.5, "took 3 ms"), event("end", 0.51, "", "passed"))
    served.until(status("passed in 0.51 s"))
    assert served.said() == ["server: <i>hello</i>", "took 3 ms"]
    assert served.here(".line.error").count() == 1
    assert served.here(".line").last.get_attribute("data-time") == "0.50 s"
    assert served.here(".trick-run").inner_text() == "Run"


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ("failed", "failed after 2.00 s: exit 1"),
        ("cancelled", "stopped after 2.00 s"),
        ("timed out", "timed out after 2.00 s"),
        ("skipped", "skipped after 2.00 s"),
    ],
)
def test_each_end_is_a_word_and_a_shape(served, stage, result, word):
    stage.tell(event("start"), event("end", 2.0, "exit 1" if result == "failed" else "", result))
    served.until(status(word))
    shape = (
        "getComputedStyle(document.querySelector('.present .trick-status'), '::before').maskImage"
    )
    assert "svg" in served.page.evaluate(shape)


def test_stop_asks_the_stage_and_waits_for_the_end(served, stage):
    stage.tell(event("start"))
    served.until(label("Stop"))
    served.press("x")
    served.until("true")
    assert stage.heard == [{"stop": "post.letter"}]
    assert served.here(".trick-run").inner_text() == "Stop"
    stage.tell(event("end", 1.0, "", "cancelled"))
    served.until(label("Run"))


def test_long_output_scrolls_in_its_pane_and_moves_nothing(served, stage):
    code = served.here(".trick-code").bounding_box()
    stage.tell(event("start"), *[event("stdout", i / 100, f"line {i}") for i in range(2100)])
    served.until("document.querySelector('.present .trick-output').textContent.includes('2099')")
    assert served.here(".trick-code").bounding_box() == code
    assert served.here(".line").last.is_visible()
    assert served.page.evaluate(
        "(([o]) => o.scrollTop + o.clientHeight > o.scrollHeight - 60)"
        "(document.querySelectorAll('.present .trick-output'))"
    )
    assert served.here(".trick-output .line").count() == 2000


def test_what_cannot_run_here_replays_and_says_why(context, stage):
    stage.runnable["post.letter"] = {"runnable": False, "reason": "needs tipc"}
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until(status("needs tipc"))
    assert window.here(".trick-run").inner_text() == "Replay"


def test_a_window_opened_later_shows_the_run_so_far(context, stage):
    stage.runs = [event("start"), event("stdout", 0.1, "server: before")]
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until(label("Stop"))
    assert window.said() == ["server: before"]


def test_a_lost_stage_leaves_replays_and_no_dead_button(served, stage):
    stage.tell(event("start"))
    served.until(label("Stop"))
    stage.sockets[-1].close()
    served.until(label("Replay"))
    assert served.here(".trick-status").inner_text().startswith("lost")
    served.until(label("Run"))  # it comes back when the stage does


def test_a_new_deck_reloads_the_page_in_its_place(served, stage):
    served.go(BESIDE, 1)
    served.page.evaluate("document.documentElement.dataset.old = 'yes'")
    stage.tell({"type": "reload"})
    served.until(f"!document.documentElement.dataset.old && {READY}")
    assert served.place == (BESIDE, 1)


def test_a_reload_waits_for_the_run_in_progress(served, stage):
    stage.tell(event("start"), {"type": "reload"}, event("stdout", 0.1, "late"))
    served.until("document.querySelector('.present .trick-output').textContent.includes('late')")
    served.page.evaluate("document.documentElement.dataset.old = 'yes'")
    stage.tell(event("end", 0.2, "", "passed"))
    served.until(f"!document.documentElement.dataset.old && {READY}")


def test_a_broken_rebuild_is_told_and_the_old_deck_stays(served, stage):
    stage.tell({"type": "broken", "text": "slides/a.rst:3: <b>no</b> such trick"})
    alert = served.page.get_by_role("alert")
    alert.wait_for()
    assert "slides/a.rst:3: <b>no</b> such trick" in alert.inner_text()
    alert.get_by_role("button").click()
    assert alert.count() == 0


def test_every_window_shows_a_run_whoever_started_it(served, stage, context):
    other = Window(context, f"{HOST}/index.html")
    other.go(BESIDE)
    for socket in stage.sockets:
        for message in (event("start"), event("stdout", 0.1, "server: both")):
            socket.send(json.dumps(message))
    for window in (served, other):
        window.until(
            "document.querySelector('.present .trick-output').textContent.includes('both')"
        )


def test_without_a_stage_no_connection_is_tried(browser, deck):
    context = browser.new_context()
    context.add_init_script(
        "window.tried = 0; window.WebSocket = class { constructor() { tried++ } }"
    )
    window = Window(context, f"file://{deck}/index.html")
    assert window.page.evaluate("tried") == 0
    context.close()


# ---- a real stage, and a real program


@pytest.fixture
def real_stage(tmp_path):
    root = write_deck(tmp_path)
    (root / "conf.py").write_text("extensions = ['deck']\n")
    id = write_trick(root, "import sys\nprint('server: alive', flush=True)\nsys.stdin.read()\n")
    slides = f"Deck\n====\n\n.. trick:: {id}\n   :show: [all]\n   :unrecorded: It is new.\n"
    path = root / "examples" / f"{id.replace('.', '/')}.py"
    # A pause ends only with a signal: whoever sees it end has seen Stop work.
    path.write_text(path.read_text().replace("import sys", "# [all]\nimport signal"))
    path.write_text(path.read_text().replace("sys.stdin.read()", "signal.pause()\n# [end all]"))
    (root / "slides" / "index.rst").write_text(slides)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "singlefile-slides", "-c", "."]
    subprocess.run([*command, "slides", "_build/slides"], cwd=root, check=True)
    with OpenStage(root) as stage:
        yield stage


def test_a_real_run_streams_and_stop_ends_it(context, real_stage):
    page = context.new_page()
    page.goto(real_stage.addresses[-1])
    button, status = page.locator(".trick-run"), page.locator(".trick-status")
    page.locator(".trick-run", has_text="Run").click()
    page.locator(".trick-output .line", has_text="server: alive").wait_for()
    assert button.inner_text() == "Stop"
    page.keyboard.press("x")
    page.locator(".trick-status[data-result=stopped]").wait_for()
    assert status.inner_text().startswith("stopped after")
    assert button.inner_text() == "Run"


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


def test_the_speakers_narrow_frame_is_no_phone(browser, deck):
    context = browser.new_context(viewport={"width": 600, "height": 700})
    window = Window(context, f"file://{deck}/index.html?receiver")
    assert abs(window.page.evaluate("Reveal.getScale()") - 600 / 1920) < 0.01
    context.close()


def test_style_and_script_are_small():
    static = Path(__file__).parents[3] / "deck" / "slides" / "theme" / "static"
    assert sum(path.stat().st_size for path in static.iterdir()) < 60_000
