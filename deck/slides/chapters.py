"""Which chapters the talk has: one line of a table of contents, and a chapter is left out.

    .. toctree::

       pipes
       # udp

A line that begins with `#` counts as taken away. What no table of contents names is not read at
all, when `conf.py` says `exclude_patterns = chapters.left_out(...)`: nothing complains of it, its
minutes don't count, and a link that leads there becomes its own words.
"""

import posixpath
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.directives.other import TocTree
from sphinx.environment import BuildEnvironment

_CONTENTS = re.compile(r"^\.\. toctree::.*\n((?:[ \t]+\S.*\n?|[ \t]*\n)*)", re.MULTILINE)
_LABEL = re.compile(r"^\.\. _`?([^`\n]+?)`?:", re.MULTILINE)


def documents(source: Path, first: str = "index") -> list[str]:
    """The documents of the talk in *source*, in order: the first, and what its tables name."""
    found: list[str] = []
    waiting = [first]
    while waiting:
        name = waiting.pop(0)
        path = source / f"{name}.rst"
        if name not in found and path.exists():
            found.append(name)
            waiting = [*_named(path.read_text(encoding="utf-8"), name), *waiting]
    return found


def _named(text: str, document: str) -> list[str]:
    lines = [line.strip() for block in _CONTENTS.findall(text) for line in block.splitlines()]
    names = [re.sub(r".*<(.+)>$", r"\1", line) for line in lines if line and line[0] not in ":#"]
    folder = posixpath.dirname(document)
    return [posixpath.normpath(posixpath.join(folder, name)) for name in names]


def left_out(source: Path) -> list[str]:
    """The files in *source* that no table of contents names, as `exclude_patterns` wants them."""
    every = {path.relative_to(source).as_posix() for path in source.rglob("*.rst")}
    return sorted(every - {f"{name}.rst" for name in documents(source)})


class Contents(TocTree):
    """Sphinx's `toctree`, without the lines that begin with `#`."""

    def run(self) -> list[nodes.Node]:
        lines = [
            (text, *place)
            for text, place in zip(self.content, self.content.items, strict=True)
            if not text.lstrip().startswith("#")
        ]
        self.content = StringList(
            [text for text, *_ in lines], items=[(file, line) for _, file, line in lines]
        )
        return super().run()


@cache
def _labels(source: Path, files: tuple[str, ...]) -> set[str]:
    texts = [(source / file).read_text(encoding="utf-8") for file in files]
    return {label.lower() for text in texts for label in _LABEL.findall(text)}


def unlink(
    app: Sphinx, _env: BuildEnvironment, node: pending_xref, words: nodes.TextElement
) -> nodes.TextElement | None:
    """A link into a chapter that was left out becomes its words."""
    files = tuple(left_out(Path(app.srcdir)))
    folder = posixpath.dirname(node.get("refdoc", ""))
    target = node["reftarget"]
    if node["reftype"] == "doc":
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return words if f"{posixpath.normpath(path)}.rst" in files else None
    if node["reftype"] in ("ref", "numref"):
        return words if target.lower() in _labels(Path(app.srcdir), files) else None
    return None


def setup(app: Sphinx) -> None:
    app.add_directive("toctree", Contents, override=True)
    app.connect("missing-reference", unlink)
