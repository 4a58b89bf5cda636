"""What can be known of a slide without a browser: code, lists and pictures that can't fit.

Warnings of the kind `deck.fit`, which `suppress_warnings` in conf.py switches off; what they can
not know, `deck check` sees.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.images import get_image_size

from deck.slides.tree import is_unseen

logger = logging.getLogger(__name__)

_REMOTE = re.compile(
    r"""<(iframe|script|img|video|embed)\b[^>]*\bsrc\s*=\s*["'](https?://[^"']+)"""
)
# A slide is 1920 by 1080; below a title and its gap about 930 are left (theme/styles/colours.css).
ROOM = 930
CODE_LINES, CODE_COLUMNS = 21, 86  # of 42 units, and 20 a column
LINE = 62  # of text
ITEM = 18  # between the items of a list
TEXT_COLUMNS = 85


def check(slide: nodes.Element, source: Path) -> None:
    """Warns, at its place, of each thing on a slide that will be cut off or must be scrolled."""
    for raw in slide.findall(nodes.raw):
        check_remote(raw)
    if "smaller" in slide["classes"]:
        return
    seen = [node for node in slide.children if not is_unseen(node)]
    for node in seen:
        if isinstance(node, nodes.literal_block):
            check_code(node)
        for image in node.findall(nodes.image):
            check_picture(image, source)
    if (high := sum(map(height, seen))) > ROOM:
        warn(
            slide,
            "this slide has text for %d slides: split it with `nextslide`, or say less",
            high // ROOM + 1,
        )


def check_remote(raw: nodes.raw) -> None:
    """Frames, scripts and pictures of another host: without a network they are empty."""
    for tag, address in _REMOTE.findall(raw.astext()):
        logger.warning(
            "<%s> from %s: `deck present` does not load it, and without a network nobody does; link"
            ' to it, or say suppress_warnings = ["deck.remote"] in conf.py',
            tag,
            address,
            location=raw,
            type="deck",
            subtype="remote",
        )


def check_code(code: nodes.literal_block) -> None:
    """Lines and columns that a slide has no room for."""
    lines = code.astext().splitlines()
    if len(lines) > CODE_LINES:
        warn(code, "%d lines of code, and a slide shows %d: it scrolls", len(lines), CODE_LINES)
    if (wide := max(map(len, lines), default=0)) > CODE_COLUMNS:
        warn(code, "code of %d columns, and a slide shows %d: it scrolls", wide, CODE_COLUMNS)


def check_picture(image: nodes.image, source: Path) -> None:
    """A width in pixels that is more than the picture has, so that it gets blurred."""
    if image["uri"].endswith((".svg", ".svgz")):
        return  # lines stay sharp at any size
    wanted = image.get("width", "").removesuffix("px")
    size = get_image_size(source / image["uri"]) if wanted.isdigit() else None
    if size and int(wanted) > 2 * size[0]:
        said = "%s is %d wide and shown %s wide: it looks blurred"
        warn(image, said, image["uri"], size[0], wanted)


def height(node: nodes.Node) -> int:
    """About how much room text takes at least; nothing for what scrolls or shrinks."""
    if isinstance(node, nodes.bullet_list | nodes.enumerated_list):
        return sum(ITEM + sum(map(height, item.children)) for item in node)
    if isinstance(node, nodes.paragraph):
        return LINE * (1 + len(node.astext()) // TEXT_COLUMNS)
    return 0


def warn(node: nodes.Element, message: str, *values: object) -> None:
    logger.warning(message, *values, location=node, type="deck", subtype="fit")
