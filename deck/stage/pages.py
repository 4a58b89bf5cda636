"""The built deck as web pages: its files and nothing beside them."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from deck.stage.gate import Gate
from deck.stage.peers import is_presenter

# Where the page's script finds the run socket; without this attribute it only replays.
STAGE = b' data-stage="/run"'
# By which build it is, so that it knows which message changes it (swap.py).
VERSION = ' data-version="{}"'
# The presenter, in a browser that was not let in or no longer is: the page says what to do.
UNINVITED = b" data-uninvited"
_HTML_TAG = re.compile(rb"<html\b")

# Python asks the machine's own table of types, which may be missing or odd.
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class Pages(StaticFiles):
    """Files of one folder; a page tells only the presenter's browser where the stage is.

    *version* tells which build it is, "" where that is not known.
    """

    def __init__(self, folder: Path, gate: Gate, version: Callable[[], str] = str) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self.gate = gate
        self.version = version

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except OSError as error:
            # A file that vanishes during a rebuild, or one that we may not read.
            raise HTTPException(404) from error
        # "no-cache" lets the browser keep a file, but ask each time whether it is still that one.
        response.headers["Cache-Control"] = "no-cache"
        return response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        suffix = Path(full_path).suffix
        if suffix == ".html":
            return self._page(Path(full_path), scope, status_code)
        response = super().file_response(full_path, stat_result, scope, status_code)
        if suffix in TYPES and response.status_code != 304:
            response.headers["Content-Type"] = TYPES[suffix]
        return response

    def _page(self, path: Path, scope: Scope, status_code: int) -> Response:
        html = path.read_bytes()
        connection = HTTPConnection(scope)
        mark = STAGE if self.gate.admits(connection) else UNINVITED
        if mark == STAGE and (version := self.version()):
            mark += VERSION.format(version).encode()
        if mark.startswith(STAGE) or is_presenter(connection):
            html = _HTML_TAG.sub(lambda tag: tag[0] + mark, html, count=1)
        # No ETag: what the page says depends on who asks.
        return HTMLResponse(html, status_code, {"Vary": "Cookie"})
