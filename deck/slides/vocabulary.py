"""What an author writes: hieroglyph's directives, with their faults put right.

hieroglyph's nodes are used as they are, so that whatever knows them (`slideconf.get_conf`, a deck's
own extension) keeps working. Its transforms are replaced: they ask Sphinx for things that are going
away, and have pages read again on every build.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from hieroglyph import directives as hieroglyph
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from deck.slides import links, reading

logger = logging.getLogger(__name__)

# What is remembered of a document, in `env.metadata`: Sphinx merges and forgets it for us.
THEME = "slides theme"


class slideconf(hieroglyph.slideconf):  # type: ignore[misc]  # hieroglyph has no types
    """hieroglyph's node, whose `get(doctree)` hid the one that every node has."""

    get = nodes.Element.get


class IfSlides(SphinxDirective):
    """`ifslides` and `ifnotslides`, also by their old names `slides` and `notslides`."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        node = hieroglyph.if_slides(ifslides=self.name in ("slides", "ifslides"))
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node, match_titles=True)
        return [node]


def boolean(argument: str | None) -> bool:
    """A yes or no. hieroglyph took every other word for a no, and slides vanished."""
    word = (argument or "").strip().lower()
    if word in ("true", "yes", "1", "on"):
        return True
    if word in ("false", "no", "0", "off"):
        return False
    raise ValueError(f'"{argument or ""}" is neither true nor false')


class SlideConf(SphinxDirective):
    """`slideconf`: theme, autoslides and slide_classes of one document."""

    option_spec: ClassVar = {
        "theme": directives.unchanged_required,
        "autoslides": boolean,
        "slide_classes": directives.class_option,
    }

    def run(self) -> list[nodes.Node]:
        node = slideconf(**self.options)
        self.set_source_info(node)
        return [node]


class Slide(SphinxDirective):
    """`slide`: one slide, wherever it stands."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {
        "class": directives.class_option,
        "name": directives.unchanged,
        "level": directives.nonnegative_int,
        "inline-contents": boolean,
    }

    def run(self) -> list[nodes.Node]:
        options = dict(self.options)
        classes = options.pop("class", [])
        options.pop("name", None)  # add_name reads it from self.options
        node = hieroglyph.slide("\n".join(self.content), classes=classes, **options)
        node["own classes"] = bool(classes)
        self.set_source_info(node)
        self.add_name(node)
        node += self._title(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]

    def _title(self, node: nodes.Element) -> list[nodes.Node]:
        if not self.arguments:
            return []
        text, messages = self.state.inline_text(self.arguments[0], self.lineno)
        if not node["classes"]:
            node["classes"].append("admonition-" + nodes.make_id(self.arguments[0]))
        title = nodes.title(self.arguments[0], "", *text)
        self.set_source_info(title)  # without it, translators are not shown it
        return [title, *messages]


class NextSlide(SphinxDirective):
    """`nextslide`: what follows goes on a slide of its own."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"increment": directives.flag, "classes": directives.class_option}

    def run(self) -> list[nodes.Node]:
        node = hieroglyph.nextslide(**self.options)
        self.set_source_info(node)
        if self.arguments:
            text, messages = self.state.inline_text(self.arguments[0], self.lineno)
            title = nodes.title(self.arguments[0], "", *text)
            self.set_source_info(title)
            node += title
            return [*messages, node]
        return [node]


# ---- while reading


def read_again(app: Sphinx, env: BuildEnvironment, *_documents: object) -> list[str]:
    """The documents that were last read for the other kind of builder, in a shared folder.

    hieroglyph had them read again on every build, to the same end.
    """
    kind = "slides" if links.building_slides(app.builder) else "pages"
    return reading.last_read_otherwise(env, reading.READ_FOR, kind)


def note_document(app: Sphinx, doctree: nodes.document) -> None:
    """Notes what the whole build needs to know before any page is written: themes."""
    about = app.env.metadata[app.env.docname]
    for conf in doctree.findall(slideconf):
        if "theme" in conf:
            about[THEME] = conf["theme"]
        break


# ---- after reading


def documents_in_order(env: BuildEnvironment) -> list[str]:
    """The documents of the talk: the first one and all that its tables of contents name."""
    found: list[str] = []
    waiting = [env.config.root_doc]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found.append(name)
            waiting = [*env.toctree_includes.get(name, []), *waiting]
    return found


def drop_slides(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Pages that one reads have no slides: they go, or leave their contents (inline-contents)."""
    if links.building_slides(app.builder) or reading.for_translators(app):
        return
    for node in list(doctree.findall(hieroglyph.slide)):
        kept = node.get("inline-contents", False)
        # hieroglyph always took off the first child, also where there was no title.
        content = [child for child in node.children if not isinstance(child, nodes.title)]
        anchor = [nodes.target("", "", ids=node["ids"])] if node["ids"] else []
        node.parent.replace(node, anchor + (content if kept else []))


def skip(_translator: nodes.NodeVisitor, _node: nodes.Node) -> None:
    raise nodes.SkipNode


# For a node of which no builder writes anything.
SILENT = {name: (skip, None) for name in ("html", "latex", "text", "man", "texinfo")}


def setup(app: Sphinx) -> None:
    # `override`: one process may build many times, and docutils' tables outlive each build.
    app.add_node(hieroglyph.if_slides, override=True)
    app.add_node(hieroglyph.nextslide, override=True)
    app.add_node(hieroglyph.slide, override=True)
    app.add_node(slideconf, override=True, **SILENT)
    for name in ("ifslides", "ifnotslides", "slides", "notslides"):
        app.add_directive(name, IfSlides, override=True)
    app.add_directive("slideconf", SlideConf, override=True)
    app.add_directive("slide", Slide, override=True)
    app.add_directive("nextslide", NextSlide, override=True)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-read", note_document)
    app.connect("doctree-resolved", drop_slides)
