"""The talk's handout for paper is short enough to be printed."""

import io
import subprocess
import sys

import pytest

from deck.programs import catalogue

ROOT = catalogue.ROOT
MOST = 100  # pages


@pytest.mark.thorough(kind="print")
@pytest.mark.timeout(600)  # Chromium takes its time
def test_the_handout_of_the_talk_alone_has_at_most_a_hundred_pages(browser, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-j", "2", "-c", "."]
    command += ["-b", "singlefile-handout", "-D", "handout_without=appendix/index"]
    places = ["-d", tmp_path / "doctrees", "slides", tmp_path / "page"]
    subprocess.run([*command, *places], cwd=ROOT, check=True)
    page = browser.new_page()
    page.goto((tmp_path / "page" / "index.html").as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    reader = pypdf.PdfReader(io.BytesIO(printed))
    assert len(reader.pages) <= MOST
    words = "".join(page.extract_text() for page in reader.pages)
    assert "And most of the messages are gone." in words and "Press Run." not in words
