"""Rebuild the deck when a file is saved, in a process that is warm."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import watchfiles

WATCHED = ("slides", "examples", "measurements", "_static", "deck")
PROGRAMS = ("examples", "measurements")  # folders of programs, which a build only reads
# A saved file is often two or three changes (write, rename, chmod) within a millisecond or so.
SETTLE = 3
# The answer holds the last lines of Sphinx's messages, which may be long ones.
ANSWER_LIMIT = 1 << 20

Arrived = asyncio.Queue[set[Path]]


@dataclass(frozen=True)
class Outcome:
    """How a build ended, with its warnings, or why it failed."""

    ok: bool
    text: str
    seconds: float


class Builder:
    """A warm process that builds the deck (warm.py), and is replaced when it is spoilt."""

    def __init__(self, root: Path, *options: str) -> None:
        self._command = [sys.executable, "-m", "deck.stage.warm", str(root), *options]
        self._root = root
        self._process: asyncio.subprocess.Process | None = None

    async def build(self) -> Outcome:
        """Build what changed; the deck that stands is replaced only when that succeeds."""
        process = await self._ready()
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


async def keep_built(root: Path, builder: Builder, report: Callable[[Outcome], None]) -> None:
    """Rebuild at every change, for ever, and report how each build ended."""
    arrived: Arrived = asyncio.Queue()
    folders = [root / name for name in WATCHED if (root / name).is_dir()]
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_watch(root, folders, arrived))
        tasks.create_task(_watch_settings(root, arrived))
        tasks.create_task(_rebuild(arrived, builder, report))


async def _rebuild(arrived: Arrived, builder: Builder, report: Callable[[Outcome], None]) -> None:
    while True:
        changed = await arrived.get()
        # All that was saved during the last build is one change.
        while not arrived.empty():
            changed |= arrived.get_nowait()
        if any(map(_is_read_once, changed)):
            await builder.renew()
        report(await builder.build())


async def _watch(root: Path, folders: list[Path], arrived: Arrived) -> None:
    async for batch in watchfiles.awatch(*folders, step=SETTLE, watch_filter=_matters):
        arrived.put_nowait({Path(path).relative_to(root) for _, path in batch})


async def _watch_settings(root: Path, arrived: Arrived) -> None:
    """Watch conf.py by its folder: an editor may replace the file, and we watch the old one."""
    async for _ in watchfiles.awatch(
        root, recursive=False, watch_filter=lambda _, path: Path(path).name == "conf.py"
    ):
        arrived.put_nowait({Path("conf.py")})


_ignore = watchfiles.DefaultFilter()


def _matters(change: watchfiles.Change, path: str) -> bool:
    """Not caches, and not what editors leave lying about."""
    return _ignore(change, path) and not Path(path).name.startswith((".", "#"))


def _is_read_once(path: Path) -> bool:
    """Whether the builder holds this file in memory: its own code and settings."""
    return path.name in ("conf.py", "theme.toml") or (
        path.suffix == ".py" and path.parts[0] not in PROGRAMS
    )
