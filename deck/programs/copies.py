"""The programs of a talk in a folder of their own, in which one of them can be changed."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

from deck.programs.catalogue import Trick

PREFIX = "sphinx-stage-variant-"  # nobody else has folders of this name to be swept up
OLD = 60  # seconds: who made it has locked it by then


class Copy:
    """`examples/` of the talk below `talk`, in a folder that is gone when this is closed."""

    def __init__(self, talk: Path) -> None:
        self._talk = talk
        self._state = _state(talk)
        with contextlib.ExitStack() as resources:
            folder = tempfile.TemporaryDirectory(prefix=PREFIX)
            self._root = Path(resources.enter_context(folder))
            resources.callback(os.close, _locked(self._root))
            # Whoever the run becomes has to read it.
            self._root.chmod(0o755)
            shutil.copytree(talk / "examples", self._root / "examples", ignore=_only_programs)
            self._resources = resources.pop_all()

    def is_current(self) -> bool:
        """Whether the talk's programs are still those that were copied."""
        return _state(self._talk) == self._state

    def twin(self, trick: Trick) -> Trick:
        """The trick in here."""
        return trick._replace(path=self._root / trick.path.relative_to(self._talk))

    def change(self, trick: Trick, text: str) -> Trick:
        """The trick in here, with this text for its program."""
        twin = self.twin(trick)
        twin.path.write_text(text, "utf-8")
        # What was compiled of the program as it was is told by its time in whole seconds.
        os.utime(twin.path, (0, 0))
        return twin

    def close(self) -> None:
        """Take it away."""
        self._resources.close()


def sweep() -> None:
    """Take away what our processes have left that were killed: nobody holds its lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # somebody else's, held, or gone by now
            there = folder.lstat()
            if there.st_uid == os.getuid() and time.time() - there.st_mtime > OLD:
                os.close(_locked(folder))
                shutil.rmtree(folder)


def _locked(folder: Path) -> int:
    """A descriptor of it, which holds the only lock on it. Raises OSError where another does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _only_programs(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if "." in name and not name.endswith(".py")]


def _state(talk: Path) -> list[tuple[str, int, int]]:
    """What there is to copy: each file with its time and size."""
    found = []
    for folder, below, names in os.walk(talk / "examples"):
        below[:] = sorted(set(below) - {"__pycache__"})
        for name in sorted(set(names) - set(_only_programs(folder, names))):
            path = os.path.join(folder, name)
            with contextlib.suppress(OSError):  # an editor has just replaced it
                there = os.stat(path)
                found.append((path, there.st_mtime_ns, there.st_size))
    return found
