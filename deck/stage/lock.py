"""One stage in a checkout: two would build into the same folder."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deck.stage import kept

FILE = "lock"


class StageError(Exception):
    """The stage can't open; the message says why and what to do."""


class Lock:
    """Held until the stage ends, however it ends. `port` is the one that the last stage had."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.port = _told(descriptor).get("port")

    def note(self, port: int) -> None:
        """Say for others who holds it. A full disk is no reason to have no stage."""
        text = json.dumps({"process": os.getpid(), "port": port}).encode()
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)
        except OSError:
            pass


@contextmanager
def hold(root: Path) -> Iterator[Lock]:
    """Hold the checkout. Raises StageError where another stage does, or nothing can be written."""
    folder = root / kept.FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StageError(
            f"Can't write into {folder} ({error.strerror}): a stage builds the deck there."
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StageError(_busy(_told(descriptor))) from None
        yield Lock(descriptor)
    finally:
        os.close(descriptor)


def _told(descriptor: int) -> dict[str, int]:
    try:
        told = json.loads(os.pread(descriptor, 1024, 0))
    except ValueError:
        return {}
    numbers = told.items() if isinstance(told, dict) else ()
    return {name: number for name, number in numbers if isinstance(number, int)}


def _busy(told: dict[str, int]) -> str:
    who = f" (process {told['process']}, port {told['port']})" if len(told) == 2 else ""
    return (
        f"A stage is open in this checkout already{who}: its terminal shows the address."
        " Close it with Ctrl-C there, or present from another checkout."
    )
