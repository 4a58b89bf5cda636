"""A save's work does not grow with the slides that it leaves as they are: counted, not timed."""

import gc
import os
import subprocess
import sys
from pathlib import Path

from deck.programs.catalogue import ROOT
from deck.stage.warm import Workshop

CONF = "extensions = ['deck']\n"
# What each slide and document may add to a save, in calls of Python's and C's functions.
EACH = 12


def chapter(number: int, words: str = "Words.") -> str:
    slides = "".join(f"\nSlide {n}\n-------\n\n{words}\n\n.. note:: Said.\n" for n in range(9))
    return f"Chapter {number}\n==========\n\nText.\n{slides}"


def calls_of_a_save(root: Path, chapters: int) -> int:
    source = root / "slides"
    source.mkdir(parents=True)
    (root / "conf.py").write_text(CONF)
    names = [f"chapter{n}" for n in range(chapters)]
    for number, name in enumerate(names):
        (source / f"{name}.rst").write_text(chapter(number))
    listed = "".join(f"   {name}\n" for name in names)
    (source / "index.rst").write_text(f"Talk\n====\n\n.. toctree::\n\n{listed}")
    workshop = Workshop(root)
    assert workshop.build()["ok"]
    counted = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    for words in ("Others.", "And others."):  # the first is not like those after it
        (source / "chapter0.rst").write_text(chapter(0, words))
        gc.collect()
        counted = 0
        sys.setprofile(count)
        try:
            answer = workshop.build()
        finally:
            sys.setprofile(None)
        assert len(answer["swap"]["slides"]) == 9
    return counted


def counted(root: Path, chapters: int) -> int:
    """In a process of its own: the builder changes Sphinx for as long as its process lasts."""
    command = [sys.executable, __file__, str(root), str(chapters)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_save_costs_little_more_in_a_long_talk(tmp_path):
    short, long = counted(tmp_path / "short", 7), counted(tmp_path / "long", 27)
    assert (long - short) / 200 < EACH, f"{short} calls with 70 slides, {long} with 270"


if __name__ == "__main__":
    print(calls_of_a_save(Path(sys.argv[1]), int(sys.argv[2])))
