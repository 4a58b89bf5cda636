"""The handout: the talk's documents for reading, notes as prose, and each program whole.

`-b handout` makes a page for each chapter, `-b singlefile-handout` one page, which is for paper:
there the programs stand together at the end.
"""

import posixpath
from collections.abc import Mapping, Set
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from deck.directives import html as deck_nodes
from deck.directives import measured
from deck.handout import paper, programs, sources
from deck.slides import (
    assets,
    mathml,
    notes,
    onepage,
    reading,
    revealjs,
    settings,
    vocabulary,
    words,
)
from deck.slides.builder import registry_of
from deck.slides.tree import files

THEME = Path(__file__).parent / "theme"
# What is remembered of a document, in `env.metadata`: for whom its sections were put in a chapter.
CHAPTER = "handout chapter"


# ---- builders


class HandoutTranslator(HTML5Translator):
    """Pages whose headings lead to their slides."""

    builder: "HandoutPages"

    def visit_start_of_file(self, node: nodes.Element) -> None:
        """Sphinx's leaves an anchor between two chapters, which paper takes for a page."""
        self.docnames.append(node["docname"])

    def depart_title(self, node: nodes.title) -> None:
        if address := self.builder.slide_address(self.docnames[-1], node.parent):
            label = escape(words._("slide"))
            self.body.append(f' <a class="to-slide" href="{escape(address)}">{label}</a>')
        super().depart_title(node)


class HandoutPages(StandaloneHTMLBuilder):
    """What both share: the theme, its files, and what its templates may want to know."""

    default_translator_class = HandoutTranslator
    one_page = False
    running_titles: Mapping[str, str] = {}  # what stands above each page of a chapter, on paper

    def init(self) -> None:
        mathml.register(registry_of(self))
        super().init()
        self.use_index = False

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        return "handout", {}

    def init_js_files(self) -> None:
        super().init_js_files()
        self.add_js_file("handout.js", priority=900)

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        super().copy_theme_static_files(context)
        assets.write_style_sheet(Path(self.outdir, "_static"))
        revealjs.copy(Path(self.outdir, "_static"), revealjs.FONTS)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: Any
    ) -> None:
        super().update_page_context(pagename, templatename, ctx, event_arg)
        ctx["words"] = {text: words._(text) for text in ("Contents", "Slides")}
        ctx["direction"] = words.direction(self.config.language)
        ctx["talk_title"] = settings.deck_title(self.config)
        ctx["presenter"] = self.config.talk_presenter or settings.author(self.config)
        ctx["contact"] = self.config.talk_contact
        ctx["slides_address"] = self.slides_address()
        ctx["one_page"] = self.one_page
        ctx["running_titles"] = self.running_titles

    def slide_address(self, _docname: str, _section: nodes.Element) -> str:
        """Where the slide of a section is; paper leads nowhere."""
        return ""

    def slides_address(self) -> str:
        return posixpath.join(self.config.slide_relative_path, f"{self.config.root_doc}.html")


class HandoutBuilder(HandoutPages):
    """A page for each chapter: `-b handout`."""

    name = "handout"
    epilog = "The handout is in %(outdir)s."

    def prepare_writing(self, docnames: Set[str]) -> None:
        super().prepare_writing(docnames)
        self.ids_on_slides = ids_on_slides(self.env)

    def slide_address(self, docname: str, section: nodes.Element) -> str:
        """Only the chapter that we made has none."""
        if not isinstance(section, nodes.section) or "made" in section or not section["ids"]:
            return ""
        id = self.ids_on_slides.get((docname, section["ids"][0]), section["ids"][0])
        return f"{self.slides_address()}#/{id}"


class SingleFileHandoutBuilder(HandoutPages, SingleFileHTMLBuilder):
    """All in one page, to print: `-b singlefile-handout`; `handout_without` names documents that
    are left out of it, with all that they contain.
    """

    name = "singlefile-handout"
    epilog = "The handout is in %(outdir)s."
    search = False
    one_page = True

    def assemble_doctree(self) -> nodes.document:
        tree = super().assemble_doctree()
        paper.leave_out(tree, self.config.handout_without)
        self._ids = onepage.join(tree, self.config.root_doc)
        paper.keep_anchors(tree)
        paper.programs_to_the_end(tree)
        self.running_titles = paper.give_pages(tree)
        paper.add_contents(tree)
        return tree

    def assemble_toc_secnumbers(self) -> dict[str, dict[str, tuple[int, ...]]]:
        return {self.config.root_doc: onepage.section_numbers(self.env, self._ids)}

    def assemble_toc_fignumbers(self) -> dict[str, dict[str, dict[str, tuple[int, ...]]]]:
        return {self.config.root_doc: onepage.figure_numbers(self.env, self._ids)}


def ids_on_slides(env: BuildEnvironment) -> onepage.Ids:
    """What each section is called on the one page of slides."""
    names = vocabulary.documents_in_order(env)
    return onepage.give_ids(
        [(name, list(onepage.elements(env.get_doctree(name)))) for name in names]
    )


# ---- while reading


class Chapters(SphinxTransform):
    """A document with several first sections gets one around them, named after its file."""

    default_priority = 600  # after sections are split at `nextslide`
    for_handout: bool

    def apply(self, **_kwargs: object) -> None:
        sections = [node for node in self.document if isinstance(node, nodes.section)]
        if len(sections) < 2:
            return
        docname = self.env.docname
        self.env.metadata[docname][CHAPTER] = "handout" if self.for_handout else "none"
        if self.for_handout and docname != self.config.root_doc:
            self._wrap(docname, self.document.index(sections[0]))

    def _wrap(self, docname: str, first: int) -> None:
        id = nodes.make_id(f"chapter-{docname}")
        text = posixpath.basename(docname).replace("_", " ").capitalize()
        chapter = nodes.section("", nodes.title(text, text), ids=[id], made=True)
        chapter += self.document.children[first:]
        self.document.children[first:] = [chapter]
        chapter.parent = self.document


def read_again(app: Sphinx, env: BuildEnvironment, *_documents: object) -> list[str]:
    """The documents last read for the other kind of builder, in a folder that both share."""
    kind = "handout" if building_handout(app) else "none"
    return reading.last_read_otherwise(env, CHAPTER, kind)


def choose_transform(app: Sphinx) -> None:
    """Registers the transform once it is known for which builder it works."""
    for_handout = {"for_handout": building_handout(app)}
    app.add_transform(type("Chapters", (Chapters,), for_handout))


def building_handout(app: Sphinx) -> bool:
    return isinstance(app.builder, HandoutPages)


# ---- after reading


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Makes of slides a text: notes are prose, sources are links, programs follow."""
    if not building_handout(app):
        return
    mark_chapters(doctree, docname == app.config.root_doc)
    for note in list(doctree.findall(nodes.note)):
        note.replace_self(as_prose(note, app.config.manpages_url or ""))
    for trick in list(doctree.findall(deck_nodes.trick)):
        programs.add_to(trick, Path(app.config.deck_root), app.config.manpages_url or "")
    for chart in list(doctree.findall(measured.chart)):
        chart.parent.insert(chart.parent.index(chart) + 1, measured.table_of(chart))


def mark_chapters(doctree: nodes.document, is_first: bool) -> None:
    """The style sheet wants to tell chapters from slides, on pages of their own and on one."""
    for number, file in enumerate(files(doctree)):
        kind = "cover" if is_first and number == 0 else "chapter"
        for section in file:
            if isinstance(section, nodes.section):
                section["classes"].append(kind)


def as_prose(note: nodes.note, manpages: str) -> nodes.container:
    """What is said of a note, as a part of the text; its sources become links."""
    notes.drop_directions(note)
    said = nodes.container("", *note.children, classes=["said"])
    for paragraph in said.findall(nodes.paragraph):
        if notes.is_sources(paragraph):
            paragraph["classes"].append("sources")
            sources.link(paragraph, manpages)
    return said


# ---- for Sphinx


def setup(app: Sphinx) -> None:
    app.add_html_theme("handout", THEME)
    app.add_config_value("handout_without", [], "html", types=(list,))
    app.add_builder(HandoutBuilder)
    app.add_builder(SingleFileHandoutBuilder)
    programs.setup(app)
    app.connect("builder-inited", choose_transform)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-resolved", arrange)
