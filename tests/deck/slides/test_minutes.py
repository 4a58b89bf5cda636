"""How long the slides take: the formula, what is over, and the shorter forms of a talk."""

import json
import re

import pytest
from docset import build, build_text, write

MINUTES = "Talk\n====\n\n.. minutes:: 1.5\n\nSlide\n-----\n\n.. minutes:: 0.75\n\nText.\n"
WORDS = " ".join(["word"] * 60)  # half a minute
TALK = f"""
Talk
====

.. minutes:: 1

.. note::

   {WORDS}

   .. do:: Wait until all of them have raised their hands.

   .. asked:: And what else?

      Nothing that counts.

   Sources: none of these words is said.

Part
----

.. rst-class:: question

A question
~~~~~~~~~~

.. minutes:: 1

.. note:: {WORDS}

.. rst-class:: breath

Breathe
~~~~~~~

.. minutes:: 1

.. toctree::

   more
"""
MORE = f"""
More
====

.. minutes:: 0.4

.. note:: {WORDS}
"""


def report(built) -> str:
    return built.output.with_name(".doctrees-singlefile-slides").joinpath("minutes.txt").read_text()


def test_minutes_become_seconds_for_the_speaker_view(tmp_path):
    slides = build_text(tmp_path, MINUTES, talk_minutes=2.25)
    assert re.findall(r'data-timing="(\d+)"', slides) == ["90", "45"]


@pytest.mark.parametrize("builder", ["slides", "singlefile-slides"])
def test_more_minutes_than_the_talk_has_fail_the_build(builder, tmp_path):
    files = {"index.rst": MINUTES + "\n.. toctree::\n\n   a\n", "a.rst": MINUTES}
    docs = write(tmp_path / "docs", files)
    said = r"add up to 4\.5 minutes, the talk has 4 .*take 0\.5 off.*`minutes`"
    with pytest.raises(Exception, match=said):
        build(docs, builder, talk_minutes=4)
    assert build(docs, "html", talk_minutes=4).warnings == ""


def test_minutes_of_pages_alone_do_not_count(tmp_path):
    text = "Talk\n====\n\n.. ifnotslides::\n\n   .. minutes:: 9\n\nText.\n"
    assert "data-timing" not in build_text(tmp_path, text, talk_minutes=1)


@pytest.mark.parametrize("parallel", [1, 2])
def test_words_questions_and_breaths_take_time(parallel, tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK, "more.rst": MORE})
    built = build(docs, parallel=parallel, talk_minutes=4, slide_levels=3)
    # 60 words, 60 words and 10 s, 10 s, 60 words.
    assert report(built).splitlines()[0].startswith("The talk of 4 minutes takes 1.8: 180 words")
    assert 'more:5: "More" takes 0.50 minutes (60 words, 0 s beside them)' in report(built)


def test_a_run_takes_as_long_as_its_recording_and_two_seconds(tmp_path):
    from tiny import program

    program(tmp_path / "docs")
    text = "Talk\n====\n\n.. minutes:: 0.01\n\n.. trick:: post.letter\n   :show: send\n"
    docs = write(tmp_path / "docs", {"index.rst": text})
    assert "takes 0.04 minutes (0 words, 2 s beside them)" in report(build(docs, talk_minutes=1))


def test_what_takes_longer_is_an_error_where_that_is_asked_for(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK, "more.rst": MORE})
    build(docs, talk_minutes=4)
    with pytest.raises(
        Exception, match=r'more:5: "More" takes 0\.50 minutes .* `minutes` are 0\.4'
    ):
        build(docs, talk_minutes=4, talk_minutes_checked=True)
    with pytest.raises(Exception, match=r"the talk of 0\.45 minutes takes 0\.5"):
        quick = MORE.replace("0.4", "0.45")
        build(
            write(tmp_path / "b", {"index.rst": quick}), talk_minutes=0.45, talk_minutes_checked=1
        )


def test_a_shorter_form_goes_without_some_documents(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": TALK, "more.rst": MORE})
    built = build(docs, talk_minutes=4, slide_levels=3, talk_shorter={3: ["more"]})
    assert "The talk of 3 minutes takes 1.3: 120 words" in report(built)
    with pytest.raises(Exception, match=r"add up to 3 minutes, the talk has 2 "):
        build(docs, talk_minutes=4, talk_shorter={2: ["more"]})
    with pytest.raises(Exception, match=r"talk_shorter in conf\.py: there is no document 'less'"):
        build(docs, talk_minutes=4, talk_shorter={3: ["less"]})


def rehearse(folder, **seconds: float) -> None:
    """As `deck rehearse` keeps it; names have _ for -."""
    visits = [
        {"slide": name.replace("_", "-"), "seconds": each, "runs": []}
        for name, each in seconds.items()
    ]
    (folder / "_build").mkdir(parents=True)
    (folder / "_build" / "rehearsal.json").write_text(json.dumps({"visits": visits}))


def test_where_the_rehearsal_took_otherwise_is_said_the_most_first(tmp_path):
    deck = write(tmp_path / "deck", {"index.rst": TALK, "more.rst": MORE})
    rehearse(deck, talk=75, a_question=41, breathe=2, more=9)
    lines = report(build(deck, talk_minutes=10)).splitlines()
    at = lines.index(
        "Rehearsed: 3 of 4 slides in 2.1 minutes; by the formula they take 1.7",
    )
    assert lines[at + 1 :] == [
        'index:5: "Talk" took 1.25 minutes in the rehearsal, and takes 0.50 by the formula',
        'more:5: "More" took 0.15 minutes in the rehearsal, and takes 0.50 by the formula',
    ]


def test_without_a_rehearsal_nothing_is_said_of_it(tmp_path):
    deck = write(tmp_path / "deck", {"index.rst": TALK, "more.rst": MORE})
    assert "ehears" not in report(build(deck, talk_minutes=10))


def test_a_rehearsal_that_can_not_be_read_is_named(tmp_path):
    deck = write(tmp_path / "deck", {"index.rst": TALK, "more.rst": MORE})
    rehearse(deck)
    (deck / "_build" / "rehearsal.json").write_text("{}")
    assert "rehearsal.json is no rehearsal" in report(build(deck, talk_minutes=10))
