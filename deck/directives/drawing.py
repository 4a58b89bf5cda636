"""The directive `diagram`: a drawing from the static folder.

.. diagram:: figures/pipeline.svg
"""

import os
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from deck.directives import html, svg
from deck.directives.base import Broken, DeckDirective


class DiagramDirective(DeckDirective):
    """An SVG drawing from the static folder, inlined."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012

    def build(self) -> list[nodes.Node]:
        path = self._path()
        shown_as = self.depend_on(path)
        self.depend_on(path.with_suffix(".toml"))
        serial = self.env.new_serialno("diagram")
        anchor = f"diagram-{nodes.make_id(self.env.docname)}-{serial}"
        drawing = svg.read(path, anchor, self.options.get("alt", ""), shown_as)
        node = html.diagram(
            svg=drawing.svg,
            anchor=anchor,
            says=drawing.says,
            description=f"{drawing.title}: {drawing.description}",
        )
        self.set_source_info(node)
        return [node]

    def _path(self) -> Path:
        folders = self.config.html_static_path or ["_static"]
        paths = [Path(self.root, folder, self.arguments[0]) for folder in folders]
        for path in paths:
            if path.is_file():
                return path
        raise Broken(
            f"{os.path.relpath(paths[0], self.root)}: no such drawing; draw it, or mend the name"
        )


def setup(app: Sphinx) -> None:
    app.add_directive("diagram", DiagramDirective)
