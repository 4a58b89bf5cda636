"""What all directives of the deck share: their errors, and the files that they are made from.

What can't be resolved (an example, a function, a marker, a recording, an annotated term) is a
warning with file and line, so that `sphinx-build -W` fails.
"""

import os
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from deck.directives import html, output, rebuild, snippets, svg
from deck.programs import catalogue, recording

logger = logging.getLogger(__name__)


class Broken(Exception):
    """A directive can't do what it says; `line` is where the document says it."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class DeckDirective(SphinxDirective):
    """A directive whose errors are warnings at its own place, and visible on the slide."""

    def run(self) -> list[nodes.Node]:
        try:
            return self.build()
        except (
            Broken,
            catalogue.CatalogueError,
            snippets.SnippetError,
            svg.DrawingError,
            output.LanesError,
            recording.RecordingError,
        ) as error:
            return [self._broken(str(error), getattr(error, "line", None))]

    def build(self) -> list[nodes.Node]:
        raise NotImplementedError

    def _broken(self, message: str, line: int | None) -> nodes.Node:
        source, own_line = self.get_source_info()
        logger.warning("%s: %s", self.name, message, location=f"{source}:{line or own_line}")
        # Without -W the deck still builds: the place on the slide says what is missing.
        return nodes.paragraph("", f"{self.name}: {message}", classes=["broken"])

    @property
    def root(self) -> Path:
        """The folder that holds `examples/` and the static files."""
        return Path(self.config.deck_root).resolve()

    def program(self, id: str) -> catalogue.Trick:
        """The trick or measurement of this id. One that can't be read now is read when mended."""
        self.depend_on(catalogue.path_of(id, self.root))
        return catalogue.find(id, self.root)

    def depend_on(self, path: Path) -> str:
        """Read this document again when the file changes; say so before anything can fail.

        Returns the path to name in errors.
        """
        rebuild.depend_on(self.env, path)
        return os.path.relpath(path, self.root)


def _set_root(app: Sphinx, config: Config) -> None:
    config.deck_root = config.deck_root or str(app.confdir)


def setup(app: Sphinx) -> None:
    html.setup(app)
    rebuild.setup(app)
    app.add_config_value("deck_root", "", "env", types=(str,))
    app.connect("config-inited", _set_root)
