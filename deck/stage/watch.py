"""Rebuild the deck when a file is saved, in a process that is warm."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import watchfiles

WATCHED = ("slides", "examples", "measurements", "_static", "deck")
PROGRAMS = ("examples", "measurements")  # folders of programs, which a build only reads
# A saved file is often two or three changes (write, rename, chmod) within a millisecond or so.
SETTLE = 3
# The answer holds what changed, which may be a whole talk.
ANSWER_LIMIT = 1 << 28

# What is said where the kernel will not tell of saved files (inotify(7)).
POLLS = "This machine tells nobody of saved files any more: they are looked for, which takes longer"
BLIND = "Saved files are not seen any more"
REMEDY = (
    "To mend it: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512"
)


@dataclass(frozen=True)
class Outcome:
    """How a build ended, with its warnings, or why it failed.

    `version` names the page that it made; `swap` is what an open page has to change for it, None
    where it has to be loaded anew. `programs` are the ids of those that it shows, None where nobody
    told.
    """

    ok: bool
    text: str
    seconds: float
    version: str = ""
    swap: dict[str, Any] | None = None
    programs: list[str] | None = None


class Builder:
    """A warm process that builds the deck (warm.py), and is replaced when it is spoilt."""

    def __init__(self, root: Path, *options: str) -> None:
        self._command = [sys.executable, "-m", "deck.stage.warm", str(root), *options]
        self._root = root
        self._process: asyncio.subprocess.Process | None = None

    async def build(self) -> Outcome:
        """Build what changed; the deck that stands is replaced only when that succeeds."""
        process = await self._ready()
        assert process.stdin and process.stdout, "it was told to make pipes"
        try:
            process.stdin.write(b"build\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
        except ConnectionError:
            line = b""
        if not line:
            await self.renew()
            return Outcome(False, "the builder ended before it was done", 0.0)
        outcome = Outcome(**json.loads(line))
        if not outcome.ok:
            await self.renew()
        return outcome

    async def renew(self) -> None:
        """Begin afresh: for changes that Sphinx reads only once, such as conf.py."""
        await self.close()
        # Started now, so that its imports are done when the next file is saved.
        await self._ready()

    async def close(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    async def _ready(self) -> asyncio.subprocess.Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._root,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=ANSWER_LIMIT,
                # Ctrl-C in the terminal is for the stage, which then ends us.
                start_new_session=True,
            )
        return self._process


class Watcher:
    """Notes what is saved. `trouble` is called with a sentence when this machine can't watch."""

    def __init__(self, root: Path, trouble: Callable[[str], None]) -> None:
        self._root = root
        self._trouble = trouble
        self._arrived: asyncio.Queue[set[Path]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Watch from now on: what is saved after this will be noted."""
        folders = [self._root / name for name in WATCHED if (self._root / name).is_dir()]
        # conf.py is watched by its folder: an editor may replace the file, and we watch the old.
        jobs = (
            self._watch(*folders, watch_filter=_matters),
            self._watch(self._root, recursive=False, watch_filter=_is_settings),
        )
        self._tasks = [asyncio.create_task(job) for job in jobs]
        # awatch() sets its watches before it waits for the first time.
        await asyncio.sleep(0)

    async def changes(self) -> set[Path]:
        """Wait for a change; all that was saved since the last time is one."""
        changed = await self._arrived.get()
        while not self._arrived.empty():
            changed |= self._arrived.get_nowait()
        return changed

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self, *paths: Path, **how: Any) -> None:
        try:
            await self._note(*paths, **how)
        except (OSError, RuntimeError) as error:  # RuntimeError is watchfiles' own
            self._trouble(f"{POLLS} ({error}). {REMEDY}")
        else:
            return
        try:
            await self._note(*paths, force_polling=True, **how)
        except (OSError, RuntimeError) as error:
            self._trouble(f"{BLIND} ({error}). Close the stage, and open it again.")

    async def _note(self, *paths: Path, **how: Any) -> None:
        async for batch in watchfiles.awatch(*paths, step=SETTLE, **how):
            self._arrived.put_nowait({Path(path).relative_to(self._root) for _, path in batch})


def of_programs(changed: set[Path]) -> bool:
    """Whether what was saved can change what runs."""
    return any(path.parts[0] in PROGRAMS for path in changed)


def _is_settings(_: watchfiles.Change, path: str) -> bool:
    return Path(path).name == "conf.py"


_ignore = watchfiles.DefaultFilter()


def _matters(change: watchfiles.Change, path: str) -> bool:
    """Not caches, and not what editors leave lying about."""
    return _ignore(change, path) and not Path(path).name.startswith((".", "#"))


def is_read_once(path: Path) -> bool:
    """Whether the builder holds this file in memory: its own code and settings."""
    return path.name in ("conf.py", "theme.toml") or (
        path.suffix == ".py" and path.parts[0] not in PROGRAMS
    )
