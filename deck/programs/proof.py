"""On which kernels is each trick proven? One table in the repo, made by running them all.

`examples/proven.json` has a row a trick: a digest of the program that ran, the day, and for each
kernel "passed", "skipped: reason" or "failed: reason".
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deck.programs import needs, uml
from deck.programs.catalogue import ROOT, Trick
from deck.programs.runner import Event, Run

Row = dict[str, object]

# More kernels than these are too long a badge.
MANY = 3


def path(root: Path = ROOT) -> Path:
    return root / "examples" / "proven.json"


def read(root: Path = ROOT) -> dict[str, Row]:
    """The table by id; empty before the first proof."""
    try:
        return json.loads(path(root).read_text())
    except FileNotFoundError:
        return {}


def write(rows: dict[str, Row], root: Path = ROOT) -> None:
    path(root).write_text(json.dumps(dict(sorted(rows.items())), indent=1) + "\n")


def digest(trick: Trick) -> str:
    """Tells whether the program has changed since its proof."""
    return hashlib.sha256(trick.path.read_bytes()).hexdigest()[:16]


def is_current(trick: Trick, rows: dict[str, Row]) -> bool:
    return rows.get(trick.id, {}).get("program") == digest(trick)


def kernels() -> list[uml.Kernel | None]:
    """The host's kernel (None) and those of the lab."""
    return [None, *uml.kernels()]


def release(kernel: uml.Kernel | None) -> str:
    return kernel.release if kernel else os.uname().release


def short(release: str) -> str:
    """What a slide says: "6.18" for "6.18.44-x"."""
    return ".".join(release.split("-")[0].split(".")[:2])


def passed_on(row: Row) -> list[str]:
    """The kernels, short and in order, on which a row's trick has passed."""
    found = {short(name) for name, result in row.get("kernels", {}).items() if result == "passed"}
    return sorted(found, key=lambda name: tuple(map(int, name.split("."))))


def badge(row: Row) -> str:
    """What a slide says of a row: all kernels, or when they are many the first and the last."""
    found = passed_on(row)
    if len(found) > MANY:
        return f"proven on {len(found)} kernels, {found[0]} to {found[-1]}"
    return f"proven on {', '.join(found)}" if found else ""


def prove(chosen: list[Trick], jobs: int = 2) -> Iterator[tuple[Trick, uml.Kernel | None, Event]]:
    """Run each trick on each kernel, `jobs` at a time, and yield how it ended."""

    def end(task: tuple[Trick, uml.Kernel | None]) -> tuple[Trick, uml.Kernel | None, Event]:
        trick, kernel = task
        if kernel is None and needs.check(trick).where == "lab":
            reason = "this kernel lacks what it needs; a lab kernel has it"
            return trick, kernel, Event("end", 0.0, reason, "skipped")
        return trick, kernel, list(Run(trick, kernel=kernel).events())[-1]

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(end, [(trick, kernel) for kernel in kernels() for trick in chosen])


def enter(rows: dict[str, Row], trick: Trick, kernel: uml.Kernel | None, end: Event) -> None:
    """Put one result into the table; a changed program loses its old results."""
    if not is_current(trick, rows):
        rows[trick.id] = {"program": digest(trick), "date": "", "kernels": {}}
    row = rows[trick.id]
    row["date"] = time.strftime("%Y-%m-%d")
    result = end.result if end.result == "passed" else f"{end.result}: {end.text}"
    row["kernels"][release(kernel)] = result
