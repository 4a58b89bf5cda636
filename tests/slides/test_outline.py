"""Each topic of the outline has its slides, and each of them is in the deck."""

import re
import tomllib

import pytest

from deck import catalogue

OUTLINE = tomllib.loads((catalogue.ROOT / "slides" / "outline.toml").read_text(encoding="utf-8"))
TOPICS = [
    pytest.param(slides, id=topic) for part in OUTLINE.values() for topic, slides in part.items()
]


@pytest.fixture(scope="session")
def names(home):
    """What a slide can be called by: its id, and the tricks that it shows."""
    page = (home / "_build" / "slides" / "index.html").read_text(encoding="utf-8")
    return set(re.findall(r'<section id="([^"]+)"', page)) | set(
        re.findall(r'data-trick="([^"]+)"', page)
    )


@pytest.mark.parametrize("slides", TOPICS)
def test_each_topic_is_on_a_slide(slides, names):
    assert slides and not [slide for slide in slides if slide not in names]


def test_each_trick_is_on_one_slide():
    shows = re.compile(r"^\.\. (?:trick|recorded-table):: (\S+)", re.MULTILINE)
    slides = (catalogue.ROOT / "slides").rglob("*.rst")
    shown = [id for path in slides for id in shows.findall(path.read_text(encoding="utf-8"))]
    twice = {id for id in shown if shown.count(id) > 1}
    assert (twice, sorted(set(catalogue.tricks()) - set(shown))) == (set(), [])
