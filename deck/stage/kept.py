"""Small things that a stage knows and that must survive it: private files below `_build/stage`."""

import contextlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

FOLDER = Path("_build", "stage")


class Kept:
    """One of them, in a file of this name; without a folder it ends with the stage.

    Where it can't be kept, `warn` is told so, and what is `lost` by that.
    """

    def __init__(
        self, folder: Path | None, name: str, lost: str, warn: Callable[[str], None]
    ) -> None:
        self._file = folder and folder / name
        self._lost = lost
        self._warn = warn

    def read(self) -> dict[str, object]:
        return read(self._file) if self._file else {}

    def write(self, told: dict[str, object]) -> None:
        if self._file:
            try:
                write(self._file, told)
            except OSError as error:
                self._warn(f"Can't write {self._file} ({error.strerror}): {self._lost}")


def read(path: Path) -> dict[str, object]:
    """What was kept; empty when nothing was, or when others could have written or read it."""
    try:
        with path.open() as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
                return {}
            told = json.load(file)
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def write(path: Path, told: dict[str, object]) -> None:
    """Keep it, for the user alone: whoever stops us leaves the old file or the new. OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    passing = path.with_suffix(".new")
    passing.unlink(missing_ok=True)
    try:
        with open(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(told, file)
        passing.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            passing.unlink(missing_ok=True)
        raise
