"""The stage's side: it starts the process that serves followers, and tells it what they may know.

Nothing comes back. A process that ends, or hangs, is started again and told all anew; the talk
goes on without it.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deck.stage.followers.address import Entrance

BACKLOG = 8192  # messages
STARTS = 5  # so often it is started again

Message = dict[str, Any]


class Followers:
    """`hello` gives what the process is told first: the place, and the events so far."""

    def __init__(
        self,
        entrance: Entrance,
        deck: Path,
        hello: Callable[[], Message],
        trouble: Callable[[str], None],
    ) -> None:
        self.address = entrance.address
        self._entrance = entrance
        self._deck = deck
        self._hello = hello
        self._trouble = trouble
        self._waiting: asyncio.Queue[Message] = asyncio.Queue(BACKLOG)
        self._process: asyncio.subprocess.Process | None = None

    def hear(self, message: Message) -> None:
        """What windows are told: of that, followers get the events of runs and new decks."""
        if message["type"] == "event":
            self._tell(message)
        elif message["type"] in ("reload", "swap"):
            self._tell({"type": "built"})

    def notice(self, action: str, what: str) -> None:
        """What windows do: of that, followers get where the talk is."""
        if action == "at":
            self._tell({"type": "at", "at": what})

    def _tell(self, message: Message) -> None:
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._end()  # it hangs

    async def keep(self) -> None:
        """Have the process, until cancelled."""
        try:
            for _ in range(STARTS):
                await self._serve()
            self._trouble("Followers can't be served: their server has ended too often.")
        finally:
            self._end()
            if self._process:
                await self._process.wait()
            self._entrance.listener.close()

    async def _serve(self) -> None:
        """One process, from its start to its end."""
        listener = self._entrance.listener.fileno()
        hosts = [f"--host={host}" for host in self._entrance.hosts]
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "deck.stage.followers", f"--listener={listener}", f"--deck={self._deck}"),
            *(f"--address={self.address}", *hosts),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listener],
            start_new_session=True,  # the terminal's Ctrl-C is for the stage
        )
        while not self._waiting.empty():
            self._waiting.get_nowait()
        feeding = asyncio.create_task(self._feed(process, self._hello()))
        try:
            await process.wait()
        finally:
            feeding.cancel()

    async def _feed(self, process: asyncio.subprocess.Process, hello: Message) -> None:
        assert process.stdin
        message = hello
        with contextlib.suppress(ConnectionError):
            while True:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                await process.stdin.drain()
                message = await self._waiting.get()

    def _end(self) -> None:
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
