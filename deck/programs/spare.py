"""Spares: worlds that are made before anybody asks for a run, so that a run begins at once.

In each waits a Python (spare_worker.py) that has not read a line of the talk. It is as isolated as
the program that it will become: it was started in the same way, with the same limits, and serves
one run. There is one for each kind of world that the talk's tricks get, and a new one when the run
has ended that took it; a run that finds none makes its world itself.

A variant's program is another than the talk's: it lies in a copy of the programs, and so does the
spare for it. Which of them is changed, and how, is written into the copy when that is known.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from deck.programs import variants, worlds
from deck.programs.catalogue import Trick
from deck.programs.copies import Copy, sweep
from deck.programs.running import Running
from deck.programs.stand_in import stand_in
from deck.programs.worlds import Namespaces, World

# Given as words and not as a file, it needs no place in the world.
WORKER = "-c", Path(__file__).with_name("spare_worker.py").read_text()
# A spare takes some 12 MB (PSS): all together stay below 100.
MOST = 7

# All that a world is made from. Runs that have it in common can have each other's world.
Kind = tuple[object, ...]


class Spare(NamedTuple):
    """A world that waits, and the copy of the programs that it shows, if it is for variants."""

    running: Running
    copy: Copy | None = None

    def close(self) -> None:
        """End it, and return when nothing of it is left."""
        self.running.close()
        if self.copy:
            self.copy.close()


class Spares:
    """Worlds that wait, at most one of a kind. For any thread; to be closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # of what waits
        self._waiting: dict[Kind, Spare] = {}
        self._wanted: dict[Kind, tuple[World, Trick, bool]] = {}  # whether it is for variants
        self._closed = False
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="spare")
        self._later(sweep)

    def keep(self, tricks: Iterable[Trick], changed: Iterable[Trick] = ()) -> None:
        """Have spares for these from now on, and for no others; they are made in the background.

        Tricks that have variants are among the `changed`, once for each variant. Where there are
        too many kinds, those are left out that the fewest programs ask for.
        """
        self._later(self._keep, list(tricks), list(changed))

    def take(self, world: World, trick: Trick, arguments: tuple[str, ...]) -> Running | None:
        """The trick, begun in a world that was ready; None when there is none for it."""
        kind = _kind(world, trick)
        spare = self._pop(kind) if kind else None
        if spare is None:
            return None
        words = [*trick.program[1:], *arguments]
        if spare.running.order("\0".join(words).encode()):
            return spare.running
        spare.close()
        return None

    @contextlib.contextmanager
    def copy(self, trick: Trick, text: str) -> Iterator[Trick]:
        """As variants.copy; where it can be, in a copy that was ready, and has a spare in it."""
        world = worlds.choose(trick, "here")
        kind = _kind(world, trick, changed=True)
        spare = self._pop(kind) if kind else None
        if spare is None or spare.copy is None or not spare.copy.is_current():
            if spare:
                spare.close()
            with variants.copy(trick, text) as changed:
                yield changed
            return
        with contextlib.closing(spare.copy) as copy:
            found = _kind(world, copy.twin(trick))
            assert found, "as there is one in the talk itself"
            with self._lock:
                self._waiting[found] = Spare(spare.running)
            try:
                yield copy.change(trick, text)
            finally:
                self._drop([found])

    def fill(self) -> None:
        """Make, in the background, what was taken: when a run has ended and needs no CPU more."""
        self._later(self._fill)

    def settle(self) -> int:
        """Wait until all that was asked for so far is done; how many are there now."""
        self._maker.submit(int).result()
        return len(self._waiting)

    def close(self) -> None:
        """Return when no spare is left."""
        self._closed = True
        self._maker.shutdown(cancel_futures=True)
        self._drop(list(self._waiting))

    def _later(self, act: Callable[..., None], *what: object) -> None:
        with contextlib.suppress(RuntimeError):  # there is no later: closed
            self._maker.submit(act, *what)

    def _keep(self, tricks: list[Trick], changed: list[Trick]) -> None:
        found: dict[Kind, tuple[World, Trick, bool]] = {}
        counts: Counter[Kind] = Counter()
        for asked, in_copy in ((tricks, False), (changed, True)):
            for trick in asked:
                world = worlds.choose(trick, "here")
                if kind := _kind(world, trick, in_copy):
                    found.setdefault(kind, (world, trick, in_copy))
                    counts[kind] += 1
        self._wanted = {kind: found[kind] for kind, _ in counts.most_common(MOST)}
        self._drop([kind for kind in list(self._waiting) if kind not in self._wanted])
        self._fill()

    def _fill(self) -> None:
        for kind, wanted in self._wanted.items():
            if kind in self._waiting or self._closed:
                continue
            # What this machine lacks for it, a run will say.
            with contextlib.suppress(OSError, worlds.NoRoom):
                if spare := _make(*wanted):
                    with self._lock:
                        self._waiting[kind] = spare

    def _pop(self, kind: Kind) -> Spare | None:
        with self._lock:
            return self._waiting.pop(kind, None)

    def _drop(self, kinds: list[Kind]) -> None:
        for spare in filter(None, map(self._pop, kinds)):
            spare.close()


def _make(world: World, trick: Trick, in_copy: bool) -> Spare | None:
    """None where the machine refuses the world."""
    with contextlib.ExitStack() as undo:
        copy = Copy(trick.root) if in_copy else None
        if copy:
            undo.callback(copy.close)
            trick = copy.twin(trick)
        running = Running(world, stand_in(trick.root, trick.needs, *WORKER), waits=True)
        undo.callback(running.close)
        if not running.started():
            return None
        undo.pop_all()
        return Spare(running, copy)


def _kind(world: World, trick: Trick, changed: bool = False) -> Kind | None:
    """None for what no spare can serve: a program that is no module, a lab kernel, a bare run."""
    if trick.program[0] != "-m" or not isinstance(world, Namespaces) or world.mode == "bare":
        return None
    folders = tuple(filter(None, (_identity(trick.root / name) for name in worlds.PROGRAMS)))
    waiting = stand_in(trick.root, trick.needs, *WORKER)
    return changed, *world.command(waiting, [], "", "", -1, -1), *folders


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is: a world shows the one that was there when it was made."""
    with contextlib.suppress(OSError):
        there = folder.stat()
        return there.st_dev, there.st_ino
    return None
