"""The handout: the talk's documents for reading, notes as prose, and each program whole.

`-b handout` makes a page for each chapter, `-b singlefile-handout` one page, which is for paper:
there the programs stand together at the end.
"""

import posixpath
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from deck.directives import html as deck_nodes
from deck.directives import measured
from deck.handout import sources
from deck.programs import catalogue
from deck.slides import assets, notes, onepage, revealjs, settings, vocabulary
from deck.slides.tree import files

THEME = Path(__file__).parent / "theme"
# The look is the talk's own: its style sheet, and one for reading after it.
# What is remembered of a document, in `env.metadata`: for whom its sections were put in a chapter.
CHAPTER = "handout chapter"


class whole_program(nodes.General, nodes.Element):
    """A trick's complete source, with what its docstring says of it; `id`, `file`, `lines`."""


# ---- builders


class HandoutTranslator(HTML5Translator):
    """Pages whose headings lead to their slides."""

    def visit_start_of_file(self, node: addnodes.start_of_file) -> None:
        """Sphinx's leaves an anchor between two chapters, which paper takes for a page."""
        self.docnames.append(node["docname"])

    def depart_title(self, node: nodes.title) -> None:
        if address := self.builder.slide_address(self.docnames[-1], node.parent):
            self.body.append(f' <a class="to-slide" href="{escape(address)}">slide</a>')
        super().depart_title(node)


class HandoutMixin:
    """What both share: the theme, its files, and what its templates may want to know."""

    default_translator_class = HandoutTranslator
    one_page = False

    def init(self) -> None:
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
        ctx["talk_title"] = settings.deck_title(self.config)
        ctx["presenter"] = self.config.talk_presenter or settings.author(self.config)
        ctx["contact"] = self.config.talk_contact
        ctx["slides_address"] = self.slides_address()
        ctx["one_page"] = self.one_page
        ctx["running_titles"] = getattr(self, "running_titles", {})

    def slides_address(self) -> str:
        return posixpath.join(self.config.slide_relative_path, f"{self.config.root_doc}.html")


class HandoutBuilder(HandoutMixin, StandaloneHTMLBuilder):
    """A page for each chapter: `-b handout`."""

    name = "handout"
    epilog = "The handout is in %(outdir)s."

    def prepare_writing(self, docnames: set[str]) -> None:
        super().prepare_writing(docnames)
        self.ids_on_slides = ids_on_slides(self.env)

    def slide_address(self, docname: str, section: nodes.Element) -> str:
        """Where the slide of a section is; only the chapter that we made has none."""
        if not isinstance(section, nodes.section) or "made" in section or not section["ids"]:
            return ""
        id = self.ids_on_slides.get((docname, section["ids"][0]), section["ids"][0])
        return f"{self.slides_address()}#/{id}"


class SingleFileHandoutBuilder(HandoutMixin, SingleFileHTMLBuilder):
    """All in one page, to print: `-b singlefile-handout`."""

    name = "singlefile-handout"
    epilog = "The handout is in %(outdir)s."
    search = False
    one_page = True

    def assemble_doctree(self) -> nodes.document:
        tree = super().assemble_doctree()
        self._ids = onepage.join(tree, self.config.root_doc)
        keep_anchors(tree)
        programs_to_the_end(tree)
        self.running_titles = give_pages(tree)
        add_contents(tree)
        return tree

    def assemble_toc_secnumbers(self) -> dict[str, dict[str, tuple[int, ...]]]:
        return {self.config.root_doc: onepage.section_numbers(self.env, self._ids)}

    def assemble_toc_fignumbers(self) -> dict[str, dict[str, dict[str, tuple[int, ...]]]]:
        return {self.config.root_doc: onepage.figure_numbers(self.env, self._ids)}

    def slide_address(self, _docname: str, _section: nodes.Element) -> str:
        return ""  # paper leads nowhere


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
    return [name for name, about in env.metadata.items() if about.get(CHAPTER, kind) != kind]


def choose_transform(app: Sphinx) -> None:
    """Registers the transform once it is known for which builder it works."""
    for_handout = {"for_handout": building_handout(app)}
    app.add_transform(type("Chapters", (Chapters,), for_handout))


def building_handout(app: Sphinx) -> bool:
    return isinstance(app.builder, HandoutMixin)


# ---- after reading


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Makes of slides a text: notes are prose, sources are links, programs follow."""
    if not building_handout(app):
        return
    mark_chapters(doctree, docname == app.config.root_doc)
    for note in list(doctree.findall(nodes.note)):
        note.replace_self(as_prose(note, app.config.manpages_url or ""))
    for trick in list(doctree.findall(deck_nodes.trick)):
        add_program(trick, Path(app.config.deck_root), app.config.manpages_url or "")
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
    notes.drop_directions(note)
    said = nodes.container("", *note.children, classes=["said"])
    for paragraph in said.findall(nodes.paragraph):
        if notes.is_sources(paragraph):
            paragraph["classes"].append("sources")
            sources.link(paragraph, manpages)
    return said


def add_program(trick: nodes.Element, root: Path, manpages: str) -> None:
    """Puts the whole program at the end of the slide that shows a part of it."""
    program = program_of(catalogue.find(trick["trick"], root), manpages)
    slide = trick.parent
    while not isinstance(slide, nodes.section) and slide.parent:
        slide = slide.parent
    deeper = [i for i, node in enumerate(slide) if isinstance(node, nodes.section)]
    slide.insert(deeper[0] if deeper else len(slide), program)


def program_of(trick: catalogue.Trick, manpages: str) -> whole_program:
    text = trick.path.read_text("utf-8")
    file = trick.path.relative_to(trick.root).as_posix()
    program = whole_program(trick=trick.id, file=file, lines=text.count("\n"), title=trick.title)
    program += nodes.paragraph("", trick.claim, classes=["claim"])
    program += facts(trick, manpages)
    program += nodes.literal_block(text, text, language="python3")
    return program


def facts(trick: catalogue.Trick, manpages: str) -> nodes.definition_list:
    said = {
        "needs": trick.needs or ("nothing but Linux and Python",),
        "since": (f"Linux {trick.since}",),
        "manual": trick.man,
        "see also": trick.see,
    }
    rows = nodes.definition_list(classes=["facts"])
    for name, words in said.items():
        if words:
            text = nodes.paragraph("", "", *sources.linked(", ".join(words), manpages))
            rows += nodes.definition_list_item("", nodes.term("", name), nodes.definition("", text))
    return rows


def visit_program(self, node: whole_program) -> None:
    # Closed, so that the text reads on; a link to it, and a search in the page, opens it.
    self.body.append(
        f'<details class="program" id="program-{escape(node["trick"])}"><summary>The whole program:'
        f" <code>{escape(node['file'])}</code>, {node['lines']} lines</summary>\n"
    )


def depart_program(self, _node: whole_program) -> None:
    self.body.append("</details>\n")


# ---- all in one page


def keep_anchors(tree: nodes.document) -> None:
    """A link to a document leads to its first section."""
    for file in tree.findall(addnodes.start_of_file):
        first_section(file)["ids"].append(f"document-{file['docname']}")


def programs_to_the_end(tree: nodes.document) -> None:
    """On paper nothing unfolds: a line says where the program is, and it stands at the end."""
    listings = nodes.section("", nodes.title("", "The programs"), ids=["the-programs"])
    listings["classes"] += ["chapter", "programs"]
    for program in list(tree.findall(whole_program)):
        listing = listing_of(program)
        words = nodes.Text("The whole program: ")
        there = nodes.reference("", "", refid=listing["ids"][0], internal=True)
        there += nodes.literal("", program["file"])
        program.replace_self(nodes.paragraph("", "", words, there, classes=["see-program"]))
        listings += listing
    if len(listings) > 1:
        first_section(tree).append(listings)


def listing_of(program: whole_program) -> nodes.section:
    name = nodes.literal("", program["file"])
    listing = nodes.section("", nodes.title("", "", name), ids=[f"program-{program['trick']}"])
    listing += program[-1]  # its docstring says what the paragraphs before it say
    return listing


def first_section(tree: nodes.Element) -> nodes.Element:
    return next(tree.findall(nodes.section), tree)


def chapters(tree: nodes.document) -> Iterator[nodes.section]:
    return (node for node in tree.findall(nodes.section) if "chapter" in node["classes"])


def give_pages(tree: nodes.document) -> dict[str, str]:
    """Names each chapter's pages, so that their head can say its title."""
    titles = {}
    for number, chapter in enumerate(chapters(tree), 1):
        chapter["classes"].append(f"pages-{number}")
        titles[f"pages-{number}"] = chapter[0].astext()
    return titles


def add_contents(tree: nodes.document) -> None:
    """What is where; deck/handout/pdf.py adds the numbers of the pages."""
    contents = nodes.bullet_list(classes=["contents"])
    for chapter in chapters(tree):
        entry = entry_of(chapter)
        inner = [entry_of(node) for node in chapter if isinstance(node, nodes.section)]
        if inner and "programs" not in chapter["classes"]:  # those are named where they are shown
            entry += nodes.bullet_list("", *inner)
        contents += entry
    cover = first_section(tree)
    after = [at for at, node in enumerate(cover) if any(node.findall(addnodes.start_of_file))]
    cover.insert(after[0] if after else len(cover), contents)


def entry_of(section: nodes.section) -> nodes.list_item:
    there = nodes.reference("", "", refid=section["ids"][0], internal=True)
    there += [child.deepcopy() for child in section[0]]
    return nodes.list_item("", nodes.paragraph("", "", there))


# ---- for Sphinx


def setup(app: Sphinx) -> None:
    app.add_html_theme("handout", THEME)
    app.add_builder(HandoutBuilder)
    app.add_builder(SingleFileHandoutBuilder)
    app.add_node(whole_program, override=True, html=(visit_program, depart_program))
    app.connect("builder-inited", choose_transform)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-resolved", arrange)
