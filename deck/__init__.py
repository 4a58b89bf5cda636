"""The deck: a Sphinx extension that makes slides, and the programs they show run and checked.

Only `setup` may import Sphinx: the lower storey (`programs`, `measuring`) works on a bare Python.
Nothing is imported here for all: each start of a run would wait for it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing costs more than all the rest
    from typing import Any

    from sphinx.application import Sphinx

# The versions of Sphinx with which the tests of the builders pass: the first and the last.
SPHINX = ("8.1", "9.2")

EXTENSIONS = (
    "slides.builder",
    "slides.chapters",
    "slides.minutes",
    "slides.notes",
    "slides.sentences",
    "slides.extensions",
    "directives.base",
    "directives.trick",
    "directives.drawing",
    "directives.quiz",
    "directives.followers",
    "directives.measured",
    "directives.tables",
    "handout.builder",
    "page_kernel.extension",
)


def setup(app: Sphinx) -> dict[str, Any]:
    """What `extensions = ["deck"]` calls."""
    import importlib

    import sphinx
    from sphinx.errors import ExtensionError

    if sphinx.version_info[:2] < tuple(map(int, SPHINX[0].split("."))):
        raise ExtensionError(
            f"deck works with Sphinx {SPHINX[0]} to {SPHINX[1]}, and this is Sphinx"
            f" {sphinx.__version__}: python3 -m pip install 'sphinx-stage[slides]' brings one"
        )
    try:
        modules = [importlib.import_module(f"deck.{name}") for name in EXTENSIONS]
    except ModuleNotFoundError as error:
        raise ExtensionError(
            f"deck's slides need {error.name}: python3 -m pip install 'sphinx-stage[slides]'"
        ) from error
    for module in modules:
        module.setup(app)
    return {
        "version": "2.0",
        "env_version": own_digest(),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def own_digest() -> int:
    """Tells Sphinx when what it has read was read by another deck: it reads all of it anew."""
    import zlib
    from pathlib import Path

    files = sorted(Path(__file__).parent.rglob("*.py"))
    return zlib.crc32(b"".join(path.read_bytes() for path in files))
