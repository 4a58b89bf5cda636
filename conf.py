"""Sphinx settings for the talk. Build it with

sphinx-build -b singlefile-slides -c . slides _build/slides
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # where `deck` is, whoever calls

from deck.slides import chapters

extensions = ["deck"]

project = "Networking Tricks with the Linux Kernel"
author = "johntellsall"
language = "en"

talk_contact = "john@johntellsall.com"
talk_handout = "../handout/index.html"  # where it lies beside the deck: the bar leads there
talk_minutes = 45  # what the slides' `minutes` may add up to
talk_minutes_checked = True  # what takes longer than that, by the formula, is an error
# The talk of twenty minutes goes without these chapters: slides/index.rst says how to give it.
talk_shorter = {20: ["tcp", "speed", "wrong", "tricks", "awesome", "map"]}

# What nobody walks through comes after the first slide stands, and has a page of its own as well.
talk_appendix = ["appendix/index"]

# A chapter that slides/index.rst leaves out is not read, and nothing complains of it.
exclude_patterns = chapters.left_out(Path(__file__).parent / "slides")

slide_levels = 2
slide_numbers = True

html_static_path = ["_static"]
html_copy_source = False

manpages_url = "https://manpages.debian.org/{page}.{section}"  # where the handout's sources lead
