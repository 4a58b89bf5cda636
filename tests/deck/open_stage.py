"""What the tests of the stage share: a small deck, a stage that serves it, and a browser's part."""

import asyncio
import contextlib
import http.client
import json
import os
import select
import socket
import subprocess
import sys
import textwrap
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from deck.programs.catalogue import ROOT
from deck.stage.gate import Gate
from deck.stage.runs import Runs
from deck.stage.server import Stage, listen

# Long enough for a busy machine; no test waits so long unless it fails.
PATIENCE = 30.0

PAGE = "<!DOCTYPE html>\n<html lang=en><title>A deck</title><script src=deck.js></script>\n"
SCRIPT = "document.documentElement.dataset.script = 'ran'\n"

CONF = 'extensions = ["plain_slides"]\nhtml_theme = "basic"\n'

# Enough of a slide builder for the stage.
BUILDER = """
from sphinx.builders.singlehtml import SingleFileHTMLBuilder

class Slides(SingleFileHTMLBuilder):
    name = "singlefile-slides"

def setup(app):
    app.add_builder(Slides)
"""

TRICK = '''\
"""{title}.

Made by a test.

:needs: {needs}
:man: none(7)
:since: 2.0
"""

{body}
'''


def write_deck(root: Path) -> Path:
    """A built deck of one page, and sources that build another."""
    built = root / "_build" / "slides"
    built.mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "deck.js").write_text(SCRIPT)
    (root / "secret.txt").write_text("not for the web")
    (root / "conf.py").write_text(CONF)
    (root / "plain_slides.py").write_text(BUILDER)
    (root / "slides").mkdir()
    (root / "slides" / "index.rst").write_text("Deck\n====\n\nfirst words\n")
    (root / "examples" / "demo").mkdir(parents=True)
    (root / "deck").symlink_to(ROOT / "deck")
    return root


def write_trick(root: Path, body: str, needs: str = "none") -> str:
    """Write a trick and return its id, which no other program on this machine has in its words."""
    name = f"trick_{uuid.uuid4().hex}"
    text = TRICK.format(title=name, needs=needs, body=textwrap.dedent(body))
    (root / "examples" / "demo" / f"{name}.py").write_text(text)
    return f"demo.{name}"


def processes_of(id: str) -> list[int]:
    """All processes, of whatever user and namespace, that have the trick's name in their arguments.

    A forked child keeps its parent's arguments, so this finds daemons too.
    """
    name = id.partition(".")[2].encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if name in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def wait_until_gone(pids: list[int]) -> None:
    """Wait on the processes themselves (pidfd_open(2))."""
    deadline = time.monotonic() + PATIENCE
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            fd = os.pidfd_open(pid)
            ready, _, _ = select.select([fd], [], [], deadline - time.monotonic())
            os.close(fd)
            assert ready, f"process {pid} is still there"


class Browser:
    """One browser of one user: it knows an address, and keeps a cookie once it has been let in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Fetch a page. Headers by name, with _ for -."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers=sent)
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


class OpenStage:
    """A stage in a thread, on a free port; a context manager that closes it."""

    def __init__(self, root: Path, **limits: float) -> None:
        self.root = root
        self.stage = Stage(root, listen("127.0.0.1", 0))
        # Every address that lets somebody in, in the order in which the terminal would show them.
        self.addresses: list[str] = []
        self.port = self.stage.gate.port
        self.stage.gate = Gate(self.port, announce=self.addresses.append)
        self.stage.runs = Runs(root, **limits)
        self.addresses.append(self.stage.gate.address())

    def __enter__(self) -> "OpenStage":
        self.stage.runs.survey()
        self.server = self.stage.server()
        serving = self.server.serve(sockets=[self.stage.listener])
        # The socket listens already, so that nobody need wait for the thread.
        self.thread = threading.Thread(target=asyncio.run, args=[serving])
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "the stage does not close"

    @property
    def windows(self) -> int:
        return len(self.stage.runs.windows)

    def stranger(self) -> Browser:
        """A browser that was never given an address."""
        return Browser(self.port)

    def presenter(self) -> Browser:
        """A browser that was let in."""
        browser = Browser(self.port)
        assert browser.enter(self.addresses[-1]).status == 303
        return browser


class StageProcess:
    """`python -m deck.stage.server`, as `make present` starts it."""

    def __init__(self, root: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deck.stage.server", "--root", root, "--no-open", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.printed: list[str] = []

    def __enter__(self) -> "StageProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def printed_until(self, words: str) -> str:
        """The line with these words; all lines before it are kept in `printed`."""
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))
            if words in line:
                return line
        raise AssertionError(f"never printed {words!r}, but: {self.printed}")

    def presenter(self) -> Browser:
        address = self.printed_until("The stage is open").split()[-1]
        browser = Browser(urlsplit(address).port)
        browser.enter(address)
        return browser
