"""What each document of a one-page talk became, kept from build to build.

A document is made into slides by itself; `talk.py` joins them. It is made again when it was read
again, or when what it takes from others changed: that is its `Place`, and, where it refers to
others, what the whole environment knows of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder

from deck.slides import limits, links, onepage, templates
from deck.slides.cut import Slide
from deck.slides.flatten import Row, finish, flat_slide, unowned
from deck.slides.translator import SlideTranslator
from deck.slides.tree import settings_of

# Nodes of these packages say all that they become; what a stranger's becomes, only he knows.
_KNOWN = ("docutils.", "sphinx.addnodes", "hieroglyph.", "deck.")


@dataclass(frozen=True)
class Taken:
    """Nodes of one document that go to a slide of another, and what their ids are on the page."""

    nodes: unowned
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Surplus:
    """What a slide gets beyond its own: further ids; nodes before and behind its content."""

    ids: tuple[str, ...] = ()
    early: tuple[Taken, ...] = ()
    late: tuple[Taken, ...] = ()


@dataclass(frozen=True)
class Place:
    """What a document takes from those around it.

    `ids` are its own ids and those it links to, as they are on the page; `numbers` are Sphinx's for
    its sections and figures; `anchored` those of its programs whose anchor is in an earlier one.
    """

    ids: tuple[str, ...]
    slides: tuple[Surplus, ...]
    numbers: object
    anchored: frozenset[str]


@dataclass
class Part:
    """One document: its slides as nodes, and, once it is written, as HTML."""

    docname: str
    tree: nodes.document
    items: list[nodes.Element]  # `flat_slide`, `unowned` and `start_of_file`
    names: list[str]  # the ids that it brings
    made: dict[str, str]  # those that its slides got here (flatten.Row)
    links: list[tuple[str, str]]  # (document, id) to which it leads
    tricks: frozenset[str]
    first_section: str
    theme: str
    refers: bool  # to others: it changes with them
    images: dict[str, str]
    place: Place | None = None
    contexts: list[dict[str, Any]] = field(default_factory=list)  # what slide.html got
    written: list[Slide] = field(default_factory=list)  # what it made of them
    meta: list[str] = field(default_factory=list)
    has_maths: bool = False

    @cached_property
    def slides(self) -> list[flat_slide]:
        return [item for item in self.items if isinstance(item, flat_slide)]

    @cached_property
    def gives(self) -> object:
        """What others depend on, or that itself depends on where it stands."""
        shape = tuple(
            item["docname"] if isinstance(item, addnodes.start_of_file) else type(item)
            for item in self.items
        )
        loose = [item for item in self.items if isinstance(item, unowned)]
        return shape, loose, self.names, self.made, self.tricks, self.links

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """The ids for which it matters what they are called on the page."""
        own = [(self.docname, name) for name in (*self.names, *self.made)]
        return [*own, *self.links]


def make(builder: StandaloneHTMLBuilder, docname: str) -> Part:
    """Takes a document as it was read to a row of slides."""
    env = builder.env
    tree = env.get_doctree(docname)
    refers = any(map(_refers, tree.findall(nodes.Element)))
    mark_files(tree)
    env.resolve_references(tree, docname, builder)
    images, builder.images = builder.images, {}
    builder.post_process_images(tree)
    images, builder.images = builder.images, images
    links.unlink_missing_pages(tree)
    theme = settings_of(tree, builder.config)["theme"]
    every = list(onepage.elements(tree))
    first = next((node for node in every if isinstance(node, nodes.section)), None)
    row = Row(tree, builder.config, docname)
    return Part(
        docname=docname,
        tree=tree,
        items=row.items,
        names=list(dict.fromkeys(name for node in every for name in node["ids"])),
        made=row.made,
        links=list(dict.fromkeys(filter(None, map(onepage.leads_to, every)))),
        tricks=frozenset(node["trick"] for node in every if "trick" in node),
        first_section=first["ids"][0] if first else "",
        theme=theme,
        refers=refers,
        images=images,
    )


def _refers(node: nodes.Element) -> bool:
    return isinstance(node, addnodes.pending_xref) or not type(node).__module__.startswith(_KNOWN)


def mark_files(tree: nodes.document) -> None:
    """Puts `start_of_file`, empty, where a table of contents takes in documents."""
    for toctree in list(tree.findall(addnodes.toctree)):
        files = [addnodes.start_of_file(docname=str(name)) for name in toctree["includefiles"]]
        toctree.parent.replace(toctree, files)


def write(
    builder: StandaloneHTMLBuilder, part: Part, place: Place, ids: onepage.Ids, numbers: list[int]
) -> None:
    """Takes a part that was just made to HTML; *numbers* are those of its slides."""
    part.place = place
    slides = part.slides
    for node in (node for slide in slides for node in slide.findall(nodes.Element)):
        onepage.relink(node, part.docname, ids)
    for slide, more, number in zip(slides, place.slides, numbers, strict=True):
        slide["ids"] += more.ids
        slide["number"] = number
        finish(slide, _taken(more.early, ids), _taken(more.late, ids))
        limits.check(slide, Path(builder.srcdir))
    part.tree.children = []
    part.tree += slides
    _translate(builder, part, ids)


def _taken(found: tuple[Taken, ...], ids: onepage.Ids) -> list[nodes.Node]:
    copies = [taken.nodes.deepcopy() for taken in found]
    for copy in copies:
        for node in copy.findall(nodes.Element):
            onepage.relink(node, copy["docname"], ids)
    return [node for copy in copies for node in copy.children]


def _translate(builder: StandaloneHTMLBuilder, part: Part, ids: onepage.Ids) -> None:
    env, docname = builder.env, part.docname
    part.tree.settings = builder.docsettings
    # The first heading of a document has no anchor; its id is the section's.
    builder.secnumbers = {
        "#" + ids.get((docname, name), name): number
        for anchor, number in env.toc_secnumbers.get(docname, {}).items()
        for name in [anchor[1:] or part.first_section]
    }
    builder.fignumbers = {
        kind: {ids.get((docname, name), name): number for name, number in found.items()}
        for kind, found in env.toc_fignumbers.get(docname, {}).items()
    }
    visitor = cast(SlideTranslator, builder.create_translator(part.tree, builder))
    assert part.place, "its place is told before it is written"
    visitor.anchored_tricks = set(part.place.anchored)
    part.tree.walkabout(visitor)
    part.contexts = visitor.slides
    told = zip(visitor.slides, visitor.rendered, strict=True)
    part.written = [Slide(context["id"], html) for context, html in told]
    part.meta = visitor.meta[2:]
    part.has_maths = getattr(visitor, "_has_maths_elements", False)


def number(builder: StandaloneHTMLBuilder, part: Part, numbers: list[int]) -> None:
    """Gives the slides of a part that is written these numbers."""
    environment = builder.templates.environment
    written = [*part.written]
    for at, (context, number) in enumerate(zip(part.contexts, numbers, strict=True)):
        if context["slide_number"] != number:
            context["slide_number"] = number
            html = templates.render_slide(environment, context)
            written[at] = Slide(context["id"], html)
            part.written = written
