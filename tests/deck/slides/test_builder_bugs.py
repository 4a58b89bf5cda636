"""hieroglyph's ten bugs, by their numbers: what was wrong must stay right.

The tenth, its open ears, is in test_builder_browser.py. What the slides look like as a whole is in
docsets/.
"""

import re

import pytest
from docset import DOT, build, build_text, check_page, write

BUILDERS = ["slides", "singlefile-slides", "dirslides"]
THEMES = {
    "themes/loud/theme.toml": '[theme]\ninherit = "slides"\nstylesheets = ["loud.css"]\n',
    "themes/loud/slide.html": '<section id="{{ id }}" class="loud">{{ content }}</section>',
    "themes/loud/static/loud.css": "b { font-size: 9em }",
}
PAGES = """
.. toctree::

   a
   b
   c
"""


def headings(slides: str) -> list[str]:
    return re.findall(r"<(h\d)>(.*?)</", slides)


def test_1_a_deeper_section_leaves_the_slide_its_title(tmp_path):
    text = "Talk\n====\n\nSlide\n-----\n\nDeep\n~~~~\n\nText.\n"
    slides = build_text(tmp_path, text, slide_levels=2)
    assert headings(slides) == [("h1", "Talk"), ("h2", "Slide"), ("h3", "Deep")]
    assert slides.count("<section") == 2
    assert slides.index("<h2>Slide") < slides.index("<h3>Deep") < slides.index("Text.")


def test_2_a_quotation_is_closed_once(tmp_path):
    slides = build_text(tmp_path, "Talk\n====\n\n    A *b* c **d**.\n\n    -- *Who* else\n")
    assert slides.count("<q>") == slides.count("</q>") == 1
    assert re.search(r"<q>A <em>b</em> c <strong>d</strong>\.</q>", slides)
    assert re.search(r'<div class="author"><em>Who</em> else</div>', slides)
    check_page(slides)


def test_3_every_label_of_a_slide_leads_to_it(tmp_path):
    text = "Talk\n====\n\n:ref:`one`, :ref:`two`\n\n.. _one:\n.. _two:\n\nSlide\n-----\n\nText.\n"
    slides = build_text(tmp_path, text)
    links = re.findall(r'href="#([^"]+)"', slides)
    assert links == ["one", "two"]
    target = slides[slides.index('<section id="slide"') :]
    assert all(f'id="{name}"' in target for name in links)


def test_4_what_follows_a_slide_directive_is_on_a_slide(tmp_path):
    text = "Talk\n====\n\n.. slide:: Mine\n\n   Inside.\n\nAfter it.\n"
    slides = build_text(tmp_path, text)
    around = re.sub(r"<section.*?</section>", "", slides, flags=re.S)
    assert around.strip() == ""
    last = slides[slides.rindex("<section") :]
    assert "After it." in last and "<h1>Talk</h1>" in last


def test_5_each_file_begins_at_level_one(tmp_path):
    chapter = "{0}\n===\n\nSection\n-------\n\nText.\n"
    pages = {name: chapter.format(name.upper() * 3) for name in ("a", "b", "c")}
    built = build(
        write(
            tmp_path / "docs",
            {"index.rst": "Talk\n====\n" + PAGES, **{f"{n}.rst": t for n, t in pages.items()}},
        )
    )
    levels = re.findall(r'class="slide level-(-?\d+)', built.slides())
    assert levels == ["1"] + ["1", "2"] * 3
    assert [tag for tag, _ in headings(built.slides())] == [f"h{level}" for level in levels]


@pytest.mark.thorough(kind="a document's theme")
@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("builder", ["slides", "dirslides"])
def test_6_a_documents_theme_is_its_alone_and_brings_its_files(tmp_path, builder, parallel):
    page = "Page\n====\n\nText.\n"
    files = {
        "conf.py": "extensions = ['deck']\nslide_theme_path = ['themes']\n",
        "index.rst": "Talk\n====\n" + PAGES,
        "a.rst": page,
        "b.rst": ".. slideconf::\n   :theme: loud\n\n" + page,
        "c.rst": page,
    }
    built = build(write(tmp_path / "docs", files | THEMES), builder, parallel=parallel)
    html = {n: built.page(f"{n}.html" if builder == "slides" else f"{n}/index.html") for n in "abc"}
    assert {name: 'class="loud"' in page for name, page in html.items()} == {
        "a": False,
        "b": True,
        "c": False,
    }
    assert {name: "_static/loud.css" in page for name, page in html.items()} == {
        "a": False,
        "b": True,
        "c": False,
    }
    # A theme adds to our style sheet; hieroglyph's pages had both as well.
    assert html["b"].index("_static/deck.css") < html["b"].index("_static/loud.css")
    assert (built.output / "_static" / "loud.css").read_text() == THEMES[
        "themes/loud/static/loud.css"
    ]


def test_6_one_page_says_when_it_cannot_have_a_documents_theme(tmp_path):
    files = {
        "conf.py": "extensions = ['deck']\nslide_theme_path = ['themes']\n",
        "index.rst": "Talk\n====\n\n.. toctree::\n\n   b\n",
        "b.rst": ".. slideconf::\n   :theme: loud\n\nPage\n====\n",
    }
    built = build(write(tmp_path / "docs", files | THEMES), strict=False)
    assert "one page has one theme" in built.warnings
    assert "slides2" not in built.warnings


def test_6_stock_themes_are_all_ours_so_one_page_can_have_them(tmp_path):
    files = {
        "index.rst": "Talk\n====\n\n.. toctree::\n\n   b\n",
        "b.rst": ".. slideconf::\n   :theme: slides2\n\nPage\n====\n",
    }
    assert build(write(tmp_path / "docs", files)).warnings == ""


def html_docs(tmp_path, **files):
    docs = {
        "index.rst": "Talk\n====\n\n.. toctree::\n\n   sub/a\n\nSection\n-------\n\nText.\n",
        "sub/a.rst": "Page\n====\n\nText.\n",
    }
    return write(tmp_path / "docs", docs | files)


def test_7_html_pages_link_to_their_slides(tmp_path):
    built = build(html_docs(tmp_path), "html", slide_link_html_to_slides=True)
    assert '<a href="../slides/index.html" rel="nofollow">View as slides</a>' in built.page()
    inner = built.page("sub/a.html")
    assert '<a href="../../slides/sub/a.html" rel="nofollow">View as slides</a>' in inner


def test_7_html_headings_link_to_their_slides_and_to_themselves(tmp_path):
    built = build(html_docs(tmp_path), "html", slide_link_html_sections_to_slides=True)
    heading = re.search(r"<h2>.*?</h2>", built.page())[0]
    assert 'href="../slides/index.html#section" title="Slides">§</a>' in heading
    assert 'href="#section"' in heading


def test_7_a_theme_keeps_its_own_sidebar(tmp_path):
    plain = build(html_docs(tmp_path), "html")
    linked = build(html_docs(tmp_path / "other"), "html", slide_link_html_to_slides=True)

    def sidebar(built):
        return re.search(r'<div class="sphinxsidebar".*', built.page(), re.S)[0]

    assert sidebar(plain) == sidebar(linked)


def test_7_a_sidebar_that_asks_for_the_link_gets_it(tmp_path):
    sidebars = {"index": ["localtoc.html"], "sub/*": ["slidelink.html"]}
    docs = html_docs(tmp_path)
    built = build(docs, "html", slide_link_html_to_slides=True, html_sidebars=sidebars)
    for page, count in (("index.html", 1), ("sub/a.html", 1)):
        assert built.page(page).count("View as slides") == count
    assert '<ul class="this-page-menu">' in built.page("sub/a.html")
    assert '<p class="slidelink">' in built.page()


@pytest.mark.thorough(kind="links to html")
@pytest.mark.parametrize("builder", BUILDERS)
def test_7_slides_link_to_their_html(tmp_path, builder):
    built = build(html_docs(tmp_path), builder, slide_link_to_html=True)
    page = "index.html" if builder == "singlefile-slides" else "sub/a.html"
    page = page.replace("a.html", "a/index.html") if builder == "dirslides" else page
    expected = {
        "slides": "../../html/sub/a.html#page",
        "singlefile-slides": "../html/sub/a.html#page",
        "dirslides": "../../../html/sub/a/#page",
    }[builder]
    assert f'href="{expected}" title="View HTML">§</a></h1>' in built.slides(page)


@pytest.mark.parametrize("builder", ["inlineslides", "dirinlineslides"])
def test_7_inline_builders_say_what_to_do_instead(tmp_path, builder):
    with pytest.raises(Exception, match=r"left out.*-b html.*inline-contents"):
        build(html_docs(tmp_path), builder)


CONDITIONAL = "Talk\n====\n\n.. ifslides::\n\n   Seen.\n\n.. ifnotslides::\n\n   Read.\n"
SPLIT = "Page\n====\n\nOne.\n\n.. nextslide::\n\nTwo.\n"


def test_8_a_page_is_not_read_again_without_need(tmp_path):
    docs = write(tmp_path / "docs", {"index.rst": CONDITIONAL, "b.rst": ":orphan:\n\n" + SPLIT})
    assert build(docs, "slides").documents_read == ["b", "index"]
    assert build(docs, "slides").documents_read == []


def test_8_a_shared_doctree_folder_stays_right(tmp_path):
    plain = ":orphan:\n\nPlain\n=====\n"
    docs = write(
        tmp_path / "docs",
        {"index.rst": CONDITIONAL, "b.rst": ":orphan:\n\n" + SPLIT, "c.rst": plain},
    )
    doctrees = tmp_path / "doctrees"
    for _turn in range(2):
        slides = build(docs, "slides", doctrees=doctrees)
        assert "Seen." in slides.page() and "Read." not in slides.page()
        assert slides.slides("b.html").count("<section") == 2
        pages = build(docs, "html", doctrees=doctrees)
        assert "Read." in pages.page() and "Seen." not in pages.page()
        # Only what reads otherwise for slides is read for each.
        assert pages.documents_read == ["b", "index"]


def test_9_a_figure_that_fills_the_slide_says_so_to_its_caption(tmp_path):
    write(tmp_path / "docs", {"dot.svg": DOT})
    text = "Talk\n====\n\n.. figure:: dot.svg\n   :class: fill\n   :alt: dot\n\n   Words.\n"
    slides = build_text(tmp_path, text)
    assert re.search(
        r'<figure class="[^"]*\bfill\b[^"]*".*<img [^>]*class="fill".*<figcaption', slides, re.S
    )
