"""A chapter is left out by one line, and nothing complains of it."""

import re

import pytest
from docset import build, write

from deck.slides import chapters

FILES = {
    "index.rst": "Talk\n====\n\n.. toctree::\n   :hidden:\n\n   pears\n   drawer/index\n",
    "pears.rst": "Pears\n=====\n\nAs in :doc:`the drawer <drawer/kiwis>`, or :ref:`bowl`.\n",
    "drawer/index.rst": "Drawer\n======\n\n.. toctree::\n   :hidden:\n\n   kiwis\n   figs\n",
    "drawer/kiwis.rst": ".. _bowl:\n\nKiwis\n=====\n\n.. minutes:: 9\n",
    "drawer/figs.rst": "Figs\n====\n",
}
PATHS = ["index", "pears", "drawer/index", "drawer/kiwis", "drawer/figs"]


def test_the_documents_of_a_talk_in_order(tmp_path):
    assert chapters.documents(write(tmp_path, FILES)) == PATHS
    assert chapters.left_out(tmp_path) == []


@pytest.mark.parametrize("line", ["   # kiwis\n", "   #kiwis\n", ""])
@pytest.mark.parametrize("builder", ["singlefile-slides", "handout", "html"])
def test_a_line_is_a_chapter(tmp_path, builder, line):
    shorter = FILES["drawer/index.rst"].replace("   kiwis\n", line)
    source = write(tmp_path / "docs", FILES | {"drawer/index.rst": shorter})
    out = chapters.left_out(source)
    assert out == ["drawer/kiwis.rst"]
    built = build(source, builder, exclude_patterns=out, talk_minutes=5)
    assert built.documents_read == ["drawer/figs", "drawer/index", "index", "pears"]
    page = built.page("index.html" if builder == "singlefile-slides" else "pears.html")
    assert "As in the drawer, or bowl." in re.sub(r"<(?!/?p>).*?>", "", page)


def test_a_link_to_nowhere_is_still_an_error(tmp_path):
    source = write(tmp_path / "docs", FILES | {"pears.rst": "Pears\n=====\n\n:doc:`plums`\n"})
    assert "plums" in build(source, strict=False).warnings
