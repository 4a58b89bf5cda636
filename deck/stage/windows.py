"""The browser windows that are connected to the stage, and what all of them have to know."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]


class Window:
    """A browser window that is connected, with what is still to be sent to it."""

    def __init__(self, backlog: int) -> None:
        self.messages: asyncio.Queue[str] = asyncio.Queue(backlog)
        self.too_slow = asyncio.Event()

    def post(self, message: Message) -> None:
        self.post_text(json.dumps(message))

    def post_text(self, text: str) -> None:
        """Queue a message. A window that falls behind is given up: it reconnects and catches up."""
        try:
            self.messages.put_nowait(text)
        except asyncio.QueueFull:
            self.too_slow.set()


class Windows:
    """All windows, and what is told to each that joins: a deck that is not the newest, a trouble.

    `backlog` is how many messages a window may be behind.
    """

    def __init__(self, backlog: int) -> None:
        self.backlog = backlog
        self.all: set[Window] = set()
        self.version = ""  # of the deck: the one that was built last
        # Hear what all windows are told.
        self.hearers: list[Callable[[Message], None]] = []
        self._broken = ""
        self._troubles: dict[str, None] = {}

    def join(self, hello: Message) -> Window:
        """Add a window; it is told this first, then whatever else must be known."""
        window = Window(self.backlog)
        window.post(hello | {"version": self.version})
        if self._broken:
            window.post({"type": "broken", "text": self._broken})
        for text in self._troubles:
            window.post({"type": "trouble", "text": text})
        self.all.add(window)
        return window

    def leave(self, window: Window) -> None:
        """This window is gone: it is told nothing more."""
        self.all.discard(window)

    def tell(self, message: Message) -> None:
        """Tell all windows, and whoever else hears."""
        text = json.dumps(message)
        for window in self.all:
            window.post_text(text)
        for hear in self.hearers:
            hear(message)

    def rebuilt(self, version: str = "", swap: Message | None = None) -> None:
        """Tell that a new deck is there, and what to change for it; without that, to reload."""
        self._broken = ""
        self.version = version
        self.tell(swap or {"type": "reload"})

    def broken(self, text: str) -> None:
        """Tell, now and to those who join later, that the deck shown is not the newest."""
        self._broken = text
        self.tell({"type": "broken", "text": text})

    def trouble(self, text: str) -> bool:
        """Tell, now and to those who join later, what the stage can't do. False if it was told."""
        if text in self._troubles:
            return False
        self._troubles[text] = None
        self.tell({"type": "trouble", "text": text})
        return True
