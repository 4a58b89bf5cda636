"""A browser's part without a browser: it is let in, asks for pages, speaks to the run socket."""

import contextlib
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from processes import PATIENCE
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect


class Browser:
    """One browser of one user: it knows an address, and keeps a cookie once it has been let in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def get(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        """Fetch a page. Headers by name, with _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        response.text = response.read().decode()
        connection.close()
        return response

    def enter(self, address: str) -> http.client.HTTPResponse:
        """Follow the address that the stage printed, and keep the cookie."""
        parts = urlsplit(address)
        response = self.get(f"{parts.path}?{parts.query}")
        if cookie := response.getheader("Set-Cookie"):
            self.cookie = cookie.partition(";")[0]
        return response

    def socket(
        self, host: str = "", origin: str | None = "", cookie: str | None = None, deaf: bool = False
    ) -> "contextlib.AbstractContextManager[Talk]":
        """Open the run socket; what is not given is as a browser on the deck's page sends it.

        A deaf window takes next to nothing off the wire unless it is told to.
        """
        host = host or f"127.0.0.1:{self.port}"
        cookie = self.cookie if cookie is None else cookie
        # The name in the address becomes the Host header; the connection goes to us anyway.
        sock = socket.socket()
        if deaf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(PATIENCE)
        sock.connect(("127.0.0.1", self.port))
        connection = connect(
            f"ws://{host}/run",
            sock=sock,
            origin=f"http://{host}" if origin == "" else origin or None,
            additional_headers={"Cookie": cookie} if cookie else {},
            max_size=None,
            max_queue=1 if deaf else None,
            open_timeout=PATIENCE,
            # Some of our windows never answer, and the stage's side of that is what we test.
            close_timeout=1,
        )
        return _talking(connection)


@contextlib.contextmanager
def _talking(connection: ClientConnection) -> Iterator["Talk"]:
    with connection:
        yield Talk(connection)


class Talk:
    """What a window says to the stage and hears from it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def say(self, **message: object) -> None:
        self.connection.send(json.dumps(message))

    def hear(self) -> dict:
        return json.loads(self.connection.recv(timeout=PATIENCE))

    def hear_until(self, wanted: Callable[[dict], bool]) -> list[dict]:
        """All messages up to and with the first that is wanted; no refusal may come before it."""
        heard = [self.hear()]
        while not wanted(heard[-1]):
            assert heard[-1]["type"] != "error", heard[-1]["text"]
            heard.append(self.hear())
        return heard

    def hear_all(self, wanted: Callable[[dict], bool], number: int) -> list[dict]:
        """All messages up to and with so many that are wanted."""
        heard = []
        while number:
            heard.append(self.hear())
            number -= wanted(heard[-1])
        return heard

    def run(self, id: str) -> list[dict]:
        """Run a trick and hear all of it."""
        self.say(run=id)
        return self.hear_until(ends(id))

    def start(self, id: str) -> None:
        """Run a trick and wait until it says that it is ready."""
        self.say(run=id)
        self.hear_until(says("ready", id))


def ends(id: str) -> Callable[[dict], bool]:
    return lambda message: message.get("kind") == "end" and message["trick"] == id


def says(text: str, id: str) -> Callable[[dict], bool]:
    return lambda message: (message.get("trick"), message.get("text")) == (id, text)


def is_a(kind: str) -> Callable[[dict], bool]:
    return lambda message: message["type"] == kind


def lines(messages: list[dict], kind: str = "stdout") -> list[str]:
    return [message["text"] for message in messages if message.get("kind") == kind]


def refused(browser: Browser, **options: str) -> int:
    """The status with which the run socket is refused."""
    with pytest.raises(InvalidStatus) as error, browser.socket(**options):
        pass
    return error.value.response.status_code
