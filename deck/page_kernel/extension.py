"""Gives a deck of slides the Linux that was made for it, and tells the page which tricks it runs.

Without one (`make page-kernel` makes it) the deck is as it is: its buttons replay.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from deck.programs import catalogue, page_kernel, variants

STATIC = Path(__file__).parent / "static"
TARGET = "page-kernel"  # below _static
LAZY = ("runs.js", "parts.js", "machine.js", "cable.js", "workbench.js", "editor.js")
EMULATOR = page_kernel.RUN.with_name("emulator.mjs")


def made(config: Config) -> dict[str, Any] | None:
    """The manifest of the Linux that this deck gets, or None."""
    if not config.page_kernel:
        return None
    return page_kernel.manifest(Path(config.deck_root, config.page_kernel))


def about(config: Config) -> dict[str, Any] | None:
    """What a page says of it, and needs to fetch it."""
    manifest = made(config)
    if not manifest:
        return None
    return {
        "release": manifest["version"],
        "version": manifest["made_of"][:16],
        "base": f"_static/{TARGET}/",
        "parts": manifest["parts"],
        "editor": (Path(config.deck_root, config.page_kernel) / "editor.js").is_file(),
    }


def scripts(config: Config, context: dict[str, Any]) -> dict[str, str]:
    """The addresses of the scripts that the page loads when somebody runs or edits."""
    address = context.get("pathto", lambda name, _: name)
    names = LAZY if made(config) else ()
    return {name: address(f"_static/{TARGET}/{name}", 1) for name in names}


def verdict(config: Config, trick: catalogue.Trick) -> str | None:
    """Why the page's Linux can't run a trick, "" when it can; None without one."""
    manifest = made(config)
    return page_kernel.lacking(trick, manifest["version"]) if manifest else None


def programs(root: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """All that the page's Linux can be asked to run: programs, what they import, and variants.

    What can't be read is left out: if it is on a slide, its directive says so.
    """
    files: dict[str, str] = {}
    tricks, changes = {}, {}
    for trick in catalogue.survey(root)[0].values():
        if page_kernel.lacking(trick, manifest["version"]):
            continue
        order = page_kernel.order(trick, manifest["known"])
        tricks[trick.id] = order
        new = [name for name in order["needs"] if name not in files]
        files |= {name: (root / name).read_text("utf-8") for name in new}
        changes[trick.id] = [
            {"name": v.name, "title": v.title, "replace": v.old, "with": v.new, "shows": v.shows}
            for v in variants.survey(trick)[0].values()
        ]
    return {"parts": files, "tricks": tricks, "variants": changes}


def add(app: Sphinx, exception: Exception | None) -> None:
    """Puts it beside the page; what is there already is not copied again."""
    manifest = made(app.config)
    if exception or not manifest or "slides" not in app.builder.name:
        return
    target = Path(app.outdir, "_static", TARGET)
    target.mkdir(parents=True, exist_ok=True)
    root = Path(app.config.deck_root)
    source = root / app.config.page_kernel
    kept = {*manifest["parts"], "manifest.json", "editor.js"}
    paths = {path.name: path for path in [*(source / name for name in kept), *STATIC.iterdir()]}
    # Not every web host takes an .mjs for a script.
    for name, path in {**paths, "emulator.js": EMULATOR}.items():
        if path.is_file() and not _same(path, target / name):
            shutil.copy2(path, target / name)
    text = json.dumps(programs(root, manifest), ensure_ascii=False)
    (target / "programs.json").write_text(text, "utf-8")


def _same(one: Path, other: Path) -> bool:
    if not other.is_file():
        return False
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def setup(app: Sphinx) -> None:
    app.add_config_value("page_kernel", str(page_kernel.FOLDER), "env", types=(str,))
    app.connect("build-finished", add)
