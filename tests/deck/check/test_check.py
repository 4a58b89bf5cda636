"""`deck check`: it names what does not fit, with file and line, and is silent about what does."""

import contextlib
import io
import re

import pytest
from docset import build, write

from deck import __main__ as deck
from deck.check import browser, command

pytestmark = pytest.mark.skipif(not browser.found(), reason="needs the Debian package chromium")

FITS = """
Talk
====

.. rst-class:: build

- one
- two

Code
----

.. code-block:: python

   print("short")

A figure and its words
----------------------

Text with ``code``, a [1]_ footnote.

.. [1] Small print.
"""
LINES = "\n".join(f"   line = {n}" for n in range(45))
BULLETS = "\n".join(f"- bullet {n}" for n in range(24))
COLUMNS = ", ".join(f"unbreakable{n}unbreakable" for n in range(10))
FAULTS = {
    "code": (f".. code-block:: python\n\n{LINES}", r"highlight .* hides \d+ of its height"),
    "bullets": (BULLETS, r"section\S* hides \d+ of its height"),
    "table": (f".. csv-table::\n\n   {COLUMNS}", r"scrolls .* hides \d+ of its width"),
    "beyond": (
        '.. raw:: html\n\n   <p style="position: absolute; right: -99px">words</p>',
        r"goes 99 beyond the slide",
    ),
    "overlap": (
        'Words.\n\n.. raw:: html\n\n   <p style="margin-top: -70px">Upon words.</p>',
        r'"Words\." and "Upon words\." lie on each other',
    ),
    "pale": ('.. raw:: html\n\n   <p style="color: #999">pale</p>', r"contrast \d\.\d+: pale"),
    "small": ('.. raw:: html\n\n   <p style="font-size: 20px">tiny</p>', r"is 20\.0 high.*tiny"),
    "a late step": (
        '.. raw:: html\n\n   <p class="fragment" style="position: absolute; left: 1900px">late</p>',
        r"beyond the slide.*from step 1",
    ),
}


def check(folder, text: str, capsys, *arguments: str, builder="singlefile-slides", **conf):
    docs = write(folder / "docs", {"index.rst": text})
    built = build(docs, builder, strict=False, **conf)
    status = deck.main(["check", str(built.output), *arguments])
    return status, capsys.readouterr().out


@pytest.mark.thorough(kind="check of a whole deck")
def test_a_deck_that_fits_passes(tmp_path, capsys):
    status, out = check(tmp_path, FITS, capsys)
    assert (status, out.count("\n")) == (0, 1), out
    assert out.startswith("all 3 slides fit (1920x1080, 1280x720, 390x844")


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """What is said of a deck with a slide for each fault and one that is fine: by their titles."""
    slides = {**{fault: text for fault, (text, _) in FAULTS.items()}, "Fine": "Words."}
    text = "Talk\n====\n" + "".join(
        f"\n{title}\n{'-' * len(title)}\n\n{body}\n" for title, body in slides.items()
    )
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        docs = write(tmp_path_factory.mktemp("faults") / "docs", {"index.rst": text})
        assert deck.main(["check", str(build(docs, strict=False).output)]) == 1
    *reports, summary = re.split(r"^(?=\S)", out.getvalue(), flags=re.M)[1:]
    assert f"{len(FAULTS)} of {len(FAULTS) + 2} slides do not fit" in summary
    line = {title: text[: text.index(f"\n{title}\n-")].count("\n") + 2 for title in slides}
    return {
        title: report
        for title in slides
        for report in reports
        if re.match(rf'.*index\.rst:({line[title]}|{line[title] + 1}): .*"{title}"', report)
    }


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_is_named_with_its_slide_file_and_line(fault, faults):
    assert re.search(FAULTS[fault][1], faults[fault])


def test_what_fits_is_not_named(faults):
    assert "Fine" not in faults


@pytest.mark.thorough(kind="check of a whole deck")
def test_a_dark_colour_on_dark_is_found_in_the_dark_only(tmp_path, capsys):
    text = 'Talk\n====\n\n.. raw:: html\n\n   <p style="color: #123">night</p>\n'
    _, out = check(tmp_path, text, capsys)
    assert "night (dark)" in out and "light)" not in out.split("\n")[1]


@pytest.mark.thorough(kind="check of a whole deck")
def test_the_least_sizes_can_be_chosen(tmp_path, capsys):
    assert check(tmp_path, FITS, capsys, "--text", "60")[0] == 1


@pytest.mark.thorough(kind="check of a whole deck")
def test_all_pages_of_a_folder_are_checked(tmp_path, capsys):
    write(tmp_path / "docs", {"other.rst": f"Other\n=====\n\n{BULLETS}\n"})
    text = "Talk\n====\n\n.. toctree::\n\n   other\n"
    status, out = check(tmp_path, text, capsys, builder="slides")
    assert status == 1 and "other.rst:" in out and "1 of 2 slides" in out


def test_where_there_is_no_deck_it_says_so(tmp_path, capsys):
    assert command.main([str(tmp_path)]) == 2
    assert "there are no slides. Build them first" in capsys.readouterr().err


def test_where_there_is_no_browser_it_says_how_to_get_one(tmp_path, capsys, monkeypatch):
    built = build(write(tmp_path / "docs", {"index.rst": FITS}))
    monkeypatch.setattr(browser, "found", lambda: None)
    assert command.main([str(built.output)]) == 2
    assert "apt-get install chromium" in capsys.readouterr().err


def test_a_deck_that_does_not_start_is_not_called_good(tmp_path, capsys):
    built = build(write(tmp_path / "docs", {"index.rst": FITS}))
    (built.output / "_static" / "deck.js").write_text("throw new Error('no start')")
    assert command.main([str(built.output)]) == 2
    assert "no start" in capsys.readouterr().err
