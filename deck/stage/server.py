"""The stage: serves the built deck on this machine, reloads it when it changes, and runs tricks.

`python -m deck.stage.server` is what `make present` calls. One process and one port, on loopback:
the deck (pages.py), the run socket (runs.py) and rebuilding (watch.py), behind the checks of
gate.py. The page sends the id of a trick, never code.
"""

import argparse
import asyncio
import contextlib
import errno
import os
import socket
import sys
import webbrowser
from collections.abc import Iterable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from deck.programs import catalogue
from deck.programs.catalogue import CatalogueError
from deck.programs.remedies import remedies
from deck.stage.gate import Gate, Guard
from deck.stage.pages import Pages
from deck.stage.runs import Runs, Window
from deck.stage.watch import Builder, Outcome, keep_built

LOOPBACK = "127.0.0.1"
PORT = 8000
# A message is an id in braces.
MESSAGE_BYTES = 1024
# How long a window may take to say goodbye when the stage closes.
GOODBYE = 2


class StageError(Exception):
    """The stage can't open; the message says why and what to do."""


class Stage:
    """What one stage consists of."""

    def __init__(
        self,
        root: Path,
        listener: socket.socket,
        host: str = LOOPBACK,
        isolated: bool = True,
    ) -> None:
        self.root = root
        self.listener = listener
        self.deck = root / "_build" / "slides"
        self.gate = Gate(listener.getsockname()[1], host, announce=_announce_next)
        self.runs = Runs(root, isolated=isolated)
        self.builder = Builder(root)

    def app(self) -> Starlette:
        """The web application: pages and the run socket, behind the guard."""
        return Starlette(
            routes=[
                WebSocketRoute("/run", self._socket),
                Mount("/", Pages(self.deck, self.gate)),
            ],
            middleware=[Middleware(Guard, gate=self.gate, deck=self.deck)],
        )

    def server(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self.app(),
            ws=_WindowProtocol,
            ws_max_size=MESSAGE_BYTES,
            # Compressed messages could unpack to more than their size.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=GOODBYE,
            log_level="warning",
            server_header=False,
            # Nobody stands between us and the browser: no header may change who is asking.
            proxy_headers=False,
        )
        return _Server(config, self.runs)

    async def prepare(self) -> None:
        """Build the deck and find out what can run. Raises StageError when there is no deck."""
        print("Building the deck ...", flush=True)
        outcome = await self.builder.build()
        self._report(outcome)
        if not (outcome.ok or (self.deck / "index.html").exists()):
            raise StageError("The build failed, and there is no earlier deck to show.")
        await asyncio.to_thread(self._survey)
        for line in remedies(self.runs.verdicts):
            print(line)

    async def present(self, open_browser: bool) -> None:
        """Serve until told to stop; all runs have ended when this returns."""
        server = self.server()
        rebuilding = asyncio.create_task(keep_built(self.root, self.builder, self._rebuilt))
        print(f"The stage is open:  {self.gate.address()}")
        print("The address lets one browser in. Ctrl-C closes the stage.", flush=True)
        if open_browser:
            # It may wait for the browser, which waits for us.
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, self.gate.address())
        try:
            await server.serve(sockets=[self.listener])
        finally:
            rebuilding.cancel()
            await self.builder.close()

    async def _socket(self, socket: WebSocket) -> None:
        """One window's connection, from its hello until it leaves or is too slow."""
        await socket.accept()
        window = self.runs.join()
        jobs = [
            asyncio.create_task(job)
            for job in (
                _send(socket, window),
                self._receive(socket, window),
                window.too_slow.wait(),
            )
        ]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.runs.leave(window)
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def _receive(self, socket: WebSocket, window: Window) -> None:
        with contextlib.suppress(WebSocketDisconnect, KeyError):
            # KeyError: a binary message, which our page never sends. It ends the connection.
            while True:
                self.runs.request(window, await socket.receive_text())

    def _rebuilt(self, outcome: Outcome) -> None:
        self._report(outcome)
        if outcome.ok:
            self._survey()
            self.runs.rebuilt()

    def _report(self, outcome: Outcome) -> None:
        if outcome.text:
            print(outcome.text, file=sys.stderr, flush=True)
        if outcome.ok:
            print(f"Built in {outcome.seconds:.2f} s.", flush=True)
        else:
            print("The build failed: the deck stays as it was.", file=sys.stderr, flush=True)
            self.runs.broken(outcome.text)

    def _survey(self) -> None:
        try:
            self.runs.survey()
        except CatalogueError as error:
            # Half-written: the tricks known so far remain.
            print(error, file=sys.stderr, flush=True)


class _Server(uvicorn.Server):
    """Ends the runs first when told to stop, so that the windows still hear how they ended."""

    def __init__(self, config: uvicorn.Config, runs: Runs) -> None:
        super().__init__(config)
        self._runs = runs

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._runs.close()
        await super().shutdown(sockets)


class _WindowProtocol(WebSocketsSansIOProtocol):
    """When the stage ends, a window that is closing already needs no farewell."""

    def shutdown(self) -> None:
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()


async def _send(socket: WebSocket, window: Window) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await window.messages.get())


def _announce_next(address: str) -> None:
    print(f"A browser came in. For another one:  {address}", flush=True)


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket; without a port given, 8000 or else any free one. Raises StageError."""
    try:
        return _bind(host, PORT if port is None else port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise StageError(f"Can't listen on {host}: {error.strerror}.") from error
        if port is not None:
            raise StageError(
                f"Port {port} is taken. Choose another (--port, or PORT= for make),"
                " or leave it out for a free one."
            ) from error
    print(f"Port {PORT} is taken; using a free one.")
    return _bind(host, 0)


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    try:
        # Else a stage could not be opened again within a minute of closing it.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _options(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deck present", description="Present the deck.")
    parser.add_argument("--port", type=int, help=f"default: {PORT}, or a free one")
    parser.add_argument("--no-open", action="store_true", help="open no browser")
    parser.add_argument("--root", type=Path, default=catalogue.ROOT, help="default: this talk")
    parser.add_argument(
        "--host", default=LOOPBACK, help="an address to listen on, not a loopback one"
    )
    parser.add_argument(
        "--without-isolation",
        dest="isolated",
        action="store_false",
        help="where this machine refuses namespaces: run tricks bare, as programs of your own",
    )
    parser.add_argument(
        "--i-know-this-runs-programs",
        action="store_true",
        help="who can reach --host and gets hold of the address can run every trick: allow it",
    )
    options = parser.parse_args(arguments)
    if options.host != LOOPBACK and not options.i_know_this_runs_programs:
        parser.error(
            f"on {options.host}, others could run programs on this machine;"
            " if you want that, add --i-know-this-runs-programs"
        )
    return options


def _has_browser() -> bool:
    """Whether there is a screen: a browser for the terminal would take the terminal from us."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def _run(options: argparse.Namespace) -> None:
    with listen(options.host, options.port) as listener:
        stage = Stage(options.root.resolve(), listener, options.host, options.isolated)
        try:
            await stage.prepare()
            await stage.present(_has_browser() and not options.no_open)
        finally:
            await stage.builder.close()


def _check_talk(root: Path) -> None:
    for name in ("conf.py", "slides"):
        if not (root / name).exists():
            raise StageError(
                f"There is no talk in {root}: it has no {name}. Change into the folder of one, name"
                " it with --root, or begin one: deck init FOLDER"
            )


def main(arguments: Iterable[str] | None = None) -> int:
    options = _options(arguments)
    try:
        _check_talk(options.root)
        asyncio.run(_run(options))
    except StageError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe stage is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
