"""The handout of the talk leaves nothing of it out."""

import re
from html import unescape

import pytest

from deck.programs import catalogue

TRICKS = catalogue.tricks()


@pytest.fixture(scope="session")
def slides(page_of_slides):
    return page_of_slides


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_it_has_every_title(handout, slides):
    titles = {words(title) for title in re.findall(r"<h[1-6]>(.*?)</h[1-6]>", slides)}
    shown = re.findall(r"<h[1-6]>(.*?)(?: ?<a class=\"(?:to-slide|headerlink)|</h)", handout)
    assert titles - {words(title) for title in shown} == set()


DIRECTIONS = re.compile(r'<div class="(?:do|step) .*?</div>', re.DOTALL)


def test_it_has_every_note_without_the_stage_directions(handout, slides):
    text, slides = words(handout), DIRECTIONS.sub("", slides)
    notes = re.findall(r'<aside class="notes">(.*?)</aside>', slides, re.DOTALL)
    assert notes and [note for note in map(words, notes) if note not in text] == []


def test_it_has_the_whole_program_of_every_trick_on_a_slide(handout, slides):
    shown = dict(
        re.findall(
            r'<details class="program" id="program-([\w.]+)">.*?<pre>(.*?)</pre>',
            handout,
            re.DOTALL,
        )
    )
    assert shown.keys() == set(re.findall(r'data-trick="([\w.]+)"', slides))
    for id, code in shown.items():
        source = TRICKS[id].path.read_text(encoding="utf-8")
        assert unescape(re.sub(r"<[^>]+>", "", code)).strip() == source.strip(), id
