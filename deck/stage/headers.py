"""The headers of every answer: who may embed, open or script the deck."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path


def headers(port: int, scripts: Iterable[str] = ()) -> dict[str, str]:
    """What every answer says about who may embed, open or script the deck."""
    return {
        "Content-Security-Policy": policy(port, scripts),
        "X-Frame-Options": "SAMEORIGIN",
        # A page on another port that opens the deck loses its handle: reveal.js takes commands by
        # postMessage from whoever has one.
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def policy(port: int, scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy: our own files, these inline scripts, and nothing else.

    Style attributes come from reveal.js, from docutils (widths) and from the speaker view, with
    values that we can't list. Safari before 15.4 wants WebSockets spelled out.
    """
    sockets = f"ws://127.0.0.1:{port} ws://localhost:{port}"
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *map(_hash, scripts)]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self'",
        "connect-src": f"'self' {sockets}",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def speaker_view_scripts(deck: Path) -> list[str]:
    """The scripts in the page that reveal.js writes into a new window for its speaker view.

    That page is a string in a file of the deck, and its window obeys the deck's policy.
    """
    plugins = deck.glob("**/plugin/notes/notes.js")
    return [script for plugin in plugins for script in _scripts_in_strings(plugin.read_text())]


def _scripts_in_strings(code: str) -> list[str]:
    """What stands between <script> and </script> in double-quoted strings of JavaScript."""
    found = re.findall(r"<script>(.*?)<\\?/script>", code)
    # JavaScript may also escape a single quote; apart from that, such strings are JSON.
    return [json.loads('"' + text.replace("\\'", "'") + '"') for text in found]
