"""What axe-core says of a slide that shows a variant, and of a speaker's and a follower's page."""

from urllib.parse import urlsplit

import axe
import pytest
from page_window import BESIDE, HOST, READY, build_deck
from test_page_variants import vary

ASK = """async () => {
  // The next slide is inert: a picture to look at.
  const what = { exclude: [".presenter-next"] };
  const { violations } = await axe.run(what, { resultTypes: ["violations"], iframes: false });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}"""


def in_all_looks(window: str, query: str) -> list:
    """The parameters of one window's tests."""
    return [pytest.param(query, look, id=f"{window}-{look.name}") for look in axe.LOOKS]


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    return build_deck(tmp_path_factory.mktemp("asked"), vary)


@pytest.mark.thorough(kind="axe: variants")
@pytest.mark.parametrize(
    ("query", "look"), [*in_all_looks("speaker", "?speaker=abc"), *in_all_looks("hall", "")]
)
def test_axe_finds_nothing(browser, deck, look, query):
    context = look.context(browser)
    page = context.new_page()
    page.goto(f"file://{deck}/index.html{query}")
    page.wait_for_function(READY)
    page.add_style_tag(content="*, *::before { transition: none !important }")
    page.evaluate("(slide) => Reveal.slide(slide, 0, 99)", BESIDE)
    page.add_script_tag(path=axe.AXE)
    for _ in range(2):
        page.keyboard.press("w")
        page.keyboard.press("p")
        page.wait_for_function("document.querySelector('.present .what-if .line')")
        found = page.evaluate(ASK)
    assert found == [], "\n".join(found)
    context.close()


FEED = """\
data: {"type": "at", "h": 2, "f": -1}

data: {"type": "captions", "said": ["It waits.", "It does not."]}

"""


def serve_follower(deck, route):
    name = urlsplit(route.request.url).path.lstrip("/")
    if name == "feed":
        route.fulfill(body=FEED, content_type="text/event-stream")
    elif name == "index.html":
        html = (deck / name).read_text()
        marked = html.replace("<html ", '<html data-follow="/feed" data-since="0" ', 1)
        route.fulfill(body=marked, content_type="text/html")
    else:
        route.fulfill(path=deck / name)


@pytest.mark.thorough(kind="axe: followers")
@pytest.mark.parametrize("look", axe.LOOKS, ids=lambda look: look.name)
def test_axe_finds_nothing_on_the_page_of_a_follower_who_wanders(browser, deck, look):
    context = look.context(browser)
    context.route(f"{HOST}/**", lambda route: serve_follower(deck, route))
    page = context.new_page()
    page.goto(f"{HOST}/index.html")
    page.wait_for_function(READY)
    page.locator(".deck-captions p").first.wait_for()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Back to the speaker").wait_for()
    page.add_style_tag(content="*, *::before { transition: none !important }")
    page.add_script_tag(path=axe.AXE)
    found = page.evaluate(ASK)
    assert found == [], "\n".join(found)
    context.close()
