"""reveal.js's own files, taken from the sphinx-revealjs package when a deck is built."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from sphinx.errors import ExtensionError

from deck.slides import fonts

PACKAGE = "sphinx_revealjs"
STYLES = ("dist/reset.css", "dist/reveal.css")
SCRIPTS = ("dist/reveal.js", "plugin/zoom/zoom.js")
# What the page's script loads when it is asked for, by the name that it has there.
LATER = {"notes": "plugin/notes/notes.js"}
_FONT = "dist/theme/fonts/source-sans-pro"
# deck.css names the faces that it wants; a browser loads those, and only once they are needed.
FONTS = (
    f"{_FONT}/source-sans-pro-regular.woff",
    f"{_FONT}/source-sans-pro-italic.woff",
    f"{_FONT}/source-sans-pro-semibold.woff",
    f"{_FONT}/LICENSE",
)

# The speaker view writes what it is sent into its page. From files (file://) it takes that from
# any window; ours takes it, everywhere, only from the window that opened it and from its slides.
_TRUSTING = "window.location.origin !== event.origin && window.location.origin !== 'file://'"
_KNOWN = "[ window.opener, ...Array.from( window.frames ) ].includes( event.source )"
_WARY = f"!{_KNOWN} || ( {_TRUSTING} )"
# What is not said looks different there: see deck/slides/notes.py.
_END_OF_STYLE = "</style>"
_APART = (
    ".do { margin: 0.4em 0; padding: 0.1em 0.6em; background: #fde9c8; font-style: italic; }"
    " .asked { margin: 0.6em 0; padding-left: 0.6em; border-left: 4px solid #8aa; color: #555; }"
    " .step { color: #b35900; line-height: 1; }"
    " .do p, .asked p, .step p { margin: 0.2em 0; }"
)


def source() -> Path:
    """The folder of reveal.js inside the installed package."""
    spec = find_spec(PACKAGE)
    folder = Path(spec.origin).parent / "_static" / "revealjs" if spec and spec.origin else None
    if not folder or not folder.is_dir():
        raise ExtensionError("reveal.js is missing: pip install sphinx-revealjs brings it")
    return folder


def copy(
    static: Path, names: tuple[str, ...] = STYLES + SCRIPTS + tuple(LATER.values()) + FONTS
) -> None:
    """Copies what a deck needs of reveal.js to *static*/revealjs."""
    origin = source()
    for name in names:
        target = static / "revealjs" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == "plugin/notes/notes.js":
            target.write_text(wary((origin / name).read_text("utf-8")), "utf-8")
        else:
            shutil.copyfile(origin / name, target)
        if target.suffix == ".woff":
            fonts.write_web_font(origin / name, target.with_suffix(".woff2"))


def wary(notes: str) -> str:
    """The notes plugin with its speaker view listening to nobody but the deck and its slides, and
    telling apart what is said and what is not."""
    if (notes.count(_TRUSTING), notes.count(_END_OF_STYLE)) != (1, 1):
        raise ExtensionError(
            "This reveal.js has a speaker view that"
            " deck/slides/revealjs.py does not know: read its"
            " plugin/notes/speaker-view.html, and adapt _TRUSTING and _END_OF_STYLE there."
        )
    return notes.replace(_TRUSTING, _WARY).replace(_END_OF_STYLE, _APART + _END_OF_STYLE)
