"""Whole decks for tests, in the manner of other people: built once, with the pictures they show."""

import shutil
from pathlib import Path

from docset import Built, build
from pictures import png

DECKS = Path(__file__).parent / "decks"
FREE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100">'
    '<rect width="400" height="100" fill="#888"/></svg>'
)
SIZED = FREE.replace("<svg ", '<svg width="400" height="100" ')


def everything(folder: Path, builder: str = "singlefile-slides", **options) -> Built:
    """The deck that holds all that docutils, Sphinx and common extensions can write."""
    source = Path(shutil.copytree(DECKS / "everything", folder / "everything"))
    static = source / "_static"
    png(static / "small.png", 200, 120)
    png(static / "wide.png", 1280, 800)
    png(static / "tall.png", 600, 2000)
    png(static / "dot.png", 24, 24)
    (static / "free.svg").write_text(FREE)
    (static / "sized.svg").write_text(SIZED)
    (static / "film.mp4").write_bytes(b"")
    built = build(source, builder, strict=False, **options)  # it suppresses what it does on purpose
    assert built.warnings == ""
    return built


def other(name: str, folder: Path) -> Path:
    """The source of a deck in the manner of other people, with its pictures."""
    source = Path(shutil.copytree(DECKS / name, folder / name))
    if name == "photos":
        for picture, size in {
            "harbour": (2400, 1600),
            "portrait": (1000, 1500),
            "snow": (1500, 1000),
            "panorama": (4000, 700),
        }.items():
            png(source / "_static" / f"{picture}.png", *size)
    return source
