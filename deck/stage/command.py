"""`deck present`: build the talk you are in, and serve it."""

import argparse
import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from deck.programs import catalogue
from deck.programs.machine import PORT, has_screen
from deck.stage import lock
from deck.stage.followers.address import open_at
from deck.stage.lock import StageError
from deck.stage.server import LOOPBACK, Stage


def listen(host: str, port: int | None, last: int = 0) -> socket.socket:
    """A listening socket. Raises StageError.

    Without a port given it is the `last` that a stage had here, where browsers look for it; then
    PORT, or else any free one.
    """
    wanted = PORT if port is None else port
    for each in [last, wanted] if port is None and last else [wanted]:
        try:
            return _bind(host, each)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise StageError(f"Can't listen on {host}:{each}: {error.strerror}.") from error
    if port is not None:
        raise StageError(
            f"Port {port} is taken. Choose another (--port, or PORT= for make),"
            " or leave it out for a free one."
        )
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


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number up to 65535")
    return int(text)


def _options(arguments: Iterable[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="deck present", description="Present the deck.")
    parser.add_argument("--port", type=_port, help=f"default: {PORT}, or a free one")
    parser.add_argument("--no-open", action="store_true", help="open no browser")
    parser.add_argument("--root", type=Path, default=catalogue.ROOT, help="default: this talk")
    parser.add_argument(
        "--host", default=LOOPBACK, help="an address to listen on, not a loopback one"
    )
    parser.add_argument(
        "--followers",
        nargs="?",
        const="",
        metavar="[ADDRESS][:PORT]",
        help="let people on the network watch, read only; default: this machine's own address",
    )
    parser.add_argument(
        "--without-isolation",
        dest="isolated",
        action="store_false",
        help="where this machine refuses namespaces: run tricks bare, as programs of your own",
    )
    parser.add_argument(
        "--no-spares",
        dest="spares",
        action="store_false",
        help="make no worlds before somebody presses Run: 100 MB less memory, later first lines",
    )
    parser.add_argument(
        "--i-know-this-runs-programs",
        action="store_true",
        help="who can reach --host and gets hold of the address can run every trick: allow it",
    )
    options = parser.parse_args(None if arguments is None else list(arguments))
    if options.host != LOOPBACK and not options.i_know_this_runs_programs:
        parser.error(
            f"on {options.host}, others could run programs on this machine;"
            " if you want that, add --i-know-this-runs-programs"
        )
    return options


async def _run(
    options: argparse.Namespace, held: lock.Lock, watch: Callable[[Stage], None]
) -> None:
    with listen(options.host, options.port, held.port or 0) as listener:
        held.note(listener.getsockname()[1])
        root = options.root.resolve()
        entrance = None if options.followers is None else open_at(options.followers)
        stage = Stage(root, listener, options.host, options.isolated, options.spares, entrance)
        watch(stage)
        try:
            await stage.prepare()
            # A browser for the terminal would take the terminal from us.
            await stage.present(has_screen() and not options.no_open)
        finally:
            await stage.close()


def _check_talk(root: Path) -> None:
    for name in ("conf.py", "slides"):
        if not (root / name).exists():
            raise StageError(
                f"There is no talk in {root}: it has no {name}. Change into the folder of one, name"
                " it with --root, or begin one: deck init FOLDER"
            )


def main(
    arguments: Iterable[str] | None = None, watch: Callable[[Stage], None] = lambda stage: None
) -> int:
    """Present until told to stop; *watch* gets the stage before it opens."""
    options = _options(arguments)
    try:
        _check_talk(options.root)
        with lock.hold(options.root.resolve()) as held:
            asyncio.run(_run(options, held, watch))
    except StageError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nThe stage is closed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
