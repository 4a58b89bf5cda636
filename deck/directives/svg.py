"""SVG drawings, made ready to stand inside a page of the deck.

Inlined, a drawing follows the theme's colours, and its parts can be steps of the slide.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from deck.directives import choreography

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")


class DrawingError(Exception):
    """The drawing can't be used; the message names file and remedy."""


@dataclass(frozen=True)
class Drawing:
    """The markup to inline, and the words that stand for it where it can't be seen."""

    svg: str
    title: str
    description: str
    says: tuple[str, ...] = ()  # a sentence for each step


def read(path: Path, prefix: str, alt: str = "", shown_as: str = "") -> Drawing:
    """The drawing at path with its steps (choreography.py), its ids made unique by the prefix.

    `alt` replaces its description.
    """
    name = shown_as or str(path)
    try:
        root = ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError as error:
        raise DrawingError(f"{name}:{error.position[0]}: no well-formed SVG; {error}") from error
    if root.tag != f"{{{SVG}}}svg" or "viewBox" not in root.attrib:
        raise DrawingError(f"{name}:1: no <svg> with a viewBox; give it one")
    _refuse_what_reaches_out(root, name)
    title, desc = _words(root, alt, name)
    try:
        dance = choreography.read(
            path.with_suffix(".toml"),
            choreography.parts_of(root),
            str(Path(name).with_suffix(".toml")),
        )
    except choreography.ChoreographyError as error:
        raise DrawingError(str(error)) from error
    _prefix_ids(root, prefix)
    if dance:
        choreography.apply(root, dance, prefix)
        desc.text = f"{desc.text} {dance.said}"
    title.set("id", f"{prefix}-title")
    desc.set("id", f"{prefix}-desc")
    for size in ("width", "height"):
        root.attrib.pop(size, None)  # the slide decides
    root.set("style", _narrowed(root, name))
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    says = tuple(step.says for step in dance.steps) if dance else ()
    return Drawing(_serialised(root), title.text or "", desc.text or "", says)


def _narrowed(root: ElementTree.Element, name: str) -> str:
    """For drawing.css: the whole drawing's left edge and width, and those of what a phone shows."""
    box = root.attrib["viewBox"]
    try:
        left, _, wide, _ = map(float, box.replace(",", " ").split())
    except ValueError:
        raise DrawingError(f"{name}:1: viewBox={box!r}; it is four numbers") from None
    narrow = root.attrib.pop("data-narrow", f"{left:g} {wide:g}").split()
    try:
        start, width = map(float, narrow)
    except ValueError:
        start, width = left, 0.0
    if not (width > 0 and left <= start and start + width <= left + wide):
        raise DrawingError(
            f"{name}:1: data-narrow={' '.join(narrow)!r}; it is the left edge and the width of what"
            f" a phone shows, within {left:g} and {left + wide:g}"
        )
    sizes = {"left": left, "wide": wide, "narrow-left": start, "narrow-wide": width}
    return ";".join(f"--{key}:{value:g}" for key, value in sizes.items())


def _words(root: ElementTree.Element, alt: str, name: str) -> list[ElementTree.Element]:
    if alt:
        _describe(root, alt)
    words = []
    for tag in ("title", "desc"):
        word = root.find(f"{{{SVG}}}{tag}")
        if word is None or not (word.text or "").strip():
            raise DrawingError(
                f"{name}:1: no <{tag}>; say it in words for those who do not see the drawing"
            )
        word.text = " ".join((word.text or "").split())
        words.append(word)
    return words


def _describe(root: ElementTree.Element, alt: str) -> None:
    described = root.find(f"{{{SVG}}}desc")
    if described is None:
        described = ElementTree.Element(f"{{{SVG}}}desc")
        root.insert(1, described)
    described.text = alt


def _refuse_what_reaches_out(root: ElementTree.Element, name: str) -> None:
    """A drawing is a picture: it runs nothing and asks no other host for anything."""
    for element in root.iter():
        if element.tag in (f"{{{SVG}}}script", f"{{{SVG}}}foreignObject"):
            raise DrawingError(
                f"{name}:1: <{element.tag.rpartition('}')[2]}>; a drawing only draws"
            )
        for key, value in element.attrib.items():
            outward = key in ("href", f"{{{XLINK}}}href") and not value.startswith("#")
            if outward or key.startswith("on") or re.search(r"url\(\s*['\"]?[^#'\"\s]", value):
                raise DrawingError(f"{name}:1: {key}={value!r}; refer to parts of the drawing only")


def _prefix_ids(root: ElementTree.Element, prefix: str) -> None:
    def new(match: re.Match[str]) -> str:
        return f"url(#{prefix}-{match[1]})"

    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                element.set(key, f"{prefix}-{value}")
            elif key in ("href", f"{{{XLINK}}}href"):
                element.set(key, f"#{prefix}-{value[1:]}")
            else:
                element.set(key, _REFERENCE.sub(new, value))


def _serialised(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="unicode")
