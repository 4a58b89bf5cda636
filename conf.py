"""Sphinx settings for the talk. Build it with

sphinx-build -b singlefile-slides -c . slides _build/slides
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # where `deck` is, whoever calls

extensions = ["deck"]

project = "Networking Tricks with the Linux Kernel"
author = "johntellsall"
language = "en"

talk_contact = "john@johntellsall.com"
talk_minutes = 45

slide_levels = 2
slide_numbers = True

html_static_path = ["_static"]
html_copy_source = False

manpages_url = "https://manpages.debian.org/{page}.{section}"  # where the handout's sources lead
