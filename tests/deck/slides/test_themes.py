"""Other people's themes and templates: honoured, or refused with the file and what to change."""

import re

import pytest
from docset import build, check_page, write

TALK = "Talk\n====\n\nText.\n\nSlide\n-----\n\nMore.\n"
CONF = "extensions = ['deck']\nproject = 'Own'\nauthor = 'Me'\n"
OWN = CONF + "slide_theme = 'own'\nslide_theme_path = ['themes']\n"
THEME = "[theme]\ninherit = slides\nstylesheet = own.css\n"
ARTICLE = (
    '<article class="slide level-{{ level }}" id="{{ id }}">\n{{ title }} {{ content }}</article>'
)


def built(folder, files: dict[str, str], builder="singlefile-slides", **conf):
    return build(
        write(folder / "docs", {"conf.py": OWN, "index.rst": TALK} | files), builder, **conf
    )


def test_a_documents_own_theme_together_with_options(tmp_path):
    """The deck's options go to the document's theme where it knows them."""
    files = {
        "conf.py": CONF + "html_static_path = ['_static']\nslide_theme = 'single-level'\n"
        "slide_theme_options = {'custom_css': 'own.css'}\n",
        "index.rst": "Talk\n====\n\n.. toctree::\n\n   other\n",
        "other.rst": ".. slideconf::\n   :theme: slides\n\nOther\n=====\n\nWords.\n",
        "_static/own.css": "h1 {}",
    }
    pages = built(tmp_path, files, "slides")
    assert "_static/own.css" in pages.page() and "_static/own.css" in pages.page("other.html")


def test_scripts_of_authors_come_before_the_slides(tmp_path):
    """A footer and raw HTML may call what they define."""
    files = {
        "conf.py": CONF + "html_static_path = ['_static']\nhtml_js_files = ['mine.js']\n"
        "slide_theme_options = {'custom_js': 'own.js'}\n"
        "slide_footer = '<script>bug();</script>'\n",
        "_static/own.js": "function bug() {}",
        "_static/mine.js": "",
    }
    page = built(tmp_path, files).page()
    for script in ("own.js", "mine.js", "documentation_options.js"):
        assert page.index(f"_static/{script}") < page.index("bug();")
    assert page.index("messages.js") < page.index("own.js"), "strangers are kept out first"
    assert page.index("reveal.js") > page.index("bug();")


def test_a_slide_theme_wins_over_a_page_theme_of_its_name(tmp_path):
    files = {
        "conf.py": CONF + "slide_theme = html_theme = 'plain'\nslide_theme_path = ['_themes']\n"
        "html_theme_path = ['pages']\n",
        "_themes/plain/theme.conf": THEME.replace("own.css", "plain.css"),
        "_themes/plain/static/plain.css": "",
        "pages/plain/theme.conf": "[theme]\ninherit = basic\nstylesheet = basic.css\n",
    }
    assert "plain.css" in built(tmp_path, files).page()
    assert 'class="reveal"' not in build(tmp_path / "docs", "html").page()


def test_our_style_sheet_stays_below_a_themes_own(tmp_path):
    files = {
        "themes/own/theme.conf": THEME,
        "themes/own/static/own.css": "@import url(slides.css);\nh1 {}",
    }
    deck = built(tmp_path, files)
    names = re.findall(r'href="_static/([\w./]+\.css)', deck.page())
    assert names.index("deck.css") < names.index("own.css")
    assert (deck.output / "_static" / "slides.css").is_file(), "what it takes in is there"


@pytest.mark.parametrize("place", ["themes/own", "_templates"])
@pytest.mark.parametrize("template", [ARTICLE, "<slide>{{ title }}{{ content }}</slide>"])
def test_a_slide_of_hieroglyphs_kind_is_put_in_a_section(place, template, tmp_path):
    files = {
        "conf.py": OWN + "templates_path = ['_templates']\n",
        "themes/own/theme.conf": THEME,
        "themes/own/static/own.css": "",
        "_templates/none.html": "",
        f"{place}/slide.html": template,
    }
    deck = built(tmp_path, files)
    check_page(deck.page())
    ids = re.findall(r'<section id="([^"]+)" class="slide level-\d own-template"', deck.slides())
    assert ids == ["talk", "slide"]
    assert template.split(" ")[0].split(">")[0] in deck.slides()


def test_title_slide_and_end_slide_are_slides(tmp_path):
    files = {
        "conf.py": OWN + "slide_theme_options = {'subtitle': 'Or so'}\n",
        "themes/own/theme.conf": THEME,
        "themes/own/static/own.css": "",
        "themes/own/title_slide.html": "<slide><h1 data-config-title><!-- filled --></h1>"
        "<h2 data-config-subtitle></h2><p data-config-presenter></p></slide>",
        "themes/own/end_slide.html": '<section id="end"><h2>The end</h2></section>',
    }
    slides = built(tmp_path, files).slides()
    assert re.findall(r'<section id="([^"]+)"', slides) == [
        "title_slide",
        "talk",
        "slide",
        "end",
    ]
    assert "<h1 data-config-title>Own</h1>" in slides
    assert "<h2 data-config-subtitle>Or so</h2>" in slides
    assert "<p data-config-presenter>Me</p>" in slides


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"themes/own/theme.conf": THEME.replace("slides", "basic")}, r"own has no slide\.html"),
        (
            {
                "themes/own/theme.conf": THEME,
                "themes/own/layout.html": "<html>\n<body>\n<section class='slides'></section>",
            },
            r"themes/own/layout\.html, lines 3: a page for hieroglyph's own scripts",
        ),
        (
            {"themes/own/theme.conf": THEME, "themes/own/slide.html": "<section>\n{{ a.b.c }}"},
            r"themes/own/slide\.html:2: 'a' is undefined",
        ),
        (
            {"themes/own/theme.conf": THEME, "themes/own/slide.html": "<section>\n{% if %}"},
            r"themes/own/slide\.html:2: ",
        ),
        (
            {"themes/own/theme.conf": THEME, "index.rst": ".. slideconf::\n   :theme: none\n"},
            r"index\.rst, slideconf: .*'none'",
        ),
    ],
    ids=["no slide.html", "its own page", "undefined", "syntax", "no such theme"],
)
def test_what_can_not_be_had_is_said_with_file_and_remedy(files, said, tmp_path):
    with pytest.raises(Exception, match=said):
        built(tmp_path, files)


def test_a_folder_of_themes_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Exception, match=r"slide_theme_path in conf\.py names 'themes'"):
        built(tmp_path, {})
