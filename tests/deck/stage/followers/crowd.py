"""The process that serves followers, as the stage has it, and followers without a browser."""

import contextlib
import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from processes import PATIENCE

from deck.programs.catalogue import ROOT
from deck.stage.followers.address import open_at

SLIDES = """
A talk
======

.. The author's own remark, for nobody.

.. followers::

   The slides: nowhere yet.

.. note::

   Welcome to *all* of you.

   .. do:: Wait for silence.

   .. asked:: Why so early?

      The hall was free.

   Sources: the caretaker.

.. rst-class:: question

Which one?
----------

.. question:: What does a full pipe do?
   :answer: 2

   * It loses bytes.
   * It makes the writer wait.

   .. image:: tap.png

   A tap that is shut.

.. note::

   Hands, please.

   .. step::

   The second. It waits.

.. rst-class:: answer

The surprise in the title
-------------------------

It is told here, beside a picture.

.. image:: surprise.png

.. rst-class:: question

And whom?
---------

.. question:: Who waits here?

   All of us do.

The end
-------

.. raw:: html

   <!-- a remark in HTML -->

.. image:: end.png
"""
FIRST, QUESTION, ANSWER, OPEN, END = range(5)
PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)

# The process with other limits: a test of one need not come up to those of a hall.
LIMITED = """
import sys
from deck.stage import connections
from deck.stage.followers import __main__, doors, hall
for name, value in {limits!r}.items():
    for place in (connections, doors, doors.Http, hall):
        if hasattr(place, name):
            setattr(place, name, value)
__main__.main()
"""


class Crowd:
    """A context manager that ends the process."""

    def __init__(self, deck: Path, place: str = "", **limits: float) -> None:
        entrance = open_at("127.0.0.1:0")
        self.port = entrance.listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        descriptor = entrance.listener.fileno()
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", LIMITED.format(limits=limits)),
                *(f"--listener={descriptor}", f"--deck={deck}", f"--address=http://{self.host}"),
                f"--host={self.host}",
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            pass_fds=[descriptor],
        )
        entrance.listener.close()
        self.tell(type="hello", at=place, runs=[])

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        assert self.process.wait(PATIENCE) == 0

    def tell(self, **message: object) -> None:
        """As the stage does."""
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def get(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        body = response.read()
        packed = response.getheader("Content-Encoding") == "gzip"
        response.body = gzip.decompress(body) if packed else body
        connection.close()
        return response

    @property
    def page(self) -> str:
        return self.get("/").body.decode()

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    @contextlib.contextmanager
    def follow(self, captions: bool = False, since: str | None = None) -> Iterator["Stream"]:
        since = re.search(r'data-since="(\d+)"', self.page)[1] if since is None else since
        with self.connect() as sock:
            more = "&captions" if captions else ""
            head = f"GET /follow?since={since}{more} HTTP/1.1\r\nHost: {self.host}\r\n\r\n"
            sock.sendall(head.encode())
            stream = Stream(sock)
            with stream.file:  # which has the socket, too
                yield stream


def read_page(port: int) -> str:
    """The page of a process that may be about to start: the socket waits for it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    with contextlib.closing(connection):
        connection.request("GET", "/")
        return connection.getresponse().read().decode()


class Stream:
    """What a follower hears."""

    def __init__(self, sock: socket.socket) -> None:
        self.file = sock.makefile("rb")
        self.status = int(self.file.readline().split()[1])

    def hear(self) -> dict:
        for line in self.file:
            if line.startswith(b"data: "):
                return json.loads(line.removeprefix(b"data: "))
        raise EOFError("the stream has ended")

    def until(self, kind: str) -> list[dict]:
        """All messages up to and with the first of this kind."""
        heard = [self.hear()]
        while heard[-1]["type"] != kind:
            heard.append(self.hear())
        return heard
