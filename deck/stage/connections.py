"""Connections: who says nothing shuts nobody out.

Any user of the machine can open as many as the kernel gives out. One that asks for nothing is
closed after SILENCE, also where it has asked before, and the oldest such one as soon as there are
MANY.
"""

import asyncio
import errno
import resource
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

SILENCE = 10.0  # seconds
MANY = 128
# Descriptors for the runs, the builder and the deck's files.
OURS = 256
NONE_LEFT = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Http(H11Protocol):
    """A connection that has to ask for something soon."""

    silent: dict["Http", None] = {}  # noqa: RUF012 -- of all connections, the oldest first
    many = MANY

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._listen(SILENCE)

    def _listen(self, seconds: float) -> None:
        self._patience = self.loop.call_later(seconds, self._give_up)
        self.silent[self] = None
        if len(self.silent) > min(self.many, (self.limit_concurrency or 2 * self.many) // 2):
            next(iter(self.silent))._give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._heard()  # a request has come, whole but for its body

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            # By then the usual wait for another request is over: what is left has begun one.
            self._listen(2 * SILENCE)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        self._heard()
        super().handle_websocket_upgrade(event)

    def _give_up(self) -> None:
        self._heard()
        self.transport.abort()

    def _heard(self) -> None:
        self.silent.pop(self, None)
        self._patience.cancel()


class WebSocket(WebSocketsSansIOProtocol):
    """When the stage ends, a window that is closing already needs no farewell."""

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()


def descriptors() -> int:
    """Take as many descriptors as this process may have, and say how many that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def at_most(limit: int) -> int:
    """How many connections there may be at once with so many descriptors."""
    return max(limit - OURS, limit // 2)


def tell_once(say: Callable[[str], None]) -> None:
    """Have a lack of descriptors said in one sentence, where asyncio says it for each attempt."""

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in NONE_LEFT:
            say(f"Nobody else can connect at the moment: {error.strerror}. {_remedy()}")
        else:
            loop.default_exception_handler(context)

    asyncio.get_running_loop().set_exception_handler(handle)


def _remedy() -> str:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return f"This process may have {limit} open files (ulimit -Hn)."
