"""The process that serves followers: `deck/stage/followers/feed.py` starts it, and tells it all.

It has no runner, no token and no way back into the stage: lines of JSON come in by its standard
input, and when that ends it does.
"""

import argparse
import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import uvicorn

from deck.stage.connections import descriptors
from deck.stage.followers import doors, files, invitation
from deck.stage.followers.hall import Hall
from deck.stage.followers.shown import Shown

LONGEST = 1 << 24  # bytes: the hello, with what ran before
NICER = 5


async def _serve(options: argparse.Namespace) -> None:
    told = await _told()
    hall = _hall(options)
    if not (first := await told.readline()):
        return
    hall.take(json.loads(first))  # nobody comes in before there is a deck
    server = doors.server(doors.Doors(hall, frozenset(options.host)))
    hearing = asyncio.create_task(_hear(told, hall, server))
    await server.serve(sockets=[socket.socket(fileno=options.listener)])
    hearing.cancel()


def _hall(options: argparse.Namespace) -> Hall:
    drawn = files.file(invitation.picture(options.address), "image/svg+xml")
    deck = Shown(options.deck, {invitation.PATH: drawn})
    return Hall(deck, options.address, _say)


async def _told() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(LONGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _hear(told: asyncio.StreamReader, hall: Hall, server: uvicorn.Server) -> None:
    """Take what the stage tells, until it ends."""
    try:
        while line := await told.readline():
            hall.take(json.loads(line))
    finally:
        server.should_exit = True


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--listener", type=int, required=True, help="a descriptor that listens")
    parser.add_argument("--deck", type=Path, required=True, help="the built deck")
    parser.add_argument("--address", required=True, help="what the invitation says")
    parser.add_argument("--host", action="append", required=True, help="a name to be asked by")
    options = parser.parse_args()
    os.nice(NICER)
    descriptors()
    asyncio.run(_serve(options))


if __name__ == "__main__":
    main()
