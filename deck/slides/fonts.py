"""The slides' fonts as they travel: what Latin, Greek and mathematical text needs, as WOFF2.

A face of reveal.js's is 115 kB, of which such a text needs 22. The whole face lies beside it: a
browser asks for it where a page has letters beyond (colours.css says which). To make a face takes
a third of a second, so what was made is kept in the user's cache.
"""

import os
from hashlib import sha256
from pathlib import Path

RANGES = (
    (0x20, 0x24F),  # Latin
    (0x370, 0x3FF),  # Greek
    (0x1E00, 0x1EFF),  # more Latin
    (0x2000, 0x20CF),  # dashes, quotes, small numbers, currencies
    (0x2100, 0x22FF),  # letters as symbols, arrows, mathematics
)
_FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "locl", "tnum", "lnum", "case"]
_UNUSED_TABLES = ["FFTM", "webf", "DSIG"]


def write_web_font(face: Path, target: Path) -> None:
    """Writes the part of *face* that lies in RANGES to *target*, a WOFF2 file."""
    kept = _cache() / f"{_key(face)}.woff2"
    try:
        font = kept.read_bytes()
    except OSError:
        font = _made(face, target)
        _keep(kept, font)
    target.write_bytes(font)


def _made(face: Path, target: Path) -> bytes:
    # Imported here: that takes a tenth of a second, and most builds find what was made.
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        flavor="woff2", hinting=False, layout_features=_FEATURES, ignore_missing_unicodes=True
    )
    options.drop_tables += _UNUSED_TABLES
    font = TTFont(face)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    subset.save_font(font, target, options)
    return target.read_bytes()


def _cache() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder, "sphinx-stage", "fonts")


def _key(face: Path) -> str:
    asked = repr((RANGES, _FEATURES)).encode()
    return sha256(face.read_bytes() + asked).hexdigest()[:32]


def _keep(kept: Path, font: bytes) -> None:
    """For the next build; a cache that can't be written costs a second, and is no error."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partly = kept.with_name(f"{kept.name}.{os.getpid()}")
        partly.write_bytes(font)
        partly.replace(kept)
    except OSError:
        pass
