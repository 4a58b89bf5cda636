"""All who follow: what the stage tells is passed on to each of them.

Followers tell nothing, and nothing here changes by what they do.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from deck.stage.followers.shown import Shown
from deck.stage.followers.withheld import ARRIVAL, Unreadable

# A follower may be this many messages behind; all share the texts.
BACKLOG = 8192
RUNS = 8  # of so many programs, who comes late hears what they printed, so many lines of each
LINES = 512

Message = dict[str, Any]


class Follower:
    """One stream; a `captioned` one also gets what the speaker says."""

    def __init__(self, captioned: bool) -> None:
        self.captioned = captioned
        self.messages: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self.too_slow = asyncio.Event()

    def post(self, message: bytes) -> None:
        """Who falls behind is given up: the browser comes again, and catches up."""
        try:
            self.messages.put_nowait(message)
        except asyncio.QueueFull:
            self.too_slow.set()


class Hall:
    """`address` is what the invitation says; `trouble` hears why a deck can't be shown."""

    def __init__(self, deck: Shown, address: str, trouble: Callable[[str], None]) -> None:
        self.deck = deck
        self.address = address
        self.followers: set[Follower] = set()
        self._trouble = trouble
        self._at = (0, ARRIVAL)
        self._place = ""
        # As they are sent: a hall of followers shares them.
        self._runs: dict[str, deque[bytes]] = {}
        self._slides: dict[int, bytes] = {}

    # What the stage tells

    def take(self, message: Message) -> None:
        match message:
            case {"type": "hello", "at": str(place), "runs": list(events)}:
                self._build()
                self._move(place)
                for event in events:
                    self._keep(event)
            case {"type": "at", "at": str(place)}:
                self._move(place)
            case {"type": "built"}:
                self._build()
                self._move(self._place)
            case {"type": "event", "trick": str()}:
                self._tell(self._keep(message))

    def _build(self) -> None:
        try:
            new = self.deck.build()
        except (OSError, ValueError, Unreadable) as error:
            self._trouble(f"Followers keep the deck as it was: {error}")
            return
        if new is None:
            self._slides.clear()
            self._tell(_text({"type": "reload"}))
        else:
            self._renew(new)

    def _move(self, place: str) -> None:
        # A slide that was given another name stands where it stood.
        self._place, self._at = place, self.deck.find(place) or self._at
        self._renew(self.deck.show(*self._at))
        self._tell(self._where())
        captions = self._captions()
        for follower in self.followers:
            if follower.captioned:
                follower.post(captions)

    def _renew(self, indices: list[int]) -> None:
        for index in indices:
            told = {"type": "slide", "index": index, "html": self.deck.html(index)}
            self._slides[index] = _text(told)
            self._tell(self._slides[index])

    def _keep(self, event: Message) -> bytes:
        """For those who come later: the latest run of the latest programs."""
        id = event["trick"]
        if event.get("kind") == "start":
            self._runs.pop(id, None)
            self._runs[id] = deque(maxlen=LINES)
            if len(self._runs) > RUNS:
                del self._runs[next(iter(self._runs))]
        text = _text(event)
        if id in self._runs:
            self._runs[id].append(text)
        return text

    # What followers get

    def join(self, since: int, captioned: bool) -> Follower:
        """Add one whose page was loaded at this number; the first messages tell what it lacks."""
        follower = Follower(captioned)
        if since < self.deck.first:
            follower.post(_text({"type": "reload"}))
            return follower
        self.followers.add(follower)
        follower.post(_text({"type": "hello", "followers": self.address}))
        missed = [self._slides[index] for index in self.deck.since(since)]
        for text in (*missed, *(line for run in self._runs.values() for line in run)):
            follower.post(text)
        follower.post(self._where())
        if captioned:
            follower.post(self._captions())
        return follower

    def leave(self, follower: Follower) -> None:
        self.followers.discard(follower)

    def _where(self) -> bytes:
        index, step = self._at
        return _text({"type": "at", "h": index, "f": step})

    def _captions(self) -> bytes:
        return _text({"type": "captions", "said": self.deck.captions(*self._at)})

    def _tell(self, text: bytes) -> None:
        for follower in self.followers:
            follower.post(text)


def _text(message: Message) -> bytes:
    """As a browser's EventSource reads it: JSON writes no line's end as such."""
    return f"data: {json.dumps(message)}\n\n".encode()
