"""What a document's tree says of slides: where they begin, and what takes no place on one."""

from collections.abc import Iterator
from typing import TypedDict

from docutils import nodes
from hieroglyph import directives as hieroglyph
from sphinx import addnodes
from sphinx.config import Config

from deck.slides.minutes import minutes
from deck.slides.vocabulary import slideconf

# What takes no place on a slide: it goes with the slide before it, and never makes one.
UNSEEN = (
    nodes.Invisible,
    nodes.meta,
    nodes.note,
    slideconf,
    addnodes.highlightlang,
    addnodes.index,
    addnodes.tabular_col_spec,
)


class Settings(TypedDict):
    """What a document can say of its own slides."""

    theme: str
    autoslides: bool
    slide_classes: list[str]


def elements_of(node: nodes.Node) -> list[nodes.Element]:
    """A node's children without those that are text."""
    return [child for child in node.children if isinstance(child, nodes.Element)]


def files(tree: nodes.Element) -> list[nodes.Element]:
    """The documents that are joined in *tree*: itself, then those it takes in by toctree."""
    return [tree, *tree.findall(addnodes.start_of_file)]


def within_file(file: nodes.Node) -> Iterator[nodes.Node]:
    """All nodes of *file*, without those of the files that it takes in."""
    for child in file.children:
        if not isinstance(child, addnodes.start_of_file):
            yield child
            yield from within_file(child)


def settings_of(file: nodes.Element, config: Config) -> Settings:
    """What `slideconf` says for this file, or else `conf.py`."""
    own = next((node for node in within_file(file) if isinstance(node, slideconf)), slideconf())
    return Settings(
        theme=own.get("theme", config.slide_theme),
        autoslides=own.get("autoslides", config.autoslides),
        slide_classes=own.get("slide_classes", []),
    )


def level_of(node: nodes.Element, default: int) -> int:
    """A slide's level: as given (`:level:`, or `slide-level-2` beside include-as-slide)."""
    for name in node["classes"]:
        if name.startswith("slide-level-") and name[12:].isdigit():
            default = int(name[12:])
    return max(node.get("level", default), 1)


def explicit_slides(node: nodes.Element) -> list[nodes.Node]:
    """Without autoslides: what is marked as a slide, and files, with settings of their own."""
    found: list[nodes.Node] = []
    for child in node.children:
        if is_explicit(child):
            found.append(child)
        elif isinstance(child, nodes.Element):
            found += explicit_slides(child)
    return found


def is_explicit(node: nodes.Node) -> bool:
    if isinstance(node, nodes.section):
        return "include-as-slide" in node["classes"]
    return isinstance(node, hieroglyph.slide | addnodes.start_of_file | minutes)


def is_unseen(node: nodes.Node) -> bool:
    return isinstance(node, UNSEEN) or (
        isinstance(node, nodes.raw) and "html" not in node.get("format", "").split()
    )


def is_empty_toctree(node: nodes.Node) -> bool:
    return isinstance(node, nodes.compound) and not node.children


def take_out_files(node: nodes.Node) -> list[addnodes.start_of_file]:
    """Takes the files that *node* includes, however deep, out of it."""
    found = list(node.findall(addnodes.start_of_file))
    nested = {inner for file in found for inner in file.findall(addnodes.start_of_file)} - {*found}
    outermost = [file for file in found if file not in nested]
    for file in outermost:
        if file.parent:
            file.parent.remove(file)
    return outermost


def title_text(node: nodes.Element) -> str:
    has_title = node.children and isinstance(node[0], nodes.title)
    return node[0].astext() if has_title else ""
