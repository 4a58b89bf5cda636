"""The stage: serves the built deck on this machine, reloads it when it changes, and runs tricks.

One process and one port, on loopback: the deck (pages.py), the run socket (runs.py) and rebuilding
(watch.py), behind the checks of gate.py. The page sends the id of a program, never code.
"""

import asyncio
import contextlib
import socket
import sys
import webbrowser
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from deck.programs import outlook, preflight, shown
from deck.programs.spare import Spares
from deck.stage import connections, kept, panel, rehearsal
from deck.stage.followers import invitation
from deck.stage.followers.address import Entrance
from deck.stage.followers.feed import Followers
from deck.stage.gate import Gate, Guard
from deck.stage.lock import StageError
from deck.stage.pages import Pages
from deck.stage.place import Place
from deck.stage.runs import Runs
from deck.stage.sessions import Sessions
from deck.stage.survey import Survey, Surveyor, survey
from deck.stage.watch import Builder, Outcome, Watcher, is_read_once, of_programs
from deck.stage.windows import Message, Window

LOOPBACK = "127.0.0.1"
# A message is an id or a place in braces.
MESSAGE_BYTES = 1024
# How long a window may take to say goodbye when the stage closes.
GOODBYE = 2


class Stage:
    """What one stage consists of."""

    def __init__(
        self,
        root: Path,
        listener: socket.socket,
        host: str = LOOPBACK,
        isolated: bool = True,
        spares: bool = True,
        entrance: Entrance | None = None,
    ) -> None:
        self.root = root
        self.isolated = isolated
        self.listener = listener
        self.deck = root / shown.SITE
        folder = root / kept.FOLDER
        self.place = Place(folder, self.trouble)
        self.spares = Spares() if spares and isolated else None
        self.runs = Runs(root, isolated=isolated, place=self.place, spares=self.spares)
        port = listener.getsockname()[1]
        sessions = Sessions(folder, self.trouble)
        self.gate = Gate(port, host, _announce_next, sessions, self.place)
        self.builder = Builder(root)
        self.watcher = Watcher(root, self.trouble)
        self.surveyor = Surveyor(self.ask, self._surveyed)
        self.followers = self._let_follow(entrance) if entrance else None
        self._remember_rehearsal()

    def app(self) -> Starlette:
        """The web application: pages and the run socket, behind the guard."""
        return Starlette(
            routes=[
                WebSocketRoute("/run", self._socket),
                Route(panel.PATH, panel.Panel(self.root, self.gate).answer),
                Route(invitation.PATH, self._invitation),
                Mount("/", Pages(self.deck, self.gate, self._version)),
            ],
            middleware=[Middleware(Guard, gate=self.gate)],
        )

    def _version(self) -> str:
        return self.runs.windows.version

    def server(self) -> uvicorn.Server:
        config = uvicorn.Config(
            self.app(),
            http=connections.Http,
            ws=connections.WebSocket,
            ws_max_size=MESSAGE_BYTES,
            # Compressed messages could unpack to more than their size.
            ws_per_message_deflate=False,
            limit_concurrency=connections.at_most(connections.descriptors()),
            timeout_keep_alive=int(connections.SILENCE),
            timeout_graceful_shutdown=GOODBYE,
            log_level="error",
            server_header=False,
            # Nobody stands between us and the browser: no header may change who is asking.
            proxy_headers=False,
        )
        return _Server(config, self)

    async def prepare(self) -> None:
        """Build the deck and find out what can run. Raises StageError when there is no deck."""
        # First of all, so that nothing that is saved from now on is missed.
        await self.watcher.begin()
        print("Building the deck ...", flush=True)
        outcome = await self.builder.build()
        self._report(outcome)
        if not (outcome.ok or (self.deck / "index.html").exists()):
            raise StageError("The build failed, and there is no earlier deck to show.")
        self.runs.windows.version = outcome.version
        await self._look_at_slides(outcome)
        self._surveyed(await asyncio.to_thread(self.ask))
        for line in self._readiness():
            print(line)

    async def present(self, open_browser: bool) -> None:
        """Serve until told to stop; all runs have ended when this returns."""
        server = self.server()
        work = [self._keep_built(), self.surveyor.keep_asking()]
        if self.followers:
            work.append(self.followers.keep())
            print(f"People on the network can follow:  {self.followers.address}")
        jobs = [asyncio.create_task(job) for job in work]
        if self.place.now:
            print(f"It opens where the talk was left, at {self.place.now}.")
        print(f"The stage is open:  {self.gate.address()}")
        print("The address lets one browser in. Ctrl-C closes the stage.", flush=True)
        if open_browser:
            # It may wait for the browser, which waits for us.
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, self.gate.address())
        try:
            await server.serve(sockets=[self.listener])
        finally:
            for job in jobs:
                job.cancel()
            await self.close()

    def _let_follow(self, entrance: Entrance) -> Followers:
        """Tell followers where the talk is, what runs print, and each new deck."""

        def hello() -> Message:
            return {"type": "hello", "at": self.place.now, "runs": self.runs.events()}

        followers = Followers(entrance, self.deck, hello, self.trouble)
        self.runs.windows.hearers.append(followers.hear)
        self.runs.listeners.append(followers.notice)
        self.runs.hello["followers"] = followers.address
        return followers

    def _remember_rehearsal(self) -> None:
        """The speaker's pace is held against it."""
        try:
            self.runs.hello["rehearsed"] = rehearsal.rehearsed(self.root)
        except rehearsal.RehearsalError as error:
            self.trouble(str(error))

    def _invitation(self, request: Request) -> Response:
        """The picture of the followers' address, for the slide."""
        if self.followers is None or not self.gate.admits(request):
            return Response(status_code=404)
        return Response(invitation.picture(self.followers.address), media_type="image/svg+xml")

    async def close(self) -> None:
        if self.spares:
            await asyncio.to_thread(self.spares.close)
        await self.watcher.close()
        await self.builder.close()

    def ask(self) -> Survey:
        """What can run here now. It takes a while."""
        return survey(self.root, self.isolated)

    def trouble(self, text: str) -> None:
        """Say what the stage can't do, once, in the terminal and on every page."""
        if self.runs.windows.trouble(text):
            print(text, file=sys.stderr, flush=True)

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
            self.runs.windows.leave(window)
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def _receive(self, socket: WebSocket, window: Window) -> None:
        with contextlib.suppress(WebSocketDisconnect, KeyError):
            # KeyError: a binary message, which our page never sends. It ends the connection.
            while True:
                self.runs.request(window, await socket.receive_text())

    async def _keep_built(self) -> None:
        """Rebuild at every change, for ever."""
        while True:
            changed = await self.watcher.changes()
            if any(map(is_read_once, changed)):
                await self.builder.renew()
            outcome = await self.builder.build()
            self._report(outcome)
            if of_programs(changed):
                await self.runs.forget_outdated()
            if outcome.ok:
                # The new slides first; what can run is found out meanwhile.
                self.runs.windows.rebuilt(outcome.version, outcome.swap)
                await self._look_at_slides(outcome)
            if of_programs(changed):
                self.surveyor.again()

    async def _look_at_slides(self, outcome: Outcome) -> None:
        """What they show: the builder tells; of a deck that an earlier one made, the page."""
        told = outcome.programs if outcome.ok else None
        known = await asyncio.to_thread(shown.programs, self.root) if told is None else told
        self.runs.shows(frozenset(known))

    def _report(self, outcome: Outcome) -> None:
        if outcome.text:
            print(outcome.text, file=sys.stderr, flush=True)
        if outcome.ok:
            print(f"Built in {outcome.seconds:.2f} s.", flush=True)
        else:
            print("The build failed: the deck stays as it was.", file=sys.stderr, flush=True)
            self.runs.windows.broken(outcome.text)

    def _readiness(self) -> list[str]:
        """What can run here, and what the last preflight has found."""
        found = self.runs.survey.outlooks
        counts = f"Of {len(found)} programs, {outlook.counted(found)}."
        last = preflight.last(self.root)
        if last is None:
            told = "There was no preflight yet: make preflight tries all that is on the slides."
        else:
            why = preflight.outdated(last, self.root)
            told = last.sentence() + (f" (since then: {why}; make preflight)" if why else "")
            told += f"\nAll of it, in the browser that is let in: {self.gate.home}{panel.PATH}"
        return [counts, *outlook.places(found), *outlook.remedies(found), told]

    def _surveyed(self, found: Survey) -> None:
        for fault in found.faults:
            print(fault, file=sys.stderr, flush=True)
        self.runs.surveyed(found)


class _Server(uvicorn.Server):
    """Ends the runs first when told to stop, so that the windows still hear how they ended."""

    def __init__(self, config: uvicorn.Config, stage: Stage) -> None:
        super().__init__(config)
        self._stage = stage

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        connections.tell_once(self._stage.trouble)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._stage.runs.close()
        await super().shutdown(sockets)


async def _send(socket: WebSocket, window: Window) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await window.messages.get())


def _announce_next(address: str) -> None:
    print(f"A browser came in. For another one:  {address}", flush=True)
