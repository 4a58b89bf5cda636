"""The page's style sheet and script: written in parts by purpose, served as one file each.

The parts lie in theme/styles/ and theme/scripts/. A phone on a slow line asks for two files in
place of thirty; a deck opened from a file needs no server, no module loader and no bundler.
"""

from collections.abc import Iterable
from pathlib import Path

from rjsmin import jsmin

from deck.slides import selectors

THEME = Path(__file__).parent / "theme"
# In the order of the cascade: what comes later wins.
STYLES = (
    "colours", "slide", "kinds", "trick", "screen", "variants", "controls", "code", "drawing",
    "chart", "following", "documents", "pictures", "extensions", "speaker",
    "paper", "phone", "noscript",
)  # fmt: skip
# In the order in which they run; `start` comes last.
SCRIPTS = (
    "page", "look", "size", "place", "parts", "quiet", "shelf", "ahead", "lean", "told", "sources",
    "panel", "output", "copy", "room", "explanations", "trick", "variants", "chart", "swap",
    "stage", "linux", "recording", "dialog", "contents", "dock", "invitation", "renew", "speaker",
    "following", "speaker_view", "bar", "keys", "start",
)  # fmt: skip


def style_sheet() -> str:
    """deck.css."""
    return selectors.unfold("\n".join(_read("styles", f"{name}.css") for name in STYLES))


def script() -> str:
    """deck.js: the parts in one function, so that they share names with nobody else, and without
    comments.
    """
    parts = "\n".join(_read("scripts", f"{name}.js") for name in SCRIPTS)
    packed: str = jsmin(f'"use strict";\n(() => {{\n{parts}}})();\n')
    return packed + "\n"


def write(static: Path) -> None:
    """Writes deck.css and deck.js into a build's folder of static files."""
    write_style_sheet(static)
    (static / "deck.js").write_text(script(), "utf-8")


def write_style_sheet(static: Path) -> None:
    static.mkdir(parents=True, exist_ok=True)
    (static / "deck.css").write_text(style_sheet(), "utf-8")


def stamp(paths: Iterable[Path]) -> list[tuple[str, int, int]]:
    """What tells whether files, and those in folders, are still the same: name, size and time."""
    found = []
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        found += [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return found


def _read(folder: str, name: str) -> str:
    return (THEME / folder / name).read_text("utf-8")
