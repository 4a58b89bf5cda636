"""What becomes of `ifslides` and `nextslide` while documents are read, for each kind of builder."""

from docutils import nodes
from hieroglyph import directives as hieroglyph
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from deck.slides import links

logger = logging.getLogger(__name__)

# What is remembered of a document, in `env.metadata`: Sphinx merges and forgets it for us.
READ_FOR = "slides read for"


class Conditions(SphinxTransform):
    """Keeps what is meant for this builder, forgets the rest."""

    default_priority = 550
    for_slides: bool
    for_translators: bool

    def apply(self, **_kwargs: object) -> None:
        for node in list(self.document.findall(hieroglyph.if_slides)):
            note_read_for(self.env, self.for_slides)
            wanted = node["ifslides"] == self.for_slides or self.for_translators
            kept = node.children if wanted else []
            node.parent.replace(node, kept)


class SplitSlides(SphinxTransform):
    """Cuts a section at each `nextslide`; other builders leave it whole."""

    default_priority = 551  # after Conditions, so that every nextslide stands in its section
    for_slides: bool
    for_translators: bool

    def apply(self, **_kwargs: object) -> None:
        for node in list(self.document.findall(hieroglyph.nextslide)):
            note_read_for(self.env, self.for_slides)
            if self.for_slides:
                self._split(node)
            elif not self.for_translators:
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


def next_title(first: nodes.Element, node: nodes.Element, number: int) -> list[nodes.Node]:
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


def last_read_otherwise(env: BuildEnvironment, key: str, kind: str) -> list[str]:
    """The documents of which `env.metadata` remembers, by this key, another kind than this one."""
    return [name for name, about in env.metadata.items() if about.get(key, kind) != kind]


def for_translators(app: Sphinx) -> bool:
    """Whether the texts are only collected: those of slides and those of pages, all of them."""
    return app.builder.name == "gettext"


def choose_transforms(app: Sphinx) -> None:
    """Registers the transforms once it is known for which kind of builder they work."""
    purpose = {
        "for_slides": links.building_slides(app.builder),
        "for_translators": for_translators(app),
    }
    for transform in (Conditions, SplitSlides):
        app.add_transform(type(transform.__name__, (transform,), purpose))
    app.add_transform(ForgetSplits)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", choose_transforms)
