"""axe-core's findings in a deck: every slide, in light, dark and forced colours, and on a phone.

`python tests/axe.py FOLDER` asks of each page of slides in a built deck and exits with 1 when
there is anything; two processes share the looks. The tests ask of one slide of each kind.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from deck.check import browser as installed

READY = "document.documentElement.dataset.deck === 'ready' && Deck.whole()"
AXE = Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js"


@dataclass(frozen=True)
class Look:
    """How a reader sees the deck: the options of the browser's context."""

    name: str
    options: dict

    def context(self, browser):
        return browser.new_context(**self.options)


WIDE = {"viewport": {"width": 1280, "height": 720}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = (
    Look("light", WIDE | {"color_scheme": "light"}),
    Look("dark", WIDE | {"color_scheme": "dark"}),
    Look("forced colours", WIDE | {"forced_colors": "active"}),
    Look("phone", PHONE),
)

# The page as a whole once; then what changes with each slide. Its last step shows all there is.
WALK = """
async (names) => {
  const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const runOnly = { type: "tag", values: standards };
  const found = [];
  const ask = async (context, place) => {
    const { violations } = await axe.run(context, { runOnly, resultTypes: ["violations"] });
    for (const { id, help, nodes } of violations)
      for (const node of nodes.slice(0, 3))
        found.push([place, id, help, node.target.join(" "), node.html.slice(0, 120)].join(": "));
  };
  await ask(document, "the page");
  // axe looks at all of a page for each question, so all other slides are emptied meanwhile.
  const slides = Reveal.getSlides();
  const contents = new Map(slides.map((slide) => [slide, document.createDocumentFragment()]));
  const empty = (slide) => contents.get(slide).append(...slide.childNodes);
  slides.forEach(empty);
  for (const [h, slide] of slides.entries()) {
    if (names && !names.includes(slide.id)) continue;
    slide.append(contents.get(slide));
    Reveal.slide(h, 0, 99);
    await ask({ include: [slide] }, `slide ${h + 1} (${slide.getAttribute("aria-label")})`);
    empty(slide);
  }
  return found;
}
"""


def complaints(browser, look: Look, address: str, slides: list[str] | None = None) -> list[str]:
    """What axe finds on these slides (all without a list), in this look, a sentence each."""
    context = look.context(browser)
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY)
    page.add_style_tag(content="*, *::before { transition: none !important }")
    page.add_script_tag(path=AXE)
    found = page.evaluate(WALK, slides)
    context.close()
    return [f"{look.name}, {said}" for said in found]


def _of_look(job: tuple[int, str]) -> list[str]:
    from playwright.sync_api import sync_playwright

    look, address = LOOKS[job[0]], job[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=installed.found(), args=installed.flags()
        )
        try:
            return complaints(browser, look, address)
        finally:
            browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="a built deck")
    parser.add_argument("--looks", default=",".join(look.name for look in LOOKS))
    given = parser.parse_args()
    address = (given.folder / "index.html").resolve().as_uri()
    wanted = given.looks.split(",")
    jobs = [(n, address) for n, look in enumerate(LOOKS) if look.name in wanted]
    with ProcessPoolExecutor(2) as pool:
        found = [said for each in pool.map(_of_look, jobs) for said in each]
    print("\n".join(found) or f"axe finds nothing, in {len(jobs)} looks of {address}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
