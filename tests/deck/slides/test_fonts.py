"""The slides' fonts, made small."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from deck.slides import fonts, revealjs

FACE = revealjs.source() / next(name for name in revealjs.FONTS if name.endswith(".woff"))


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_face_is_small_and_has_the_letters_of_a_talk(tmp_path, cache):
    target = tmp_path / "face.woff2"
    fonts.write_web_font(FACE, target)
    assert target.stat().st_size < 30_000 < FACE.stat().st_size / 3
    letters = TTFont(target).getBestCmap()
    known = TTFont(FACE).getBestCmap()
    assert {ord(letter) for letter in "aZß€→≥" if ord(letter) in known} <= set(letters)


def test_what_was_made_is_kept_and_not_made_again(tmp_path, cache, monkeypatch):
    fonts.write_web_font(FACE, tmp_path / "first.woff2")
    monkeypatch.setattr(fonts, "_made", lambda *_: pytest.fail("made again"))
    fonts.write_web_font(FACE, tmp_path / "second.woff2")
    assert (tmp_path / "second.woff2").read_bytes() == (tmp_path / "first.woff2").read_bytes()


def test_a_cache_that_cant_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    fonts.write_web_font(FACE, tmp_path / "face.woff2")
    assert (tmp_path / "face.woff2").stat().st_size
