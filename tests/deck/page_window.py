"""A small deck with one slide of each kind, a window on it, and a stage that the test plays."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import tiny
from docset import build, write

READY = "document.documentElement?.dataset.deck === 'ready'"
HOST = "http://deck.test"
PATIENCE = 30.0  # seconds
SLIDES = """
A deck
======

What it is about

.. rst-class:: section

A chapter
---------

.. diagram:: pipe.svg

A letter, and its output beside it
----------------------------------

.. trick:: post.letter
   :show: send

   channel.send
      It *waits* until there is room.

   return channel
      It does not wait.

A letter that is too wide for that
----------------------------------

.. trick:: post.slow
   :show: wide

.. note:: Say `this <https://elsewhere.test/>`_.

Guess
-----

.. question:: What does a full pipe do?
   :answer: 2

   * It loses bytes.
   * It makes the writer wait.

   Nobody wrote a line for it.

.. rst-class:: answer

It waits
--------

And so does its writer.

.. rst-class:: breath

Breathe
-------

.. diagram:: calm.svg

What no machine here can run
----------------------------

.. trick:: post.far
   :unrecorded: It needs two machines.
   :show: send

The end
-------

See :ref:`the beginning <start>`.
"""
CHAPTER, BESIDE, BELOW, GUESS, BREATH, UNRECORDED, END = 1, 2, 3, 4, 6, 7, 8


def build_deck(folder: Path, more: Callable[[Path], None] = lambda letter: None) -> Path:
    """The deck's output folder; *more* may write beside the program of its first trick."""
    source = folder / "deck"
    more(tiny.program(source))
    tiny.program(source, "post.far", recorded=False)
    slow = tiny.program(source, "post.slow", recorded=False)
    tiny.record(slow, [(0.01, tiny.LINES[0]), (0.02, tiny.LINES[1]), (3600.0, tiny.LINES[2])])
    slides = f".. _start:\n{SLIDES}"
    calm = tiny.FIGURE.replace("a step", "")
    write(
        source,
        {"index.rst": slides, "_static/pipe.svg": tiny.FIGURE, "_static/calm.svg": calm},
    )
    return build(source).output


class Window:
    """A page of the deck, with all it says to the console and all it asks of other hosts."""

    def __init__(self, context, address: str = "") -> None:
        self.page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)
        self.home = ""
        if address:
            self.open(address)

    def open(self, address: str) -> None:
        self.complaints.clear()
        self.home = address.rpartition("/")[0]
        self.page.goto(address)
        self.page.wait_for_function(READY)

    def forget(self) -> None:
        """Leave nothing for the next test that looks through this window."""
        for page in self.page.context.pages:
            if page.url != "about:blank":
                page.evaluate("localStorage.clear(); sessionStorage.clear()")
            if page != self.page:
                page.close()
        self.page.goto("about:blank")
        self.page.context.unroute_all()

    def _note(self, request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"asked for {request.url}")

    def go(self, slide: int, step: int = -1) -> None:
        self.page.evaluate("([s, f]) => Reveal.slide(s, 0, f)", [slide, step])

    @property
    def place(self) -> tuple[int, int]:
        """The slide and its step, -1 as it opens."""
        where = self.page.evaluate("Reveal.getIndices()")
        return where["h"], where.get("f", -1)

    def here(self, selector: str, **which):
        return self.page.locator(f".slides > .present {selector}", **which)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def until(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def said(self) -> list[str]:
        return [line.rstrip("\n") for line in self.here(".trick-output .line").all_text_contents()]


class Stage:
    """The stage's end of the socket, and the deck as the stage serves it to its own user."""

    def __init__(self, context, deck: Path, path: str = "/run") -> None:
        self.context = context
        self.heard: list[dict] = []
        self.places: list[str] = []
        self.sockets = []
        context.route(f"{HOST}/**", lambda route: self._serve(route, deck, path))
        context.route_web_socket(f"ws://deck.test{path}", self._join)
        self.runnable, self.runs = {"post.letter": {"runnable": True, "reason": ""}}, []
        self.hello: dict = {}  # what else it says first
        self.answers = True  # as soon as a window is there; else when it is told to greet

    def _serve(self, route, deck: Path, path: str) -> None:
        name = route.request.url.removeprefix(HOST).split("?")[0].lstrip("/") or "index.html"
        if name == "index.html":
            html = (deck / name).read_text().replace("<html ", f'<html data-stage="{path}" ', 1)
            route.fulfill(body=html, content_type="text/html")
        else:
            route.fulfill(path=deck / name)

    def _join(self, socket) -> None:
        self.sockets.append(socket)
        socket.on_message(lambda text: self._hear(json.loads(text)))
        if self.answers:
            self.greet()

    def greet(self) -> None:
        hello = {"type": "hello", "tricks": self.runnable, "runs": self.runs}
        self.tell(hello | self.hello)

    def _hear(self, message: dict) -> None:
        if "at" in message:
            self.places.append(message["at"])
        else:
            self.heard.append(message)

    def first(self, said: list, count: int = 1) -> list:
        """What windows have said so far (`heard` or `places`), once it is so much."""
        deadline = time.monotonic() + PATIENCE
        while len(said) < count:
            assert time.monotonic() < deadline, f"windows have said {said}"
            for page in self.context.pages:
                page.evaluate("0")  # what a window said arrives while something is asked of it
        return said

    def tell(self, *messages: dict) -> None:
        for message in messages:
            self.sockets[-1].send(json.dumps(message))

    def everywhere(self, *messages: dict) -> None:
        """Tell all windows."""
        for message in messages:
            for socket in self.sockets:
                socket.send(json.dumps(message))


def event(kind: str, time: float = 0.0, text: str = "", result: str = "") -> dict:
    fields = {"kind": kind, "time": time, "text": text, "result": result}
    return {"type": "event", "trick": "post.letter", "run": 1, **fields}


def label(text: str) -> str:
    return f"document.querySelector('.present .trick-run').textContent === '{text}'"


def status(text: str) -> str:
    return f"document.querySelector('.present .trick-status').textContent.includes('{text}')"
