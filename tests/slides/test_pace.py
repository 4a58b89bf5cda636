"""The course of the talk: when something is run, what is asked, and how many words a slide has."""

import re
from html.parser import HTMLParser

import pytest
from chapter_files import CHAPTERS, SLIDES

from deck.slides import chapters

MAIN = [path for path in CHAPTERS if path.parent == SLIDES]
# Beside code and what it prints: that is drawn, printed or said, and not read from the slide.
NOT_READ = {"term", "made", "notes", "steps-said", "chart-bar", "slide-no"} | {
    f"trick-{part}" for part in ("code", "output", "bar", "status", "data")
}
VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "source", "col"}


@pytest.fixture(scope="module")
def slides(page_of_slides):
    """The slides of the talk, in order: id, seconds, the trick that it shows, and its HTML."""
    found = re.findall(r'<section id="([^"]+)"([^>]*)>(.*?)</section>', page_of_slides, re.DOTALL)
    return [
        (id, int(seconds[1]), trick and trick[1], html)
        for id, about, html in found
        if (seconds := re.search(r'data-timing="(\d+)"', about))
        for trick in [re.search(r'data-trick="([^"]+)"', html)]
    ]


def test_something_runs_in_the_first_minute_and_then_at_least_every_five(slides):
    if left_out := chapters.left_out(SLIDES):
        pytest.skip(f"left out: {', '.join(left_out)}")
    waits, wait = [], 0
    for _, seconds, trick, _ in slides:
        if trick:
            waits.append(wait)
        wait = 0 if trick else wait + seconds
    assert waits[0] <= 60 and max([*waits, wait]) <= 300


QUESTION = re.compile(
    r"^(\S.*)\n[=-]{4,}\n\n\.\. question::\n   :answer: (\d)\n\n((?:   \* .*\n)+)", re.MULTILINE
)


def questions():
    return [found for path in MAIN for found in QUESTION.findall(path.read_text("utf-8"))]


def test_the_right_answers_lie_anywhere():
    """No place has more than half of them, and the last is right no more often than by chance."""
    answers = [(int(right), choices.count("* ")) for _, right, choices in questions()]
    places = [right for right, _ in answers]
    assert max(places.count(place) for place in places) <= len(places) / 2
    by_chance = sum(1 / of for _, of in answers)
    assert sum(right == of for right, of in answers) <= by_chance + 1


def test_no_answer_is_that_it_depends():
    for title, _, choices in questions():
        assert not re.search(r"depends|any of th|all of th|for what\?", choices), title


def test_at_least_five_questions_ask_for_a_number():
    numbers = [title for title, _, choices in questions() if re.search(r"\* .*\d", choices)]
    assert len(numbers) >= 5, numbers


def test_the_hall_never_saw_the_old_talk():
    old = re.compile(r"(?i)we used to|old(er)? (talk|slide|version|example)|(first|own) notes for")
    said = [found[0] for path in CHAPTERS for found in old.finditer(path.read_text("utf-8"))]
    assert len(said) <= 3, said


class Words(HTMLParser):
    """The words that one reads on a slide."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.deep = 0  # inside of what is not read

    def handle_starttag(self, tag, attrs):
        classes = set((dict(attrs).get("class") or "").split())
        if tag in VOID:
            return
        if self.deep or classes & NOT_READ or tag in ("svg", "script", "pre", "template"):
            self.deep += 1

    def handle_endtag(self, tag):
        if self.deep and tag not in VOID:
            self.deep -= 1

    def handle_data(self, data):
        if not self.deep:
            self.words += re.findall(r"\S*\w\S*", data)


def test_no_slide_of_the_talk_has_more_than_forty_words(slides):
    many = {}
    for id, _, _, html in slides:
        words = Words()
        words.feed(re.sub(r"<(path|circle|rect|use|line)\b[^>]*/>", "", html))
        if len(words.words) > 40:
            many[id] = len(words.words), " ".join(words.words)
    assert many == {}
