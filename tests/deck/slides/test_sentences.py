"""A question of two sentences breaks its lines between them."""

import re

import pytest
from docset import make

SLIDE = """\
.. rst-class:: {kind}

{title}
{line}

.. question:: The cable is pulled. Now what?
   :answer: 1

   * Nothing.
   * An error.
"""


def title_of(folder, title, kind="question") -> str:
    html = make(folder, SLIDE.format(kind=kind, title=title, line="=" * len(title))).slides()
    return re.search(r"<h1>(.*?)</h1>", html)[1]


def sentences(html: str) -> list[str]:
    return re.findall(r'<span class="sentence">(.*?)</span>', html)


@pytest.mark.parametrize("kind", ["question", "answer"])
def test_each_sentence_of_a_title_in_huge_letters_is_a_box(tmp_path, kind):
    html = title_of(tmp_path, "It is full. You read: how many fit?", kind)
    assert sentences(html) == ["It is full.", "You read:", "how many fit?"]
    assert re.sub("<.*?>", "", html) == "It is full. You read: how many fit?"


def test_one_sentence_and_other_titles_stay_whole(tmp_path):
    assert title_of(tmp_path / "one", "What now?") == "What now?"
    assert title_of(tmp_path / "other", "It is full. So what", "map") == "It is full. So what"


def test_no_sentence_ends_in_code(tmp_path):
    html = title_of(tmp_path, "You call ``a. b()``. Who answers?")
    assert html.count('class="sentence"') == 2
    assert re.sub("<.*?>", "", html) == "You call a. b(). Who answers?"


def test_what_the_directive_asks_is_told_apart_too(tmp_path):
    html = make(tmp_path, SLIDE.format(kind="map", title="Quiz", line="====")).slides()
    assert sentences(html) == ["The cable is pulled.", "Now what?"]
