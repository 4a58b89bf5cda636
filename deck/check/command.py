"""`deck check DECK`: opens a built deck in a browser and names each slide that does not fit.

A slide does not fit when, at any step, something goes beyond it, is cut or must be scrolled, lies
on something else, is too small, or stands out too little. It is looked at on a screen of 1920x1080
and of 1280x720, and on a phone of 390x844. Exit status: 0 all fits, 1 not all, 2 can't tell.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from deck.check import browser
from deck.check.slides import PHONE, SCREENS, Finding, Rules, check

if TYPE_CHECKING:
    from playwright.sync_api import Page

READY = "document.documentElement.dataset.deck === 'ready' && Deck.whole()"


class CannotTell(Exception):
    """There is no deck, or no browser; the message says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Check the decks that are named; the result is the exit status."""
    options = _parser().parse_args(arguments)
    rules = Rules(options.text, options.code, options.contrast)
    try:
        pages = [page for place in options.deck for page in pages_of(Path(place))]
        found = {page: check_page(page, rules) for page in pages}
    except CannotTell as error:
        print(f"deck check: {error}", file=sys.stderr)
        return 2
    for page, (findings, _) in found.items():
        print(report(page, findings), end="")
    print(summary(found))
    return 1 if any(findings for findings, _ in found.values()) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deck check", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    usual = Rules()
    parser.add_argument(
        "deck", nargs="*", default=["_build/slides"], help="a folder of slides, or a page of them"
    )
    parser.add_argument(
        "--text", type=float, default=usual.text, metavar="UNITS",
        help="the least height of text, in 1080ths of the slide's height (%(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--code", type=float, default=usual.code, metavar="UNITS",
        help="the least height of code, tables and what is drawn (%(default)g)",
    )  # fmt: skip
    parser.add_argument(
        "--contrast", type=float, default=usual.contrast, metavar="RATIO",
        help="how much text stands out at least (%(default)g)",
    )  # fmt: skip
    return parser


def pages_of(place: Path) -> list[Path]:
    """The pages of slides in a folder, or the one page."""
    pages = [place] if place.is_file() else sorted(place.rglob("*.html"))
    decks = [page for page in pages if 'class="reveal"' in page.read_text("utf-8", "replace")]
    if not decks:
        raise CannotTell(
            f"{place}: there are no slides. Build them first, for instance with"
            " `python3 -m sphinx -b singlefile-slides SOURCE FOLDER`, and name the folder"
        )
    return decks


def check_page(page: Path, rules: Rules) -> tuple[list[Finding], int]:
    """What is wrong on a page of slides, and how many slides it has."""
    with opened(page.resolve().as_uri()) as window:
        return check(window, rules), window.evaluate("Reveal.getTotalSlides()")


@contextmanager
def opened(address: str) -> Iterator["Page"]:
    """A browser's page that shows the deck at this address.

    :raises CannotTell: there is no browser, or the deck does not start in it.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError:
        raise CannotTell(
            f"it needs playwright: {sys.executable} -m pip install 'sphinx-stage[check]'"
        ) from None
    program = browser.found()
    if not program:
        raise CannotTell(f"it needs a browser: {browser.REMEDY}")
    with sync_playwright() as driver:
        try:
            chromium = driver.chromium.launch(executable_path=program, args=browser.flags())
        except Error as error:
            why = str(error).splitlines()[0]
            raise CannotTell(f"{program} does not start: {why}") from None
        page = chromium.new_page(
            viewport={"width": SCREENS[0][0], "height": SCREENS[0][1]}, reduced_motion="reduce"
        )
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        try:
            page.goto(address)
            # What went wrong while it started is known by now, so this need not take long.
            page.wait_for_function(READY, timeout=2000 if troubles else 60_000)
        except Error as error:
            why = "; ".join(troubles) or str(error).splitlines()[0]
            raise CannotTell(f"{address}: the deck does not start in a browser: {why}") from None
        yield page
        chromium.close()


def report(page: Path, findings: list[Finding]) -> str:
    """The slides that do not fit: where each is written, and what is wrong on it."""
    text = ""
    for number, group in groupby(findings, key=lambda finding: finding.slide):
        same = list(group)
        text += f'{same[0].source or page}: slide {number}, "{same[0].title}"\n'
        text += "".join(f"    {said(finding)}\n" for finding in same)
    return text


def said(finding: Finding) -> str:
    """What is wrong, and where that was seen, if not at all sizes from the first step on."""
    places = [
        where + (f" from step {step}" if step else "") for where, step in finding.seen.items()
    ]
    everywhere = len(places) == len(SCREENS) + 1 and not any(finding.seen.values())
    return finding.said + ("" if everywhere else f" ({', '.join(places)})")


def summary(found: dict[Path, tuple[list[Finding], int]]) -> str:
    """How many slides of all pages fit; for each page its findings and how many slides it has."""
    total = sum(slides for _, slides in found.values())
    wrong = sum(len({finding.slide for finding in findings}) for findings, _ in found.values())
    sizes = ", ".join(f"{width}x{height}" for width, height in (*SCREENS, PHONE))
    if wrong:
        return f"{wrong} of {total} slides do not fit ({sizes}, light and dark)"
    return f"all {total} slides fit ({sizes}, light and dark)"


if __name__ == "__main__":
    sys.exit(main())
