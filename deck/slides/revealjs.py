"""reveal.js's own files, taken from the sphinx-revealjs package when a deck is built."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

from deck.slides import fonts

PACKAGE = "sphinx_revealjs"
STYLES = ("dist/reset.css", "dist/reveal.css")
SCRIPTS = ("dist/reveal.js", "plugin/zoom/zoom.js")
_FONT = "dist/theme/fonts/source-sans-pro"
# deck.css names the faces that it wants; a browser loads those, and only once they are needed.
FONTS = (
    f"{_FONT}/source-sans-pro-regular.woff",
    f"{_FONT}/source-sans-pro-italic.woff",
    f"{_FONT}/source-sans-pro-semibold.woff",
    f"{_FONT}/LICENSE",
)


def source() -> Path:
    """The folder of reveal.js inside the installed package."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "_static" / "revealjs" if spec and spec.origin else None
    if not folder or not folder.is_dir():
        raise ExtensionError("reveal.js is missing: pip install sphinx-revealjs brings it")
    return folder


def copy(static: Path, names: tuple[str, ...] = STYLES + SCRIPTS + FONTS) -> None:
    """Copies what a deck needs of reveal.js to *static*/revealjs."""
    origin = source()
    for name in names:
        target = static / "revealjs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin / name, target)
        if target.suffix == ".woff":
            fonts.write_web_font(origin / name, target.with_suffix(".woff2"))
