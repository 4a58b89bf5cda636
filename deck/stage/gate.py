"""Who may press Run: the stage's checks of host, origin, token, cookie and user.

The stage runs programs, so a page that is not the deck, and a person who is not the presenter, must
get no further than reading the slides:

- Host: a name that DNS rebinding has pointed at 127.0.0.1 is not ours;
- Origin: another page in the presenter's browser may not open the run socket;
- token: the printed address works once and becomes a cookie; knowing the port is not enough;
- user: cookies are shared by all ports of a host, and a browser's command line (which shows the
  token) can be read by all users, so the kernel is asked whose connection it is;
- headers: nobody frames the deck or keeps a handle on its window, and no foreign script runs in it.
"""

import base64
import contextlib
import functools
import hashlib
import ipaddress
import json
import os
import re
import secrets
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# proc(5): a connection's state in /proc/net/tcp
ESTABLISHED = "01"
# What /proc/self/loginuid says where nobody logged in, as in a container.
NO_LOGIN = 2**32 - 1

WRONG_HOST = "This is not the name of the stage: use 127.0.0.1 or localhost.\n"
WRONG_TOKEN = (
    "This address was used before, or it is incomplete.\n"
    "The terminal that runs `make present` shows a fresh one.\n"
)
WRONG_USER = "The stage belongs to another user of this machine.\n"


class Gate:
    """The keys of one stage: its names, the token that is valid now, and the sessions it let in.

    `announce` is called with a fresh address each time that a token has been used.
    """

    def __init__(self, port: int, host: str = "127.0.0.1", announce: Callable[[str], None] = print):
        self.port = port
        self.host = host
        self.cookie = f"stage-{port}"
        self._announce = announce
        self._token = secrets.token_urlsafe()
        self._sessions: list[str] = []

    def address(self) -> str:
        """The address that lets one browser in, once."""
        return f"http://{_reachable(self.host)}:{self.port}/?token={self._token}"

    def redeem(self, token: str) -> str | None:
        """Turn the token into a new session, and make the next token; None for a wrong one."""
        if not _same(token, self._token):
            return None
        self._token = secrets.token_urlsafe()
        self._sessions.append(secrets.token_urlsafe())
        self._announce(self.address())
        return self._sessions[-1]

    def knows_host(self, connection: HTTPConnection) -> bool:
        """Whether the request was meant for us. Two Host headers are none."""
        hosts = connection.headers.getlist("host")
        return len(hosts) == 1 and self._is_ours(hosts[0])

    def knows_origin(self, connection: HTTPConnection) -> bool:
        """Whether our own page sent this. Every browser sends Origin with a WebSocket."""
        host = connection.headers["host"]
        return connection.headers.getlist("origin") == [f"http://{host}"]

    def admits(self, connection: HTTPConnection) -> bool:
        """Whether this connection may run tricks: it has a session, and is the presenter's."""
        cookie = connection.cookies.get(self.cookie, "")
        # Compare with every session, so that the time says nothing about any of them.
        known = [_same(cookie, session) for session in self._sessions]
        return any(known) and is_presenter(connection)

    def _is_ours(self, host: str) -> bool:
        name, _, port = host.rpartition(":") if ":" in host else (host, "", "80")
        if port != str(self.port):
            return False
        return name in ("127.0.0.1", "localhost", self.host) or (
            # Open to all addresses, we can't know by which one we are reached; but rebinding needs
            # a name, so that any bare address is sound.
            self.host == "0.0.0.0" and _is_address(name)
        )


def _reachable(host: str) -> str:
    return "127.0.0.1" if host == "0.0.0.0" else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same(given: str, secret: str) -> bool:
    """Compare in constant time."""
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())


def is_presenter(connection: HTTPConnection) -> bool:
    """Whether no other user of this machine is at the far end of a connection."""
    client = connection.scope["client"]
    if not client[0].startswith("127."):
        # From another machine, which only --host allows: there the cookie must do.
        return True
    try:
        return _owner(client, connection.scope["server"]) in presenters()
    except FileNotFoundError:
        # No /proc: there the cookie must do as well.
        return True


@functools.cache
def presenters() -> frozenset[int]:
    """The users who may present: who runs the stage, who called sudo or su to do so, and root."""
    users = {0, os.geteuid()}
    if sudo := os.environ.get("SUDO_UID"):
        users.add(int(sudo))
    with contextlib.suppress(OSError):
        users.add(int(Path("/proc/self/loginuid").read_text()))
    return frozenset(users - {NO_LOGIN})


def _owner(client: tuple[str, int], server: tuple[str, int]) -> int | None:
    """The user who holds the client's end of a connection on this machine: the kernel knows."""
    ends = [_hex(client), _hex(server)]
    for local, remote, state, uid in _connections():
        # endswith: an IPv6 socket may hold the same connection, as ::ffff:127.0.0.1.
        if state == ESTABLISHED and local.endswith(ends[0]) and remote.endswith(ends[1]):
            return uid
    return None


def _connections() -> Iterator[tuple[str, str, str, int]]:
    """Local end, remote end, state and user of each TCP socket (proc(5), /proc/net/tcp)."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not os.path.exists(table) and table.endswith("6"):
            continue
        with open(table) as lines:
            next(lines)
            for line in lines:
                _, local, remote, state, _, _, _, uid, *_ = line.split()
                yield local, remote, state, int(uid)


def _hex(end: tuple[str, int]) -> str:
    """An address as /proc/net/tcp writes it: the number as it lies in memory."""
    number = int.from_bytes(socket.inet_aton(end[0]), sys.byteorder)
    return f"{number:08X}:{end[1]:04X}"


class Guard:
    """Middleware: no request gets past it with a wrong Host; every answer carries the headers."""

    def __init__(self, app: ASGIApp, gate: Gate, deck: Path) -> None:
        self.app = app
        self.gate = gate
        self.deck = deck

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        connection = HTTPConnection(scope)
        if scope["type"] == "websocket":
            answer = self.app if self._admits_socket(connection) else _close
        else:
            answer = self._answer(connection)
        await answer(scope, receive, self._with_headers(send))

    def _admits_socket(self, connection: HTTPConnection) -> bool:
        gate = self.gate
        return (
            gate.knows_host(connection)
            and gate.knows_origin(connection)
            and gate.admits(connection)
        )

    def _answer(self, connection: HTTPConnection) -> ASGIApp:
        if not self.gate.knows_host(connection):
            return PlainTextResponse(WRONG_HOST, 421)
        if connection.url.path == "/" and "token" in connection.query_params:
            return self._let_in(connection)
        return self.app

    def _let_in(self, connection: HTTPConnection) -> ASGIApp:
        """Exchange the token for a cookie."""
        welcome = RedirectResponse("/", 303)
        if self.gate.admits(connection):
            # The same browser again, from its history: it needs no token, and uses none up.
            return welcome
        if not is_presenter(connection):
            return PlainTextResponse(WRONG_USER, 403)
        session = self.gate.redeem(connection.query_params["token"])
        if session is None:
            return PlainTextResponse(WRONG_TOKEN, 403)
        welcome.set_cookie(self.gate.cookie, session, httponly=True, samesite="strict")
        return welcome

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Asked each time: a rebuild may bring another speaker view. It takes 1 ms.
                scripts = speaker_view_scripts(self.deck)
                MutableHeaders(scope=message).update(headers(self.gate.port, scripts))
            await send(message)

        return send_with_headers


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is one: the browser sees status 403."""
    await send({"type": "websocket.close"})


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
