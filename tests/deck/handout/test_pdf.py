"""What is printed: a page for each slide, and a handout whose contents say the right pages."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tiny
from docset import build, write
from test_handout import CONF, OPENING, POSTS

from deck.check import browser
from deck.handout import pdf

INDEX = """
A deck
======

.. toctree::
   :hidden:

   opening
   posts
"""
SLIDES = 6
needs_chromium = pytest.mark.skipif(not browser.found(), reason="needs the Debian package chromium")
needs_poppler = pytest.mark.skipif(
    not shutil.which("pdfinfo"), reason="needs the Debian package poppler-utils"
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> Path:
    """A folder with both documents."""
    source = tmp_path_factory.mktemp("to print") / "deck"
    tiny.program(source)
    documents = {"index.rst": INDEX, "opening.rst": OPENING, "posts.rst": POSTS}
    write(source, {"conf.py": CONF, **documents, "_static/pipe.svg": tiny.FIGURE})
    for kind, builder in (("slides", "singlefile-slides"), ("handout", "singlefile-handout")):
        pdf.write(kind, build(source, builder).output / "index.html", source / f"{kind}.pdf")
    return source


def info(path: Path) -> dict[str, str]:
    said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^(.+?): +(.+)$", said, re.MULTILINE))


def text(path: Path, page: int) -> str:
    command = ["pdftotext", "-f", str(page), "-l", str(page), path, "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def page_with(path: Path, words: str) -> int:
    """The last page on which these words stand: the list of contents comes first."""
    pages = range(1, int(info(path)["Pages"]) + 1)
    return max(page for page in pages if words in text(path, page))


@pytest.mark.thorough(kind="print")
@needs_chromium
@needs_poppler
@pytest.mark.thorough(kind="print")
def test_each_slide_is_a_page(printed):
    slides = info(printed / "slides.pdf")
    assert (slides["Pages"], slides["Page size"]) == (str(SLIDES), "1440 x 810 pts")


@needs_chromium
@needs_poppler
def test_a_printed_slide_shows_the_output_and_the_explanation(printed):
    page = text(printed / "slides.pdf", page_with(printed / "slides.pdf", "A letter"))
    assert "It waits." in page and tiny.LINES[-1] in page


@needs_chromium
@needs_poppler
def test_the_answer_to_a_question_is_printed(printed):
    assert "It asks the kernel for you." in text(printed / "slides.pdf", 2)


@needs_chromium
@needs_poppler
def test_the_contents_of_the_handout_tell_the_pages(printed):
    path = printed / "handout.pdf"
    assert "A4" in info(path)["Page size"]
    contents = text(path, 2).split("\n")
    for title in ("Opening", "Posts", "The programs"):
        number = page_with(path, title)
        assert number > 2 and str(number) in contents
    assert f"page {page_with(path, 'def wide(channel)')}" in text(path, page_with(path, "It waits"))


@needs_chromium
@needs_poppler
def test_no_page_of_the_handout_is_empty(printed):
    path = printed / "handout.pdf"
    for page in range(2, int(info(path)["Pages"]) + 1):
        assert len(text(path, page).split()) > 3, f"page {page}"


@needs_chromium
def test_the_numbers_of_pages_come_from_the_pdf_itself(printed):
    with pdf.opened() as page:
        page.set_content(
            "<a href='#one'>1</a><p style='break-before: page' id=one>1"
            "<a href='#a.b-c'>2</a><p style='break-before: page' id='a.b-c'>2"
            "<a href='#ä(b)'>3</a><p style='break-before: page' id='ä(b)'>3"
        )
        assert pdf.pages_of(page.pdf()) == {"one": 2, "a.b-c": 3, "%C3%A4(b)": 4}


@needs_chromium
@needs_poppler
@pytest.mark.thorough(kind="print")
def test_what_a_slide_lets_scroll_is_whole_on_paper(tmp_path):
    lines = "\n".join(f"   line = {n}" for n in range(1, 46))
    deck = f"A deck\n======\n\nLong\n----\n\n.. code-block:: python\n\n{lines}\n"
    page = build(write(tmp_path / "deck", {"index.rst": deck}), strict=False).output / "index.html"
    pdf.write("slides", page, tmp_path / "slides.pdf")
    drawn = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "slides.pdf", "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    [last] = re.findall(r'yMax="([\d.]+)">45<', drawn)
    assert float(last) < 800, "the page ends at 810 points, with its footer above that"


@needs_chromium
def test_what_is_never_ready_is_a_sentence_not_a_traceback(tmp_path, monkeypatch):
    """A deck whose script fails does not lay its slides out."""
    page = tmp_path / "index.html"
    page.write_text("<!DOCTYPE html><title>A deck</title><p>No script lays this out.")
    monkeypatch.setattr(pdf, "PATIENCE", 0.5)
    with pytest.raises(pdf.NotPrinted, match=r"after 0.5 s; open it in a browser.*index.html"):
        pdf.write("slides", page, tmp_path / "slides.pdf")
    assert not (tmp_path / "slides.pdf").exists()


def test_a_busy_machine_has_minutes_to_lay_slides_out():
    assert pdf.PATIENCE >= 300


def test_without_a_browser_its_package_is_named(tmp_path, monkeypatch, capsys):
    page = tmp_path / "index.html"
    page.touch()
    monkeypatch.setattr(browser, "found", lambda: None)
    assert pdf.main(["slides", str(page), str(tmp_path / "slides.pdf")]) == 1
    assert "printing needs a browser: sudo apt-get install chromium" in capsys.readouterr().err


def test_what_is_not_built_is_named_with_the_command(tmp_path, capsys):
    page = tmp_path / "index.html"
    assert pdf.main(["handout", str(page), str(tmp_path / "handout.pdf")]) == 1
    assert f"{page} is not there: build it first, with `make handout`" in capsys.readouterr().err
