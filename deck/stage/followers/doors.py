"""The web server of followers: a table of files, and one stream. It takes GET and HEAD, no more.

Whoever is on the network can reach it, and may mean harm: so each address has so many connections,
all have so many, each must ask for something soon and take what it is sent, and nothing that is
asked is used for anything but to look it up.
"""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import ClassVar
from urllib.parse import parse_qs

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from deck.stage import connections
from deck.stage.followers.files import File
from deck.stage.followers.hall import Follower, Hall
from deck.stage.followers.shown import STREAM
from deck.stage.headers import for_followers

PER_ADDRESS = 32
IN_ALL = 1024
STREAMS_PER_ADDRESS = 16
STREAMS = IN_ALL * 3 // 4
STALLED = 15.0  # seconds for which a reader may take nothing
HEARTBEAT = 15.0  # seconds
PIECE = 1 << 16  # bytes: so much of an answer waits for its reader
REQUEST = 1 << 13  # bytes: a request's head

ALIVE = b": \n\n"


class Http(connections.Http):
    """A connection of a follower: counted, and dropped where it takes nothing."""

    counted: ClassVar[Counter[str]] = Counter()
    per_address = PER_ADDRESS
    in_all = IN_ALL
    stalled = STALLED
    many = IN_ALL // 4

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        self._stall: asyncio.TimerHandle | None = None
        self.counted[self._address] += 1
        if self.counted[self._address] > self.per_address or self.counted.total() > self.in_all:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.counted[self._address] -= 1
        if not self.counted[self._address]:
            del self.counted[self._address]
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall = self.loop.call_later(self.stalled, self._drop)

    def resume_writing(self) -> None:
        if self._stall:
            self._stall.cancel()
        super().resume_writing()

    def _drop(self) -> None:
        """Also what the kernel holds for this reader, which would lie there until it is taken."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


class Doors:
    """The ASGI application. `hosts` are the names by which the server may be asked."""

    def __init__(self, hall: Hall, hosts: frozenset[str]) -> None:
        self.hall = hall
        self.hosts = hosts
        self.streams: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"no {scope['type']} here")
        headers = scope["headers"]
        hosts = [value.decode("latin-1").lower() for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            await _say(send, 421, "Ask for the address that the slide shows.\n")
        elif scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, "Here one only reads.\n")
        elif scope["path"] == STREAM:
            await self._stream(scope, receive, send)
        elif found := self.hall.deck.files.get(scope["path"]):
            await _file(found, dict(headers), send)
        else:
            await _say(send, 404, "There is no such thing here.\n")

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = scope["client"][0] if scope["client"] else ""
        full = self.streams[address] >= STREAMS_PER_ADDRESS or self.streams.total() >= STREAMS
        if full or scope["method"] != "GET":
            await _say(send, 503, "The hall is full.\n")
            return
        asked = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        since = asked.get("since", [""])[0]
        number = int(since) if since.isdecimal() and since.isascii() and len(since) < 20 else 0
        follower = self.hall.join(number, "captions" in asked)
        self.streams[address] += 1
        try:
            await _start(send, 200, "text/event-stream", {b"cache-control": b"no-store"})
            async with aclosing(_messages(follower, receive)) as messages:
                async for text in messages:
                    await _body(send, text, more=True)
        finally:
            self.hall.leave(follower)
            self.streams[address] -= 1
            self.streams += Counter()  # without those at zero
        await _body(send, b"")


async def _messages(follower: Follower, receive: Receive) -> AsyncGenerator[bytes, None]:
    """What to send, in few pieces, until the follower leaves or is too slow."""
    gone = asyncio.create_task(_left(receive))
    slow = asyncio.create_task(follower.too_slow.wait())
    try:
        while not (gone.done() or slow.done()):
            waiting = asyncio.create_task(follower.messages.get())
            ends: set[asyncio.Task[object]] = {gone, slow, waiting}
            await asyncio.wait(ends, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                yield ALIVE
                continue
            text = [waiting.result()]
            while sum(map(len, text)) < PIECE and not follower.messages.empty():
                text.append(follower.messages.get_nowait())
            yield b"".join(text)
    finally:
        gone.cancel()
        slow.cancel()


async def _left(receive: Receive) -> None:
    """Until the follower has left; what else comes of it is thrown away."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _file(found: File, headers: dict[bytes, bytes], send: Send) -> None:
    more = {b"etag": found.tag.encode(), b"cache-control": b"no-cache", b"vary": b"accept-encoding"}
    if headers.get(b"if-none-match") == found.tag.encode():
        await _start(send, 304, found.type, more)
        await _body(send, b"")
        return
    body = found.body
    if found.packed and b"gzip" in headers.get(b"accept-encoding", b""):
        body = found.packed
        more[b"content-encoding"] = b"gzip"
    more[b"content-length"] = str(len(body)).encode()
    await _start(send, 200, found.type, more)
    # In pieces, each of which waits until the one before is taken.
    for start in range(0, len(body), PIECE):
        await _body(send, body[start : start + PIECE], more=True)
    await _body(send, b"")


async def _say(send: Send, status: int, text: str) -> None:
    body = text.encode()
    close = {b"content-length": str(len(body)).encode(), b"connection": b"close"}
    await _start(send, status, "text/plain; charset=utf-8", close)
    await _body(send, body)


async def _start(send: Send, status: int, type: str, more: dict[bytes, bytes]) -> None:
    guards = {name.lower().encode(): text.encode() for name, text in for_followers().items()}
    headers = [*guards.items(), (b"content-type", type.encode()), *more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _body(send: Send, body: bytes, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def server(app: ASGIApp) -> uvicorn.Server:
    """The server that gives followers what the application has."""
    config = uvicorn.Config(
        app,
        http=Http,
        ws="none",
        lifespan="off",
        h11_max_incomplete_event_size=REQUEST,
        # A hall that comes at once needs the places of those who have loaded the page.
        timeout_keep_alive=3,
        timeout_graceful_shutdown=1,
        # What strangers send is no news for the speaker's terminal.
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    return uvicorn.Server(config)
