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

import ipaddress
import secrets
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deck.stage.headers import headers
from deck.stage.peers import is_presenter
from deck.stage.place import Place
from deck.stage.sessions import Sessions

WRONG_HOST = "This is not the name of the stage: use 127.0.0.1 or localhost.\n"
WRONG_PORT = (
    "This stage is at port {port}, and was asked for at port {other}. Where a port is forwarded, it"
    " must be the same at both ends:\n\n    ssh -L {port}:localhost:{port} MACHINE\n\n"
    "Then the address works that the stage's terminal shows.\n"
)
WRONG_TOKEN = (
    "This address was used before, or it is incomplete.\n"
    "The terminal that runs `make present` shows a fresh one.\n"
)
WRONG_USER = "The stage belongs to another user of this machine.\n"
NAMES = ("127.0.0.1", "localhost")


class Gate:
    """The keys of one stage: its names, the token that is valid now, and the sessions it let in.

    `announce` is called with a fresh address each time that a token has been used. Whoever comes by
    one is led to the `place` where the talk is.
    """

    def __init__(
        self,
        port: int,
        host: str = "127.0.0.1",
        announce: Callable[[str], None] = print,
        sessions: Sessions | None = None,
        place: Place | None = None,
    ) -> None:
        self.port = port
        self.host = host
        self.cookie = f"stage-{port}"
        self.place = place or Place()
        self._announce = announce
        self._token = secrets.token_urlsafe()
        self._sessions = sessions or Sessions()

    @property
    def home(self) -> str:
        """Where the stage is, for those who are let in already."""
        return f"http://{_reachable(self.host)}:{self.port}"

    def address(self) -> str:
        """The address that lets one browser in, once."""
        return f"{self.home}/?token={self._token}"

    def redeem(self, token: str) -> str | None:
        """Turn the token into a new session, and make the next token; None for a wrong one."""
        if not _same(token, self._token):
            return None
        self._token = secrets.token_urlsafe()
        session = self._sessions.add()
        self._announce(self.address())
        return session

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
        return self._sessions.knows(cookie) and is_presenter(connection)

    def refusal(self, connection: HTTPConnection) -> str:
        """What to say to who asks for another host: by a forwarded port one gets here, too."""
        name, port = _split(connection.headers.get("host", ""))
        if name in NAMES and port.isascii() and port.isdigit() and len(port) <= 5:
            return WRONG_PORT.format(port=self.port, other=port)
        return WRONG_HOST

    def _is_ours(self, host: str) -> bool:
        name, port = _split(host)
        if port != str(self.port):
            return False
        return name in (*NAMES, self.host) or (
            # Open to all addresses, we can't know by which one we are reached; but rebinding needs
            # a name, so that any bare address is sound.
            self.host == "0.0.0.0" and _is_address(name)
        )


def _split(host: str) -> tuple[str, str]:
    name, _, port = host.rpartition(":") if ":" in host else (host, "", "80")
    return name, port


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


class Guard:
    """Middleware: no request gets past it with a wrong Host; every answer carries the headers."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

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
            return PlainTextResponse(self.gate.refusal(connection), 421)
        # A preview asks with HEAD, and must not use the token up.
        asked = connection.scope["method"] == "GET" and connection.url.path == "/"
        if asked and "token" in connection.query_params:
            return self._let_in(connection)
        return self.app

    def _let_in(self, connection: HTTPConnection) -> ASGIApp:
        """Exchange the token for a cookie."""
        welcome = RedirectResponse(f"/{self.gate.place.now}", 303)
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
                MutableHeaders(scope=message).update(headers(self.gate.port))
            await send(message)

        return send_with_headers


async def _close(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is one: the browser sees status 403."""
    await send({"type": "websocket.close"})
