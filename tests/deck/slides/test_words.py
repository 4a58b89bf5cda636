"""Other languages: every word is translated, text runs the right way, ids stay where they are."""

import json
import re

import pytest
import tiny
from babel.messages.pofile import read_po
from docset import build, build_text, check_page, write
from sphinx.errors import ConfigError

from deck.slides import words

LANGUAGES = ("de", "ar")
TALK = """
Talk
====

.. question:: How many?
   :answer: 2

   - one
   - two

.. slide:: A slide of its own

   Text.

.. nextslide:: And the next

More.
"""


@pytest.fixture(autouse=True)
def english_again():
    yield
    words._translations = words.NullTranslations()


def catalogue(path) -> dict[str, str]:
    with path.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def test_the_template_has_all_words():
    """`python3 -m deck.slides.words` brings the catalogues up to date; then translate."""
    expected = {message.id for message in words.template() if message.id}
    assert catalogue(words.LOCALE / "deck.pot").keys() == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated_and_keeps_its_gaps(language):
    template = catalogue(words.LOCALE / "deck.pot")
    translated = catalogue(words.LOCALE / language / "LC_MESSAGES" / "deck.po")
    assert translated.keys() == template.keys()
    for text, translation in translated.items():
        assert translation, f"{language}: {text!r} is not translated"
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", translation)), text


@pytest.mark.parametrize(
    ("language", "answer", "run", "way"),
    [("de", "Antwort: b.", "Ausführen", ""), ("ar", "الجواب: b.", "تشغيل", ' dir="rtl"')],
)
def test_directives_and_page_speak_the_language(language, answer, run, way, tmp_path):
    built = build(write(tmp_path / "docs", {"index.rst": TALK}), language=language)
    assert answer in built.slides()
    settings = re.search(r'id="deck-settings">(.*?)</script>', built.page())
    assert json.loads(settings[1])["words"]["Run"] == run
    assert re.search(rf'<html[^>]* lang="{language}"{way} ', built.page())


def test_a_trick_speaks_the_language(tmp_path):
    source = tmp_path / "docs"
    tiny.program(source, needs="root")
    write(source, {"index.rst": "Talk\n====\n\n.. trick:: post.letter\n   :show: send\n"})
    slides = build(source, language="de").slides()
    assert "Wiedergeben</button>" in slides and "braucht root" in slides
    assert "aufgezeichnet 2023" in slides and 'aria-label="Ausgabe"' in slides


def test_in_english_the_page_is_told_no_words(tmp_path):
    assert '"words": {}' in build(write(tmp_path / "docs", {"index.rst": TALK})).page()


def test_a_talk_brings_a_language_of_its_own_or_other_words(tmp_path):
    own = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    own += 'msgid "Answer: {letter}."\nmsgstr "Réponse : {letter}."\n'
    files = {"index.rst": TALK, "locales/fr/LC_MESSAGES/deck.po": own}
    docs = write(tmp_path / "docs", files)
    assert "Réponse : b." in build(docs, language="fr", locale_dirs=["locales"]).slides()


def test_a_catalogue_that_is_half_merged_is_named(tmp_path):
    own = '<<<<<<< HEAD\nmsgid "Run"\nmsgstr "Lancer"\n'
    files = {"index.rst": TALK, "locales/fr/LC_MESSAGES/deck.po": own}
    docs = write(tmp_path / "docs", files)
    with pytest.raises(ConfigError, match=r"locales/fr/LC_MESSAGES/deck\.po: .*; mend it"):
        build(docs, language="fr", locale_dirs=["locales"])


def test_translators_are_shown_questions_and_titles(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK})
    found = (build(docs, "gettext").output / "index.pot").read_text("utf-8")
    for text in ("How many?", "one", "A slide of its own", "And the next"):
        assert f'msgid "{text}"' in found, text


FIRST, ADDED = "\u7b2c\u4e00", "\u65b0\u7684"
SCRIPTS = (
    "\u6f14\u8bb2",
    FIRST,
    "\U0001f642\U0001f642",
    "Same",
    "Same",
    "\u0645\u0631\u062d\u0628\u0627",
)


def titled(titles) -> str:
    first, *rest = titles
    below = "".join(f"{title}\n-----\n\nText.\n\n" for title in rest)
    return f"{first}\n=====\n\n{below}:ref:`to the last <last>`\n".replace(
        SCRIPTS[-1], f".. _last:\n\n{SCRIPTS[-1]}"
    )


def test_ids_do_not_move_when_a_slide_is_added(tmp_path):
    """Titles of any script, of emoji alone, and twice the same."""
    before = ids(build_text(tmp_path / "before", titled(SCRIPTS)))
    assert len(set(before)) == len(before) == len(SCRIPTS)
    assert before[1] == FIRST and not any(re.fullmatch(r"id\d+", id) for id in before)
    more = (SCRIPTS[0], ADDED, *SCRIPTS[1:])
    after = ids(build_text(tmp_path / "after", titled(more)))
    assert after == [before[0], ADDED, *before[1:]]


def test_links_follow_the_ids_and_split_slides_too(tmp_path):
    text = titled(SCRIPTS) + "\n.. nextslide::\n\nMore.\n"
    built = build(write(tmp_path / "docs", {"index.rst": text}))
    check_page(built.page())
    assert ids(built.slides())[-1] == "last-2"


def ids(slides: str) -> list[str]:
    return re.findall(r'<section id="([^"]+)"', slides)
