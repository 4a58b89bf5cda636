"""The order of a page's scripts: what authors bring before the slides, reveal.js and ours after."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sphinx import package_dir
from sphinx.jinja2glue import BuiltinTemplateLoader

from deck.slides import revealjs

# Sphinx's own, which scripts of extensions ask for the page's settings; from its theme for pages.
OPTIONS = "documentation_options.js"
_OPTIONS_TEMPLATE = Path(package_dir) / "themes" / "basic" / "static" / f"{OPTIONS}.jinja"
STRANGERS = "messages.js"  # keeps them out
_SCRIPT = re.compile(r"<script\b[^>]*>", re.IGNORECASE)
_ADDRESS = re.compile(r"""\bsrc\s*=\s*["']([^"'?]*)""")
_DATA = 'type="application/json"'
LATE = (*(f"revealjs/{name}" for name in revealjs.SCRIPTS), "deck.js")


class Scripts(NamedTuple):
    """A page's scripts: in its head, and at its end."""

    early: list[Any]
    late: list[Any]


def is_ours(file: Any) -> bool:
    """Whether a page's script is one that each deck has."""
    return str(file.filename).removeprefix("_static/") in (STRANGERS, OPTIONS, *LATE)


def only_ours(page: str) -> bool:
    """Whether a page has no script but those of each deck, which know of slides that change."""
    known = (STRANGERS, OPTIONS, *LATE)
    addresses = (_ADDRESS.search(tag) for tag in _SCRIPT.findall(page) if _DATA not in tag)
    return all(found and found[1].removeprefix("_static/") in known for found in addresses)


def divide(files: Iterable[Any]) -> Scripts:
    """In their order of priority; an own script that a deck names itself stays where it was."""
    ordered = sorted(files, key=lambda file: file.priority)
    ours = {f"_static/{name}" for name in LATE}
    late = [file for file in ordered if str(file.filename) in ours]
    return Scripts([file for file in ordered if file not in late], late)


def copy_options(static: Path, context: dict[str, Any], templates: BuiltinTemplateLoader) -> None:
    """Writes Sphinx's script with the page's settings, without the options of its theme."""
    known = {"theme_navigation_with_keys": False, "theme_enable_search_shortcuts": False}
    static.mkdir(parents=True, exist_ok=True)
    script = templates.render_string(_OPTIONS_TEMPLATE.read_text("utf-8"), context | known)
    (static / OPTIONS).write_text(script, "utf-8")
