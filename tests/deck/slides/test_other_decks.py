"""Decks in the manner of other people: they build without a warning, and every slide fits."""

import shutil

import decks
import pytest
from docset import build, check_page

from deck import __main__ as deck

NAMES = ("course", "photos", "arabic")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("builder", ["slides", "dirslides", "singlefile-slides"])
def test_they_build_without_a_warning(name, builder, tmp_path):
    built = build(decks.other(name, tmp_path), builder, parallel=2)
    for page in built.output.rglob("*.html"):
        check_page(page.read_text("utf-8"))


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs the Debian package chromium")
@pytest.mark.parametrize("name", NAMES)
def test_deck_check_finds_nothing(name, tmp_path, capsys):
    built = build(decks.other(name, tmp_path))
    status = deck.main(["check", str(built.output)])
    assert status == 0, capsys.readouterr().out
