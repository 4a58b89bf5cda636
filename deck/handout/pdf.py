"""Prints what `make slides` and `make handout` build, with a chromium:

python -m deck.handout.pdf slides _build/slides/index.html _build/slides.pdf
python -m deck.handout.pdf handout _build/handout-page/index.html _build/handout.pdf
"""

import argparse
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from deck.check import browser

try:
    from playwright.sync_api import Page, TimeoutError, sync_playwright
    from pypdf import PdfReader
except ModuleNotFoundError as error:
    remedy = f"printing needs {error.name}: python3 -m pip install 'sphinx-stage[pdf]'"
    raise ModuleNotFoundError(remedy, name=error.name) from error

PATIENCE = 600  # seconds for each step of printing
PAPER = Path(__file__).parent / "theme" / "paper.css"
# reveal.js lays the slides out on paper; of their steps it takes the last.
PRINT_VIEW = "?print-pdf&pdfSeparateFragments=false"
NOTE_READY = "document.addEventListener('pdf-ready', () => { window.laidOut = true })"

# What a slide lets scroll, paper would cut: there it gets smaller. Explanations come where there is
# room for them: beside the output, else beside the code.
MAKE_FIT = """
() => {
  const over = (e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1;
  const edge = (trick, part, side) => trick.querySelector(part).getBoundingClientRect()[side];
  const fits = (trick) => !over(trick)
    && edge(trick, ".trick-screen", "bottom") <= edge(trick, ".trick-bar", "top") + 1
    && [...trick.querySelectorAll(".highlight, .trick-output, .callouts")].every((e) => !over(e));
  const ROOMS = [["explained"], ["explained", "aside"], []];
  for (const trick of document.querySelectorAll(".pdf-page .trick")) {
    const rooms = trick.querySelector(".callout") ? ROOMS : [[]];
    for (const room of rooms) {
      trick.classList.remove("explained", "aside");
      trick.classList.add(...room);
      if (fits(trick)) break;
    }
    for (let size = 33; !fits(trick) && size >= 20; size--)
      trick.style.setProperty("--code", `${size}px`);
  }
  const boxes = ":is(.highlight, .scrolls, pre.literal-block):not(.trick *)";
  for (const box of document.querySelectorAll(`.pdf-page ${boxes}`)) {
    const text = box.querySelector("pre, table") || box;
    const cut = () => over(box) || over(box.closest("section"));
    for (let size = parseFloat(getComputedStyle(text).fontSize); cut() && size >= 16; size--)
      text.style.fontSize = `${size}px`;
  }
}
"""
NUMBER_CONTENTS = """
pages => {
  for (const link of document.querySelectorAll(":is(.contents, .see-program) a")) {
    const page = pages[link.hash.slice(1)];
    if (page) link.dataset.page = page;
  }
}
"""


class NotPrinted(Exception):
    """Nothing can be printed; the message says what to do."""


@contextmanager
def opened() -> Iterator[Page]:
    """A page of a browser that shows light colours and moves nothing."""
    program = browser.found()
    if not program:
        raise NotPrinted(f"printing needs a browser: {browser.REMEDY}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=browser.flags())
        page = chromium.new_page(
            viewport={"width": 1920, "height": 1080}, color_scheme="light", reduced_motion="reduce"
        )
        # A busy machine may take its time; a page whose script fails will never be ready.
        page.set_default_timeout(PATIENCE * 1000)
        try:
            yield page
        except TimeoutError as error:
            raise NotPrinted(
                f"not ready to be printed after {PATIENCE} s; open it in a browser, whose console"
                f" says what is wrong with it, or build it anew: {page.url}"
            ) from error
        finally:
            chromium.close()


def print_slides(page: Page, source: Path) -> bytes:
    """One page for each slide, with all that its steps show."""
    page.add_init_script(NOTE_READY)
    page.goto(source.resolve().as_uri() + PRINT_VIEW)
    page.wait_for_function("window.laidOut && document.documentElement.dataset.deck === 'ready'")
    page.add_style_tag(content=PAPER.read_text("utf-8"))
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(MAKE_FIT)
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)


def print_handout(page: Page, source: Path) -> bytes:
    """A4, twice: the first print tells on which pages the parts are, for the list of contents."""
    page.goto(source.resolve().as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    print_page = partial(page.pdf, prefer_css_page_size=True, print_background=True)
    page.evaluate(NUMBER_CONTENTS, pages_of(print_page()))
    return print_page(tagged=True, outline=True)


def pages_of(pdf: bytes) -> dict[str, int]:
    """On which page each link leads, named as in its address; the first page is 1."""
    reader = PdfReader(io.BytesIO(pdf))
    places = reader.named_destinations.items()
    found = {id: reader.get_destination_page_number(place) for id, place in places}
    return {id.removeprefix("/"): number + 1 for id, number in found.items() if number is not None}


PRINTERS = {"slides": print_slides, "handout": print_handout}


def main(arguments: list[str] | None = None) -> int:
    """Print one document; the result is the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deck.handout.pdf")
    parser.add_argument("kind", choices=PRINTERS, help="what is printed")
    parser.add_argument("source", type=Path, help="its page, as it was built")
    parser.add_argument("target", type=Path, help="the PDF to write")
    options = parser.parse_args(arguments)
    try:
        write(options.kind, options.source, options.target)
    except (NotPrinted, OSError) as error:
        print(f"nothing is printed: {error}", file=sys.stderr)
        return 1
    return 0


def write(kind: str, source: Path, target: Path) -> None:
    """Print a page of one of the PRINTERS' kinds. Raises NotPrinted, and OSError for *target*."""
    if not source.is_file():
        raise NotPrinted(f"{source} is not there: build it first, with `make {kind}`")
    with opened() as page:
        target.write_bytes(PRINTERS[kind](page, source))


if __name__ == "__main__":
    sys.exit(main())
