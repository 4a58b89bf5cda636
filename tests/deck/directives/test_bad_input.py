"""Whatever a document says to a directive, it is a warning at its place, never a traceback."""

import re

import pytest
import tiny
from docset import make, write
from sphinx.errors import ConfigError
from test_measured import record

BAD = [
    ".. trick:: post.letter\n\n   ..\n      x",
    ".. trick:: post.letter\n\n   channel.send",
    ".. trick:: post.letter\n   :show: ,",
    ".. trick:: post.letter\n   :show: []",
    ".. trick:: post.letter\n   :show: Reader.read.x",
    ".. trick:: post.letter\n   :show: LINES",
    ".. trick:: ../x",
    ".. trick:: a.b.c",
    ".. trick:: post",
    ".. trick:: pöst.létter",
    ".. trick:: measurements.post",
    ".. trick::",
    ".. diagram:: .",
    ".. diagram:: ../conf.py",
    ".. question::",
    ".. question:: What?\n   :answer: 1",
    ".. question:: What?\n   :answer: x",
    ".. question:: What?\n   :answer: 99999999999\n\n   * a\n   * b",
    ".. question:: What?\n   :answer: 1\n\n   1. a\n   2. b",
    ".. chart:: post\n   :cores: both cores",
    ".. chart:: post\n   :labels: =",
    ".. chart:: post\n   :compare: pipe / pipe",
    ".. chart:: post\n   :compare: pipe / TCP, x",
    ".. chart:: post\n   :size: 64",
    ".. chart:: ../post",
    ".. chart:: post.letter",
    ":measured:`post:`",
    ":measured:`post: /`",
    ":measured:`post: pipe /`",
    ":measured:`post: ,`",
    ":measured:`:`",
    ".. recorded-table:: post.letter\n   :words: =",
    ".. recorded-table:: post.letter\n   :good: lost = no",
    ".. recorded-choices:: post.letter",
    ".. recorded-choices:: post.letter\n\n   | a: b = c",
]


@pytest.mark.parametrize("builder", ["singlefile-slides", "text"])
def test_every_mistake_is_told_with_file_and_line(tmp_path, builder):
    root = tmp_path / "deck"
    tiny.program(root)
    record(root)
    parts, places, line = ["Post\n====\n\n"], [], 4
    for text in BAD:
        # A heading between them, so that none can be read as a part of the one before.
        parts.append(f"Next\n----\n\n{text}\n\n")
        places.append((line + 3, line + 3 + text.count("\n")))
        line += parts[-1].count("\n")
    warnings = make(tmp_path, "".join(parts), builder, strict=False).warnings
    told = {int(number) for number in re.findall(r"index\.rst:(\d+): ", warnings)}
    silent = [
        text
        for text, (first, last) in zip(BAD, places, strict=True)
        if told.isdisjoint(range(first, last + 1))
    ]
    assert silent == []


def test_a_module_of_support_that_is_no_python_is_told_with_its_line(tmp_path):
    root = tmp_path / "deck"
    program = tiny.program(root)
    with program.open("a") as text:
        text.write("\nfrom examples.support import near\n")
    write(root, {"examples/support/near.py": "import os\ndef (:\n"})
    warnings = make(tmp_path, "Post\n====\n\n.. trick:: post.letter\n", strict=False).warnings
    assert re.search(r"index\.rst:4: .*examples/support/near\.py:2: .*; mend it", warnings)


def test_a_talk_file_that_is_no_python_is_a_sentence_not_a_traceback(tmp_path):
    write(tmp_path / "deck", {"examples/talk.py": "def (:\n"})
    with pytest.raises(ConfigError, match=r"examples/talk\.py:1: .*; mend it"):
        make(tmp_path, "Post\n====\n", strict=False)
