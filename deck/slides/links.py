"""The ways between the slides and the same documents as pages that one reads."""

import posixpath
from pathlib import Path
from typing import Any

from docutils import nodes
from hieroglyph import builder as hieroglyph
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.jinja2glue import SphinxFileSystemLoader
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from deck.slides.words import _

logger = logging.getLogger(__name__)

THEME = Path(__file__).parent / "theme"
HTML_BUILDERS = ("html", "dirhtml", "singlehtml")
SIDEBAR = "slidelink.html"


def building_slides(builder: Builder) -> bool:
    """Whether this builder makes slides, not pages."""
    return isinstance(builder, hieroglyph.AbstractSlideBuilder)


def slide_path(builder: Builder, docname: str) -> str:
    """The address of a document's slides, from its page."""
    target = posixpath.join(builder.config.slide_relative_path, docname)
    return builder.get_relative_uri(docname, target)


def html_path(builder: StandaloneHTMLBuilder, docname: str) -> str:
    """The address of a document's page, from its slides."""
    target = posixpath.join(builder.config.slide_html_relative_path, docname)
    return builder.get_relative_uri(builder.current_docname, target)


def prepare_pages(app: Sphinx) -> None:
    """Readies an HTML builder for its links to slides."""
    if app.builder.name not in HTML_BUILDERS:
        return
    if app.config.slide_link_html_to_slides:
        app.builder.templates.loaders.append(SphinxFileSystemLoader(str(THEME)))
    if app.config.slide_link_html_sections_to_slides:
        link_headings(app)


def link_headings(app: Sphinx) -> None:
    """Has every heading end with a link to its slide, beside Sphinx's own link to itself."""
    base = app.registry.get_translator_class(app.builder)
    both = type("HeadingLinksTranslator", (HeadingLinks, base), {})
    app.set_translator(app.builder.name, both, override=True)


class HeadingLinks(HTML5Translator):
    """Goes before the translator that a builder has otherwise."""

    def depart_title(self, node: nodes.title) -> None:
        if isinstance(node.parent, nodes.section) and node.parent["ids"]:
            end = self.context[-1]
            if end.startswith("</a>"):  # the heading is a link itself; links don't nest
                self.context[-1] = end.removeprefix("</a>")
                self.body.append("</a>")
            self.body.append(heading_link(self, node))
        super().depart_title(node)


def heading_link(translator: HTML5Translator, node: nodes.title) -> str:
    """The HTML of a link from a heading to its slide."""
    path = slide_path(translator.builder, translator.docnames[-1])
    symbol = translator.config.slide_html_slide_link_symbol
    return (
        f'<a class="headerlink slidelink" href="{path}#{node.parent["ids"][0]}"'
        f' title="{_("Slides")}">{symbol}</a>'
    )


def add_link(
    app: Sphinx,
    pagename: str,
    _template: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Puts the link to the slides on a page: into the sidebar that asks for it, else the text.

    hieroglyph wrote itself into `html_sidebars`, and with that took away a theme's own sidebar.
    """
    wanted = app.config.slide_link_html_to_slides and app.builder.name in HTML_BUILDERS
    context["show_slidelink"] = bool(wanted and doctree is not None)
    if not context["show_slidelink"]:
        return
    context["slide_path"] = slide_path(app.builder, pagename)
    context["slide_words"] = {"title": _("Slides"), "link": _("View as slides")}
    if SIDEBAR not in context.get("sidebars", ()):
        link = f'<a href="{context["slide_path"]}" rel="nofollow">{_("View as slides")}</a>'
        context["body"] = f'<p class="slidelink">{link}</p>\n{context["body"]}'


def unlink_missing_pages(doctree: nodes.document) -> None:
    """Leaves the words of links to the index and search pages, which slides don't have."""
    missing = ("genindex", "search", "modindex", "py-modindex")
    for node in list(doctree.findall(nodes.reference)):
        page = node.get("refuri", "").split("#")[0].rstrip("/").removesuffix(".html")
        if node.get("internal") and page.rsplit("/", 1)[-1] in missing:
            logger.info("slides have no page %r: its link is left as words", page, location=node)
            node.parent.replace(node, node.children)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", prepare_pages)
    app.connect("html-page-context", add_link)
