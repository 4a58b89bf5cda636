"""What axe-core says of a slide that shows a variant, and of the speaker's window."""

import axe
import pytest
from page_window import BESIDE, READY, build_deck
from test_page_variants import vary

ASK = """async () => {
  // The next slide is inert: a picture to look at.
  const what = { exclude: [".presenter-next"] };
  const { violations } = await axe.run(what, { resultTypes: ["violations"], iframes: false });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
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
        assert page.evaluate(ASK) == []
    context.close()
