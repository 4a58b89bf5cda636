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
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from deck.slides import links

logger = logging.getLogger(__name__)

# What is remembered of a document, in `env.metadata`: Sphinx merges and forgets it for us.
READ_FOR = "slides read for"
THEME = "slides theme"


class slideconf(hieroglyph.slideconf):
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
        return [nodes.title(self.arguments[0], "", *text), *messages]


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
            node += nodes.title(self.arguments[0], "", *text)
            return [*messages, node]
        return [node]


# ---- while reading


class Conditions(SphinxTransform):
    """Keeps what is meant for this builder, forgets the rest."""

    default_priority = 550
    for_slides: bool

    def apply(self, **_kwargs: object) -> None:
        for node in list(self.document.findall(hieroglyph.if_slides)):
            note_read_for(self.env, self.for_slides)
            kept = node.children if node["ifslides"] == self.for_slides else []
            node.parent.replace(node, kept)


class SplitSlides(SphinxTransform):
    """Cuts a section at each `nextslide`; other builders leave it whole."""

    default_priority = 551  # after Conditions, so that every nextslide stands in its section
    for_slides: bool

    def apply(self, **_kwargs: object) -> None:
        for node in list(self.document.findall(hieroglyph.nextslide)):
            note_read_for(self.env, self.for_slides)
            if self.for_slides:
                self._split(node)
            else:
                node.parent.remove(node)

    def _split(self, node: nodes.Element) -> None:
        parent = node.parent
        if not isinstance(parent, nodes.section | hieroglyph.slide):
            logger.warning("nextslide works only directly in a section or slide", location=node)
            parent.remove(node)
            return
        index = parent.index(node)
        rest = parent.children[index + 1 :]
        del parent[index:]
        if rest:
            parent.parent.insert(parent.parent.index(parent) + 1, self._next(parent, node, rest))

    def _next(
        self, parent: nodes.Element, node: nodes.Element, rest: list[nodes.Node]
    ) -> nodes.Element:
        new = type(parent)(classes=node.get("classes", []))
        new.source, new.line = node.source, node.line
        for name in ("level", "inline-contents"):
            if name in parent:
                new[name] = parent[name]
        new["nextslide"] = True
        first = parent.get("split from", parent)
        number = parent.get("split number", 1) + 1
        new["split from"], new["split number"] = first, number
        new += [*next_title(first, node, number), *rest]
        self._give_id(new, first, number)
        return new

    def _give_id(self, new: nodes.Element, first: nodes.Element, number: int) -> None:
        """An id that tells where it belongs: links to "id3" break when a slide is added."""
        base = first["ids"][0] if first["ids"] else "slide"
        while f"{base}-{number}" in self.document.ids:
            number += 1
        new["ids"].append(f"{base}-{number}")
        self.document.ids[new["ids"][0]] = new


def next_title(first: nodes.Element, node: nodes.Element, number: int) -> list[nodes.title]:
    """The title of the next slide: its own, or that of the first again, numbered if asked."""
    if node.children:
        return [node[0]]
    if not first.children or not isinstance(first[0], nodes.title):
        return []
    title = first[0].deepcopy()
    title["ids"] = []
    if "increment" in node:
        title += nodes.Text(f" ({number})")
    return [title]


class ForgetSplits(SphinxTransform):
    """The notes that splitting leaves on its sections point across the tree: not to be stored."""

    default_priority = 552

    def apply(self, **_kwargs: object) -> None:
        for node in self.document.findall(nodes.Element):
            node.attributes.pop("split from", None)
            node.attributes.pop("split number", None)


def note_read_for(env: BuildEnvironment, for_slides: bool) -> None:
    """Remembers that this document reads otherwise for slides than for pages."""
    env.metadata[env.docname][READ_FOR] = "slides" if for_slides else "pages"


def read_again(app: Sphinx, env: BuildEnvironment, *_documents: object) -> list[str]:
    """The documents that were last read for the other kind of builder, in a shared folder.

    hieroglyph had them read again on every build, to the same end.
    """
    kind = "slides" if links.building_slides(app.builder) else "pages"
    return [name for name, about in env.metadata.items() if about.get(READ_FOR, kind) != kind]


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
    if links.building_slides(app.builder):
        return
    for node in list(doctree.findall(hieroglyph.slide)):
        kept = node.get("inline-contents", False)
        # hieroglyph always took off the first child, also where there was no title.
        content = [child for child in node.children if not isinstance(child, nodes.title)]
        anchor = [nodes.target("", "", ids=node["ids"])] if node["ids"] else []
        node.parent.replace(node, anchor + (content if kept else []))


def choose_transforms(app: Sphinx) -> None:
    """Registers the transforms once it is known for which kind of builder they work."""
    for_slides = links.building_slides(app.builder)
    for transform in (Conditions, SplitSlides):
        app.add_transform(type(transform.__name__, (transform,), {"for_slides": for_slides}))
    app.add_transform(ForgetSplits)


def skip(_translator: nodes.NodeVisitor, _node: nodes.Node) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    formats = ("html", "latex", "text", "man", "texinfo")
    silent = {name: (skip, None) for name in formats}
    # `override`: one process may build many times, and docutils' tables outlive each build.
    app.add_node(hieroglyph.if_slides, override=True)
    app.add_node(hieroglyph.nextslide, override=True)
    app.add_node(hieroglyph.slide, override=True)
    app.add_node(slideconf, override=True, **silent)
    for name in ("ifslides", "ifnotslides", "slides", "notslides"):
        app.add_directive(name, IfSlides, override=True)
    app.add_directive("slideconf", SlideConf, override=True)
    app.add_directive("slide", Slide, override=True)
    app.add_directive("nextslide", NextSlide, override=True)
    app.connect("builder-inited", choose_transforms)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-read", note_document)
    app.connect("doctree-resolved", drop_slides)
