"""What stands in a `.. note::` and is not said: `do`, `asked` and `step`.

    .. note::

       Who of you uses Redis?

       .. do:: Wait for hands.

       .. step::

       Most of you.

       .. asked:: And ZeroMQ?

          It has no broker.

    Sources: unix(7).

`do` is a stage direction: the speaker sees it, a reader does not. `asked` is a question that is
likely to come, with its answer: a reader sees it, too. `step` says where the next key is pressed.
A paragraph that begins with "Sources:" is not said either. What remains is said.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, is_directive_registered

logger = logging.getLogger(__name__)

DO, ASKED, STEP = "do", "asked", "step"
SOURCES = "Sources:"


class Apart(SphinxDirective):
    """A container of the directive's name: what other builders do with it reads well, too."""

    def container(self, *children: nodes.Node) -> list[nodes.Node]:
        node = nodes.container("", *children, classes=[self.name])
        self.set_source_info(node)
        return [node]

    def paragraph(self, text: str, wrap: type[nodes.TextElement] | None = None) -> list[nodes.Node]:
        inline, messages = self.parse_inline(text)
        inside = [wrap("", "", *inline)] if wrap else inline
        return [*([nodes.paragraph("", "", *inside)] if text else []), *messages]


class Do(Apart):
    """`.. do:: Wait for hands.` -- what the speaker does."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        text = self.arguments[0] if self.arguments else ""
        if not text and not self.content:
            raise self.error("a `do` that says nothing: write what the speaker does")
        return self.container(*self.paragraph(text), *self.parse_content_to_nodes())


class Asked(Apart):
    """`.. asked:: And ZeroMQ?` with the answer indented below it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        if not self.content:
            raise self.error("a question without its answer: indent it below the question")
        question = self.paragraph(self.arguments[0], nodes.strong)
        return self.container(*question, *self.parse_content_to_nodes())


class Step(Apart):
    """`.. step::` -- here the next key is pressed, and what follows belongs to what it shows."""

    def run(self) -> list[nodes.Node]:
        return self.container(nodes.paragraph("", "\N{BLACK RIGHT-POINTING TRIANGLE}"))


def is_kind(node: nodes.Node, *kinds: str) -> bool:
    """Whether a node is of these kinds of what is not said."""
    return isinstance(node, nodes.container) and bool({*kinds} & {*node["classes"]})


def is_sources(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and node.astext().startswith(SOURCES)


def said(note: nodes.Node) -> Iterator[str]:
    """The text of a note, piece by piece, without what is not said."""
    for child in note.children:
        if not is_kind(child, DO, ASKED, STEP) and not is_sources(child):
            if isinstance(child, nodes.Text | nodes.TextElement):
                yield child.astext()
            else:
                yield from said(child)


def drop_directions(note: nodes.Element) -> None:
    """Takes what only the speaker needs out of a note."""
    for node in list(note.findall(nodes.container)):
        if is_kind(node, DO, STEP):
            node.parent.remove(node)


def check_places(app: Sphinx, doctree: nodes.document) -> None:
    """Warns of what stands outside of a note, where everybody would see it."""
    for node in list(doctree.findall(nodes.container)):
        if is_kind(node, DO, ASKED, STEP) and not any(
            isinstance(around, nodes.note) for around in ancestors(node)
        ):
            name = next(kind for kind in (DO, ASKED, STEP) if is_kind(node, kind))
            logger.warning("`%s` stands only in a note", name, location=node)
            node.parent.remove(node)


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while node := node.parent:
        yield node


def add_step(app: Sphinx, _config: Config) -> None:
    """sphinx-design has a directive of this name, too; a deck that uses it keeps that one."""
    if not is_directive_registered(STEP):
        app.add_directive(STEP, Step)


def setup(app: Sphinx) -> None:
    app.add_directive("do", Do, override=True)
    app.add_directive("asked", Asked, override=True)
    app.connect("config-inited", add_step)
    app.connect("doctree-read", check_places)
