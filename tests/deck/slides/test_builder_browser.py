"""Built slides in a browser: reachable by key and by link, quiet, and deaf to strangers."""

import contextlib
import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from docset import build, copy, write

NOTES = """
First
=====

.. note:: Said *first*.

Second
------

.. note:: Said *second*.

Third
-----
"""
# Counts what arrives before anybody else hears it, so that a test knows when an attack is over.
COUNT_MESSAGES = "window.heard = 0; addEventListener('message', () => { heard += 1; }, true);"
# And all slides stay in the document: the page puts far ones away.
READY = "document.documentElement.dataset.deck === 'ready' && Deck.keepAll()"


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_init_script(COUNT_MESSAGES)
    yield context
    context.close()


class Watched:
    """A page with all that it says and asks for."""

    def __init__(self, context) -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def _note(self, message) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, url: str):
        self.page.goto(url)
        self.page.wait_for_function(READY)
        return self.page

    def assert_quiet(self, allowed: str = "file://") -> None:
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith((allowed, "data:"))] == []


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """A web server of its own, so an origin of its own."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_args) -> None:
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def current(page) -> str:
    return page.evaluate("Reveal.getCurrentSlide().id")


def notes_deck(tmp_path: Path) -> Path:
    return build(write(tmp_path / "docs", {"index.rst": NOTES})).output


# ---- reachable


@pytest.mark.thorough(kind="every slide and step by keyboard")
@pytest.mark.parametrize("name", ["vocabulary", "levels"])
def test_the_keyboard_reaches_every_slide_and_step(name, context, tmp_path):
    built = build(copy(name, tmp_path))
    watched = Watched(context)
    page = watched.open((built.output / "index.html").as_uri())
    wanted = page.evaluate("Array.from(document.querySelectorAll('.slides > section'), s => s.id)")
    steps = page.locator(".fragment").count()
    seen = [current(page)]
    for _press in range(len(wanted) - 1 + steps):
        page.keyboard.press("Space")
        if current(page) != seen[-1]:
            seen.append(current(page))
    assert seen == wanted
    assert page.evaluate("Reveal.isLastSlide()")
    assert page.locator(".fragment:not(.visible)").count() == 0
    page.keyboard.press("Home")
    assert current(page) == wanted[0]
    watched.assert_quiet()


def test_every_id_is_a_deep_link(context, tmp_path):
    built = build(copy("labels", tmp_path))
    url = (built.output / "index.html").as_uri()
    watched = Watched(context)
    places = {"second": "slide", "first": "slide", "talk": "the-talk", "dot": "slide-2"}
    for link, slide in places.items():
        page = watched.open(f"{url}#{link}")
        assert current(page) == slide
        page.goto("about:blank")
    page = watched.open(url)
    page.click("text=To the second label")
    assert current(page) == "slide"
    watched.assert_quiet()


def test_slides_of_several_pages_are_quiet(context, tmp_path):
    built = build(copy("levels", tmp_path), "dirslides")
    with served(built.output) as origin:
        watched = Watched(context)
        page = watched.open(f"{origin}/two/")
        page.keyboard.press("ArrowRight")
        assert current(page) == "summary"
        watched.assert_quiet(allowed=origin)


def test_a_filling_figure_covers_its_slide_and_its_caption_stands_on_it(context, tmp_path):
    built = build(copy("fill", tmp_path))
    page = Watched(context).open((built.output / "index.html").as_uri())
    boxes = {
        name: page.locator(f"#pictures {name}").bounding_box()
        for name in ("img.fill", "h1", "figcaption")
    }
    slide = page.locator("#pictures").bounding_box()
    assert contains(boxes["img.fill"], slide)
    assert contains(slide, boxes["figcaption"])
    middle = boxes["figcaption"]["y"] + boxes["figcaption"]["height"] / 2
    assert middle > slide["height"] / 2, "the caption stands in the lower half, clear of the title"


def contains(outer: dict, inner: dict) -> bool:
    """Whether one box lies in another, give or take half a pixel."""
    return all(
        outer[edge] <= inner[edge] + 0.5
        and inner[edge] + inner[size] <= outer[edge] + outer[size] + 0.5
        for edge, size in (("x", "width"), ("y", "height"))
    )


# ---- strangers

ORDERS = """deck => {
  const post = (what) => deck.postMessage(JSON.stringify(what), "*");
  post({method: "slide", args: [1]});
  post({method: "setState", args: [{indexh: 2, previewIframe: "javascript:alert(1)"}]});
  post({pair: "", page: "/index.html", state: {h: 2, v: 0, f: -1, paused: false}});
  post({pair: "", page: "/index.html", asks: true});
}"""


def test_another_origin_can_not_steer_the_deck_nor_read_its_notes(context, tmp_path):
    stranger = write(tmp_path / "stranger", {"index.html": "<iframe></iframe>"})
    with served(notes_deck(tmp_path)) as deck, served(stranger) as other:
        page = context.new_page()
        page.goto(other)
        page.evaluate(
            "url => { document.querySelector('iframe').src = url; }", f"{deck}/index.html"
        )
        page.wait_for_function("frames[0] !== undefined")
        frame = page.frame_locator("iframe").locator("html")
        frame.and_(page.frame_locator("iframe").locator("[data-deck=ready]")).wait_for()
        inner = next(frame for frame in page.frames if frame.url.startswith(deck))
        page.evaluate(f"({ORDERS})(frames[0])")
        inner.wait_for_function("heard >= 4")
        assert inner.evaluate("Reveal.getIndices().h") == 0
        assert inner.locator("iframe").count() == 0
        # Whatever the deck had answered would be here before this.
        page.evaluate("window.postMessage('mine', '*')")
        page.wait_for_function("heard >= 1")
        assert page.evaluate("heard") == 1


def test_the_same_orders_from_the_same_origin_are_obeyed(context, tmp_path):
    """Else the test above would pass with a deck that hears nobody."""
    with served(notes_deck(tmp_path)) as deck:
        page = Watched(context).open(f"{deck}/index.html")
        page.evaluate("window.postMessage(JSON.stringify({method: 'slide', args: [1]}), '*')")
        page.wait_for_function("Reveal.getIndices().h === 1")


def test_the_address_brings_no_settings_but_the_harmless_ones(context, tmp_path):
    url = (notes_deck(tmp_path) / "index.html").as_uri()
    script = "javascript%3Aalert%281%29%2F%2F"
    for query in (
        f"?url={script}",
        f"?notes=;url={script}",
        f"?view=1=url={script}&progress=false",
    ):
        page = Watched(context).open(f"{url}{query}#second")
        assert page.evaluate("Reveal.getConfig().url") is None
        assert current(page) == "second"
        page.close()
    page = Watched(context).open(f"{url}?progress=false&url={script}")
    assert page.evaluate("location.search") == "?progress=false"
