"""Each topic of the outline has its slides, and each of them is in the deck."""

import re
import runpy
import tomllib

import pytest
from docutils.nodes import make_id

from deck.programs import catalogue
from deck.slides import chapters

SLIDES = catalogue.ROOT / "slides"
OUTLINE = tomllib.loads((SLIDES / "outline.toml").read_text(encoding="utf-8"))
TOPICS = [
    pytest.param(slides, id=topic) for part in OUTLINE.values() for topic, slides in part.items()
]


@pytest.fixture(scope="session")
def names(page_of_slides):
    """What a slide can be called by: its id, and the tricks that it shows."""
    return set(re.findall(r'<section id="([^"]+)"', page_of_slides)) | set(
        re.findall(r'data-trick="([^"]+)"', page_of_slides)
    )


def names_in(file: str) -> set[str]:
    """The same, of a chapter that is not in the deck."""
    text = (SLIDES / file).read_text(encoding="utf-8")
    titles = re.findall(r"^(\S.*)\n[=-]{4,}$", text, re.MULTILINE)
    return {make_id(title) for title in titles} | set(
        re.findall(r"^\.\. trick:: (\S+)", text, re.MULTILINE)
    )


LEFT_OUT = {name: file for file in chapters.left_out(SLIDES) for name in names_in(file)}


@pytest.mark.parametrize("slides", TOPICS)
def test_each_topic_is_on_a_slide(slides, names):
    missing = [slide for slide in slides if slide not in names]
    if left_out := sorted({LEFT_OUT[slide] for slide in missing if slide in LEFT_OUT}):
        pytest.skip(f"left out: {', '.join(left_out)}")
    assert slides and not missing


def test_each_trick_is_on_one_slide():
    # A few rows of a table are no second slide of it: the whole one is elsewhere.
    shows = re.compile(
        r"^\.\. (?:trick|recorded-table):: (\S+)$(?!(?:\n +:.*)*\n +:rows:)", re.MULTILINE
    )
    shown = [id for path in SLIDES.rglob("*.rst") for id in shows.findall(path.read_text("utf-8"))]
    twice = {id for id in shown if shown.count(id) > 1}
    assert (twice, sorted(set(catalogue.tricks()) - set(shown))) == (set(), [])


def test_the_talk_of_twenty_minutes():
    """What slides/index.rst says to leave out is what the build counts without."""
    said = re.search(r"Twenty minutes: leave out ([\w, ]+);", (SLIDES / "index.rst").read_text())
    conf = runpy.run_path(str(catalogue.ROOT / "conf.py"))
    assert said[1].split(", ") == conf["talk_shorter"][20]
