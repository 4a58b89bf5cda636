"""The handout: what a reader finds in it, on pages of their own and on the one to print."""

import re
from html import unescape
from pathlib import Path

import pytest
import tiny
from docset import Anchors, Built, build, write

from deck.handout import sources

INDEX = """
A deck
======

.. note:: Welcome, all of you.

.. toctree::
   :hidden:

   opening
   posts
"""
OPENING = """
Who answers?
============

.. question::
   :answer: 2

   * the kernel
   * the library

   It asks the kernel for you.

Breathe
=======

.. note::

   Say *nothing* yet; :doc:`posts` come later.

   Sources: pipe(7) "Capacity", RFC 768, Documentation/networking/udp.rst.
"""
POSTS = """
Posts
=====

.. diagram:: pipe.svg

A letter
--------

.. trick:: post.letter
   :show: send

   channel.send
      It waits.

.. note:: Look at the mark.

Breathe
-------

.. note:: Only once more.
"""
CONF = """
extensions = ['deck']
project = 'Tiny'
author = 'Ann'
html_static_path = ['_static']
html_copy_source = False
manpages_url = 'https://man.test/{page}.{section}'
"""
VARIANT = """
[lost]
title = "What if it is never sent?"
replace = "channel.send(text)"
with = "channel.close()"
shows = "fails OSError"
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    source = tmp_path_factory.mktemp("the handout") / "deck"
    path = tiny.program(source, needs="own net")
    path.with_suffix(".toml").write_text(VARIANT, "utf-8")
    tiny.record(path.with_name("letter~lost.py"), [(0.1, "sender: gone"), (0.2, "OSError: shut")])
    figure = {"_static/pipe.svg": tiny.FIGURE}
    documents = {"index.rst": INDEX, "opening.rst": OPENING, "posts.rst": POSTS}
    return write(source, {"conf.py": CONF, **documents, **figure})


@pytest.fixture(scope="module")
def handout(source) -> Built:
    return build(source, "handout")


@pytest.fixture(scope="module")
def one_page(source) -> Built:
    return build(source, "singlefile-handout")


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_notes_are_prose(handout):
    page = handout.page("posts.html")
    assert "<p>Look at the mark.</p>" in page
    assert "admonition" not in page


def test_the_part_on_the_slide_its_explanation_and_its_output(handout):
    page = words(handout.page("posts.html"))
    for said in ("channel.send: It waits.", *tiny.LINES, "recorded 2023-11-14, Linux 6.18.44"):
        assert said in page
    assert "python3 -m examples run post.letter" in page


def test_the_program_is_whole_and_says_what_it_needs(handout, source):
    program = re.search(r"<details.*?</details>", handout.page("posts.html"), re.DOTALL)[0]
    code = re.search(r"<pre>(.*?)</pre>", program, re.DOTALL)[1]
    text = (source / "examples" / "post" / "letter.py").read_text()
    assert unescape(re.sub(r"<[^>]+>", "", code)).strip() == text.strip()
    assert "What is shown does not matter here." in words(program)
    assert "own net" in program and 'href="https://man.test/unix.7"' in program


def test_sources_lead_to_where_they_can_be_read(handout):
    page = handout.page("opening.html")
    assert re.search(r'<p class="sources">Sources: <a [^>]*href="https://man.test/pipe.7"', page)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pipe(7)", "https://man.test/pipe.7"),
        ("signal-safety(7)", "https://man.test/signal-safety.7"),
        ("RFC 768", "https://www.rfc-editor.org/rfc/rfc768"),
        ("PEP 475", "https://peps.python.org/pep-0475/"),
        ("LWN 534682", "https://lwn.net/Articles/534682/"),
        ("Documentation/bpf/map_sockmap.rst", "https://docs.kernel.org/bpf/map_sockmap.html"),
        ("criu.org/TCP_connection", "https://criu.org/TCP_connection"),
    ],
)
def test_a_source_with_an_address_is_a_link_and_the_words_stay(text, address):
    parts = sources.linked(f"See {text}, and (f(x)).", "https://man.test/{page}.{section}")
    assert "".join(part.astext() for part in parts) == f"See {text}, and (f(x))."
    assert [part["refuri"] for part in parts if "refuri" in part] == [address]


def test_without_an_address_for_manual_pages_their_names_stay_words():
    assert [part.astext() for part in sources.linked("pipe(7)")] == ["pipe(7)"]


def test_a_question_shows_its_choices_and_which_is_right(handout):
    page = words(handout.page("opening.html"))
    assert "the kernel the library Answer: b. It asks the kernel for you." in page


def test_a_document_of_many_first_sections_is_a_chapter_named_after_its_file(handout):
    page = handout.page("opening.html")
    assert re.findall(r"<h1>(\w+)", page) == ["Opening"]
    assert "<h2>Breathe" in page


def test_each_heading_leads_to_its_slide(handout, source):
    slides = set(Anchors(build(source).page()).ids)
    linked = [
        slide
        for name in ("index", "opening", "posts")
        for slide in re.findall(r'"\.\./slides/index\.html#/([^"]+)"', handout.page(f"{name}.html"))
    ]
    assert linked == ["a-deck", "who-answers", "breathe", "posts", "a-letter", "posts-breathe"]
    assert set(linked) <= slides


def test_the_first_page_lists_chapters_and_slides(handout):
    contents = words(handout.page().partition('class="contents"')[2])
    assert contents.index("Opening") < contents.index("Breathe") < contents.index("A letter")


def test_a_handout_and_plain_pages_share_a_folder(source, tmp_path):
    build(source, "handout", doctrees=tmp_path)
    plain = build(source, "html", doctrees=tmp_path)
    assert "<h1>Opening" not in plain.page("opening.html")
    assert "admonition note" in plain.page("posts.html")
    assert "<h1>Opening" in build(source, "handout", doctrees=tmp_path).page("opening.html")


# ---- on one page


def test_on_one_page_ids_are_unique_and_links_lead_somewhere(one_page):
    page = Anchors(one_page.page())
    assert len(page.ids) == len(set(page.ids))
    assert not page.badly_nested and set(page.links) <= set(page.ids)


def test_the_variants_stand_below_their_program(handout):
    program = words(re.search(r"<details.*?</details>", handout.page("posts.html"), re.DOTALL)[0])
    asked = program.partition("What if it is never sent?")[2]
    assert asked.startswith(
        " It fails: OSError: - channel.send(text) + channel.close() sender: gone"
    )
    assert "OSError: shut" in asked


def test_on_one_page_the_programs_stand_at_the_end(one_page):
    page = one_page.page()
    assert "<details" not in page
    assert page.index("Only once more") < page.index('id="the-programs"')
    assert re.search(r'href="#program-post.letter"[^>]*><code', page)
    assert "def wide(channel)" in words(page.partition('id="the-programs"')[2])


def test_on_one_page_the_contents_name_every_slide(one_page):
    contents = one_page.page().partition('<ul class="contents')[2].partition("<section")[0]
    listed = re.findall(r'<a class="reference internal" href="#[^"]+">([^<]+)', contents)
    chapters = ["Opening", "Who answers?", "Breathe", "Posts", "A letter", "Breathe"]
    assert listed == [*chapters, "The programs"]


# ---- in a browser


def test_opened_as_a_file_it_is_searched_and_asks_nobody(handout, browser):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    troubles = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda r: r.url.startswith("file:") or troubles.append(r.url))
    page.goto(f"{handout.output.as_uri()}/index.html")
    page.get_by_role("searchbox").fill("tube mark")
    page.get_by_role("searchbox").fill("mark")
    page.get_by_role("searchbox").press("Enter")
    page.locator("ul.search a", has_text="Posts").click()
    page.locator(".highlighted", has_text="mark").wait_for()
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert (page.evaluate(wide), troubles) == (0, [])
    page.close()


@pytest.mark.parametrize("builder", ["handout", "singlefile-handout"])
def test_formulas_need_no_network(builder, tmp_path):
    text = "A deck\n======\n\nOne\n---\n\n:math:`a^2`\n\n.. math::\n\n   b = c\n"
    page = build(write(tmp_path / "deck", {"index.rst": text}), builder).page()
    assert page.count("<math") == 2 and "mathjax" not in page.lower()
