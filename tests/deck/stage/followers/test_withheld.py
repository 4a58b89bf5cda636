"""What followers may see of the page: no notes, no comments, no answer before it was shown."""

import json

import pytest
from crowd import ANSWER, END, FIRST, OPEN, QUESTION
from docset import build, write

from deck.stage.followers import withheld
from deck.stage.followers.shown import Shown
from deck.stage.followers.withheld import ARRIVAL, Unreadable


@pytest.fixture(scope="module")
def page(deck):
    return withheld.read((deck / "index.html").read_text())


def test_no_note_is_in_it(page):
    text = "".join([page.head, *(slide.whole for slide in page.slides), page.tail])
    for secret in (
        "Welcome",
        "for silence",
        "so early",
        "caretaker",
        "Hands, please",
        "aside",
    ):
        assert secret not in text


def test_no_comment_and_no_place_in_the_sources_is_in_it(page):
    text = "".join([page.head, *(slide.whole for slide in page.slides), page.tail])
    for secret in ("<!--", "remark", "data-source", "data-timing", ".rst"):
        assert secret not in text


def test_an_answer_is_in_it_once_shown(page):
    slide = page.slides[QUESTION]
    assert "writer wait" in slide.before  # one of the choices
    for secret in ("right", "fragment", "Answer:", "shut", "tap", "why"):
        assert secret not in slide.before
        assert secret in slide.whole
    assert slide.answered == 0


def test_an_answer_without_choices_too(page):
    slide = page.slides[OPEN]
    assert "Who waits here?" in slide.before and "All of us" not in slide.before
    assert "All of us" in slide.whole and slide.answered == 0


def test_a_slide_that_is_an_answer_says_nothing_before_not_even_by_its_name(page):
    slide = page.slides[ANSWER]
    assert "surprise" not in slide.before and "It is told" not in slide.before
    assert "The surprise in the title" in slide.whole
    assert slide.answered == ARRIVAL


def test_other_slides_are_the_same_before_and_after(page):
    for index in (FIRST, END):
        assert page.slides[index].before == page.slides[index].whole
        assert page.slides[index].answered is None


def test_pictures_of_answers_are_known_apart(page):
    assert page.slides[QUESTION].files == set()
    assert page.slides[QUESTION].late == {"_images/tap.png"}
    assert page.slides[ANSWER].files == set()
    assert page.slides[ANSWER].late == {"_images/surprise.png"}
    assert page.slides[END].files == {"_images/end.png"}


def test_what_is_not_served_is_not_named():
    told = {"handout": "../handout/index.html", "linux": {"base": "x"}, "title": "</b>"}
    text = f'<script type="application/json" id="deck-settings">{json.dumps(told)}</script>'
    kept = withheld.read(f"<html><body>{text}</body></html>").head
    assert "handout/index.html" not in kept and '"linux": null' in kept
    assert "\\u003c/b>" in kept


SECTION = "<section id=a>{}</section>"


@pytest.mark.parametrize(
    "notes",
    [
        "<aside class=notes>secret</aside>",
        "<aside class='x notes y'>secret<aside>secret</aside>secret</aside>",
        '<ASIDE CLASS="notes"><p>secret<br><img src=secret></ASIDE>',
        "<aside class=notes><!-- </aside> -->secret</aside>",
        "<aside class=notes><script>'</aside>secret'</script>secret</aside>",
        "<aside\nclass=notes\n>secret</aside\n>",
    ],
)
def test_notes_in_whatever_form(notes):
    [slide] = withheld.read(SECTION.format(f"<p>before</p>{notes}<p>after</p>")).slides
    assert "secret" not in slide.whole
    assert "before" in slide.whole and "after" in slide.whole


@pytest.mark.parametrize(
    "html",
    [
        "<aside class=notes>secret",
        "<div class=question><p class=the-answer>secret</div>",
        "<section>secret",
    ],
)
def test_where_the_end_of_a_note_is_not_known_nothing_is_served(html):
    with pytest.raises(Unreadable, match="slide a is not closed"):
        withheld.read(SECTION.format(html))


@pytest.mark.parametrize(
    "before, step",
    [
        ("", 0),
        ("<p class=fragment>one</p>", 1),
        ("<p class=fragment data-fragment-index=5>one</p><p class=fragment>two</p>", 2),
        ("<p class=fragment data-fragment-index=0></p>" * 2, 1),
    ],
)
def test_the_step_that_shows_an_answer_is_counted_as_reveal_does(before, step):
    right = '<ol class=choices><li class="right fragment custom">b</ol>'
    [slide] = withheld.read(SECTION.format(f"{before}<div class=question>{right}</div>")).slides
    assert slide.answered == step


def test_a_long_talk_that_comes_in_parts_is_cut_as_well(tmp_path):
    slides = "".join(f"Slide {n}\n{'-' * 9}\n\n.. note:: Secret {n}\n\n" for n in range(70))
    more = "Late\n====\n\n.. rst-class:: answer\n\nAn answer\n---------\n\n.. note:: Hush\n"
    index = f"Talk\n====\n\n{slides}\n.. toctree::\n\n   late\n"
    deck = write(tmp_path / "deck", {"index.rst": index, "late.rst": more})
    output = build(deck, talk_appendix=["late"]).output
    assert (output / "parts" / "notes.js").exists() and (output / "parts" / "late.js").exists()
    shown = Shown(output)
    shown.build()
    page = shown.files["/"].body.decode()
    assert "Slide 69" in page and "Late" in page
    for secret in ("Secret", "Hush", "An answer", "parts/", "appendix.html"):
        assert secret not in page
    assert not any("parts" in path or "appendix" in path for path in shown.files)
    index, step = shown.find("#/an-answer")
    assert shown.captions(index, step) == ["Hush"]
    assert shown.show(index, step) == [index] and "An answer" in shown.html(index)
    assert shown.captions(*shown.find("#/slide-69")) == ["Secret 69"]
