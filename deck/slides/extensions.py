"""What some extensions have to be told before they work on slides."""

from sphinx.application import Sphinx
from sphinx.config import Config

from deck.slides.builder import BUILDERS


def admit_slides(_app: Sphinx, config: Config) -> None:
    """sphinx-tabs writes plain text for builders that it does not know by name."""
    if "sphinx_tabs_valid_builders" in config:
        known = config.sphinx_tabs_valid_builders
        config.sphinx_tabs_valid_builders = [*known, *(builder.name for builder in BUILDERS)]


def setup(app: Sphinx) -> None:
    app.connect("config-inited", admit_slides)
