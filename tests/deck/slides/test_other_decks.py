"""Decks in the manner of other people: they build without a warning, and every slide fits."""

import decks
import pytest
from docset import build, check_page

from deck import __main__ as deck
from deck.check import browser, command

NAMES = ("course", "photos", "arabic")


def one_of(name: str):
    """The parameter of a deck, of which one builder is a sample."""
    return pytest.param(name, marks=pytest.mark.thorough(kind=f"the deck {name} is built"))


@pytest.mark.parametrize("name", [one_of(name) for name in NAMES])
@pytest.mark.parametrize("builder", ["slides", "dirslides", "singlefile-slides"])
def test_they_build_without_a_warning(name, builder, tmp_path):
    built = build(decks.other(name, tmp_path), builder, parallel=2)
    for page in built.output.rglob("*.html"):
        check_page(page.read_text("utf-8"))


@pytest.mark.thorough(kind="check of a whole deck")
@pytest.mark.skipif(not browser.found(), reason="needs the Debian package chromium")
@pytest.mark.parametrize("name", NAMES)
def test_deck_check_finds_nothing(name, tmp_path, capsys):
    built = build(decks.other(name, tmp_path))
    status = deck.main(["check", str(built.output)])
    assert status == 0, capsys.readouterr().out


@pytest.mark.thorough(kind="check of other decks")
@pytest.mark.skipif(not browser.found(), reason="needs the Debian package chromium")
def test_arabic_runs_from_right_to_left_and_formulas_do_not(tmp_path):
    built = build(decks.other("arabic", tmp_path))
    with command.opened((built.output / "index.html").as_uri()) as page:
        page.evaluate("Reveal.slide(3)")
        here = page.locator(".slides > section.present")
        title, formula = here.locator("h2").bounding_box(), here.locator("math").first
        assert title["x"] + title["width"] > 1800, "the title begins at the right"
        style = "e => getComputedStyle(e)[%r]"
        assert formula.evaluate(style % "direction") == "ltr"
        bar = page.locator(".deck-bar").bounding_box()
        assert bar["x"] + bar["width"] < 960, "the bar leaves the title alone"
        page.evaluate("Reveal.slide(7)")
        choices = here.locator("ol.choices")
        assert choices.evaluate(style % "listStyleType") == "none", "each has its letter once"
        assert choices.evaluate(style % "direction") == "rtl"
