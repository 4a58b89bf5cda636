"""A quiz for the room: its right choice is a step, and what is no quiz is refused."""

import re

import pytest
from docset import make

QUESTION = """\
Guess
=====

.. question:: What now?
   :answer: 2

   * One.
   * Two.

   Because.
"""


def test_the_right_choice_is_a_step_and_the_reason_comes_with_it(tmp_path):
    html = make(tmp_path, QUESTION).slides()
    assert re.findall(r"<li[^>]*>", html) == ["<li>", '<li class="right fragment custom">']
    assert html.count("fragment") == 1
    assert '<p class="ask">What now?</p>' in html


def test_without_slides_the_answer_is_told(tmp_path):
    text = (make(tmp_path, QUESTION, "text").output / "index.txt").read_text()
    assert "Answer: b." in text and "Because." in text


NINE = "".join(f"   * Number {number}.\n" for number in range(9))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("   :answer: 2\n", "", "without an `:answer:`"),
        (":answer: 2", ":answer: 3", "there are 2 choices"),
        (":answer: 2", ":answer: 9", "there are 2 choices"),
        (":answer: 2", ":answer: 0", "zero"),
        ("   * One.\n   * Two.\n", NINE, "9 choices; ask with 8 at most"),
        ("   * One.\n   * Two.\n", "   No choices.\n", "an :answer: without choices"),
    ],
)
def test_what_is_no_quiz_is_said_with_its_place(tmp_path, old, new, said):
    built = make(tmp_path, QUESTION.replace(old, new), strict=False)
    assert said in built.warnings and "index.rst:4" in built.warnings
