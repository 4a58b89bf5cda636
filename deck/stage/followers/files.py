"""The files that followers may fetch, held in memory: what is not in this table is not there.

A request never becomes a path of the disk. In the table are the page, and what it and its styles
load from the deck's own folder: styles, scripts, fonts, pictures.
"""

import gzip
import hashlib
import os
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/x-icon",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}
PAGE = "text/html; charset=utf-8"
LARGEST = 8 << 20  # bytes: many fetch it at once, over the hall's air
PACKED = ("text/", "image/svg")
_IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")


@dataclass(frozen=True)
class File:
    """What is sent: `packed` by gzip where that makes it smaller, else empty."""

    body: bytes
    type: str
    packed: bytes
    tag: str


def file(body: bytes, type: str) -> File:
    small = gzip.compress(body, 6, mtime=0) if type.startswith(PACKED) else b""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return File(body, type, small if len(small) < len(body) else b"", tag)


def collect(folder: Path, addresses: Iterable[str], known: dict[str, File]) -> dict[str, File]:
    """These files of a deck and what their styles load, by their paths as a browser asks.

    `known` has those that were read before; one that has not changed is not packed again.
    """
    found: dict[str, File] = {}
    waiting = [("", address) for address in addresses]
    while waiting:
        base, address = waiting.pop()
        path = _path(base, address)
        if not path or path in found:
            continue
        body = _read(folder, path)
        if body is None:
            continue
        type = TYPES[Path(path).suffix.lower()]
        before = known.get(path)
        found[path] = before if before and before.body == body else file(body, type)
        if type.startswith("text/css"):
            named = _IN_STYLES.findall(body.decode("utf-8", "replace"))
            waiting += [(posixpath.dirname(path), name) for name in named]
    return found


def _path(base: str, address: str) -> str:
    """The path in the deck of what is loaded; "" for what lies elsewhere."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(base, unquote(parts.path)))
    return "" if path.startswith("..") else path


def _read(folder: Path, path: str) -> bytes | None:
    """The file's bytes; None for what is no file of the deck, of another kind, or too large."""
    if Path(path).suffix.lower() not in TYPES or "\0" in path:
        return None
    try:
        real = (folder / path).resolve()
        if not real.is_relative_to(folder.resolve()) or not real.is_file():
            return None
        return real.read_bytes() if os.path.getsize(real) <= LARGEST else None
    except OSError:
        return None
