"""What the browser itself enforces for the stage, looked at in Chromium with a built deck.

The foreign pages here come from another port of 127.0.0.1, which is what another user of the
machine has. That is harder than another host: to the browser it is the same site, so that it gets
SameSite cookies, and only its origin is another.
"""

import contextlib
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from open_stage import OpenStage, write_deck, write_trick
from stage_client import lines
from stage_in_browser import wait_for

SLIDES = """
Deck
====

One
---

first words

.. note:: whisper this

Two
---

second words
"""
TALKS = "print('server: hello')"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    root = write_deck(tmp_path_factory.mktemp("deck"))
    (root / "conf.py").write_text("extensions = ['deck']\n")
    (root / "slides" / "index.rst").write_text(SLIDES)
    build = [sys.executable, "-m", "sphinx", "-b", "singlefile-slides", "-q", "-c", "."]
    subprocess.run([*build, "slides", "_build/slides"], cwd=root, check=True)
    with OpenStage(root) as stage:
        yield stage


@pytest.fixture
def context(browser):
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def deck(context, stage):
    """The deck in the presenter's browser."""
    page = context.new_page()
    page.goto(stage.addresses[-1])
    wait_for(page, "Reveal.isReady()")
    return page


@contextlib.contextmanager
def foreign_page(context) -> Iterator:
    """A page from another port of this machine, open in the same browser."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>Not the deck</title>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever).start()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    try:
        yield page
    finally:
        page.close()
        server.shutdown()
        server.server_close()


# The deck works behind its policy


@pytest.mark.thorough(kind="a window of the stage's deck")
def test_the_address_leads_to_a_deck_with_a_stage(deck):
    assert deck.evaluate("document.documentElement.dataset.stage") == "/run"
    assert "token" not in deck.url


def test_the_page_runs_a_trick(deck, stage):
    id = write_trick(stage.root, TALKS)
    heard = deck.evaluate(
        """id => new Promise((done, failed) => {
            const socket = new WebSocket(`ws://${location.host}/run`);
            const heard = [];
            socket.onopen = () => socket.send(JSON.stringify({ run: id }));
            socket.onerror = failed;
            socket.onmessage = (event) => {
                heard.push(JSON.parse(event.data));
                if (heard.at(-1).kind === "end" && heard.at(-1).trick === id) done(heard);
            };
        })""",
        id,
    )
    assert lines([event for event in heard if event.get("trick") == id]) == ["server: hello"]


@pytest.mark.thorough(kind="a window of the stage's deck")
def test_the_speaker_view_shows_slides_and_notes(deck):
    complaints = []
    deck.context.on("console", lambda message: complaints.append(message.text))
    with deck.expect_popup() as popup:
        deck.keyboard.press("s")
    speaker = popup.value
    wait_for(speaker, "document.querySelector('.presenter-next iframe').src.includes('receiver')")
    # Asked from outside: the frame's own page is still on its way.
    wait_for(
        speaker,
        "document.querySelector('.presenter-next iframe').contentWindow.Reveal?.isReady() === true",
    )
    assert speaker.evaluate("document.documentElement.dataset.stage") == "/run"
    deck.evaluate("location.hash = '#/one'")
    notes = "document.querySelector('.presenter-notes').textContent"
    wait_for(speaker, f"{notes}.includes('whisper this')")
    assert not [text for text in complaints if "Content Security Policy" in text]


@pytest.mark.thorough(kind="a window of the stage's deck")
def test_print_view(context, stage, deck):
    complaints = []
    context.on("console", lambda message: complaints.append(message.text))
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{stage.port}/?print-pdf")
    wait_for(page, "document.querySelectorAll('.pdf-page').length > 1")
    assert not [text for text in complaints if "Content Security Policy" in text]


# No script gets in


@pytest.mark.thorough(kind="injected script")
@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=hit=1>')",
        "document.body.append(Object.assign(document.createElement('script'), {text: 'hit=1'}))",
        "Reveal.setState({...Reveal.getState(), previewIframe: 'javascript:parent.hit=1'})",
        "setTimeout('hit=1')",
        "document.body.append(Object.assign(document.createElement('script'),"
        " {src: 'http://127.0.0.1:1/evil.js'}))",
    ],
)
def test_injected_script_does_not_run(deck, attempt):
    directive = deck.evaluate(
        f"""() => new Promise((done) => {{
            document.addEventListener("securitypolicyviolation", (event) =>
                done(event.effectiveDirective));
            {attempt};
        }})"""
    )
    assert directive.startswith("script-src")
    assert deck.evaluate("window.hit") is None


# Other pages


def test_a_foreign_page_can_t_open_the_run_socket(context, deck, stage):
    with foreign_page(context) as page:
        outcome = page.evaluate(
            """address => new Promise((done) => {
                const socket = new WebSocket(address);
                socket.onopen = () => done("open");
                socket.onerror = () => done("refused");
            })""",
            f"ws://127.0.0.1:{stage.port}/run",
        )
    assert outcome == "refused"


def test_a_foreign_page_can_t_frame_the_deck(context, deck, stage):
    with foreign_page(context) as page:
        page.evaluate(
            """address => new Promise((done) => {
                const frame = document.createElement("iframe");
                frame.onload = done;
                frame.src = address;
                document.body.append(frame);
            })""",
            f"http://127.0.0.1:{stage.port}/",
        )
        assert page.frames[1].url.startswith("chrome-error:")


@pytest.mark.thorough(kind="a foreign page in the browser")
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_a_foreign_page_can_t_read_the_deck(context, deck, stage, mode):
    with foreign_page(context) as page:
        outcome = page.evaluate(
            "([address, mode]) => fetch(address, {mode, credentials: 'include'})"
            ".then(() => 'read', () => 'refused')",
            [f"http://127.0.0.1:{stage.port}/", mode],
        )
    assert outcome == "refused"


def test_a_foreign_page_that_opens_the_deck_keeps_no_handle_on_it(context, deck, stage):
    """With a handle it could post commands, which reveal.js takes from anybody."""
    with foreign_page(context) as page:
        with context.expect_page() as opened:
            page.evaluate(
                "address => { window.handle = open(address) }", f"http://127.0.0.1:{stage.port}/"
            )
        wait_for(opened.value, "Reveal.isReady()")
        assert page.evaluate("handle.closed")
        assert opened.value.evaluate("window.opener") is None
