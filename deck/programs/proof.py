"""On which kernels is each trick proven? One table in the repo, made by running them all.

`examples/proven.json` has a row a trick, and in it for each kernel a digest of what ran there (the
program and what it imports from `examples`), the day, and "passed", "skipped: reason" or "failed:
reason". A result counts while its digest is that of today's program; others are kept, and are not
shown. Kernels bear the version that kernel.org gave them.
"""

import ast
import contextlib
import functools
import hashlib
import json
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypedDict

from deck.programs import at_once, needs, system, uml
from deck.programs.catalogue import ROOT, CatalogueError, Trick
from deck.programs.runner import Event, Kind, Result, Run

# More kernels than these are too long a badge.
MANY = 3


class Entry(TypedDict):
    """What came of a program on one kernel."""

    program: str
    date: str
    result: str


Row = dict[str, Entry]


def path(root: Path = ROOT) -> Path:
    return root / "examples" / "proven.json"


def read(root: Path = ROOT) -> dict[str, Row]:
    """The table by id; empty before the first proof. Raises CatalogueError."""
    try:
        rows = _read(root, path(root).stat().st_mtime_ns)
        return {id: dict(row) for id, row in rows.items()}
    except FileNotFoundError:
        return {}


# A slide for each program asks for it.
@functools.lru_cache(maxsize=4)
def _read(root: Path, _changed: int) -> dict[str, Row]:
    remedy = "take it from the repository again, or remove it and prove all: make prove"
    try:
        rows: dict[str, Row] = json.loads(path(root).read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise CatalogueError(f"{path(root)}:{error.lineno}: {error.msg}; {remedy}") from error
    if not _is_table(rows):
        raise CatalogueError(f"{path(root)}:1: no table of programs and kernels; {remedy}")
    return rows


def _is_table(rows: object) -> bool:
    tables = [rows, *rows.values()] if isinstance(rows, dict) else [rows]
    entries = [entry for row in tables[1:] if isinstance(row, dict) for entry in row.values()]
    return all(isinstance(each, dict) for each in (*tables, *entries))


def write(rows: dict[str, Row], root: Path = ROOT) -> None:
    """Replace the table, at once: whoever stops us leaves a whole one."""
    new = path(root).with_suffix(".new")
    new.write_text(json.dumps(dict(sorted(rows.items())), indent=1) + "\n")
    new.replace(path(root))


def sources(trick: Trick) -> list[Path]:
    """The program, and the files below `examples` that it imports, and those that they import.

    Raises CatalogueError for one that is no Python.
    """
    found: dict[Path, None] = {}
    waiting = [trick.path]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found[file] = None
            waiting += _imported(file, trick.root, file.stat().st_mtime_ns)
    return sorted({*found, *(start for file in found for start in _packages(file, trick.root))})


def _packages(file: Path, root: Path) -> Iterator[Path]:
    """What Python runs before it: the `__init__.py` of the packages around it."""
    for folder in file.parents:
        if folder == root:
            return
        if (start := folder / "__init__.py").is_file():
            yield start


@functools.lru_cache(maxsize=1024)
def _imported(file: Path, root: Path, _changed: int) -> tuple[Path, ...]:
    return tuple(_imports(file, root))


def _imports(file: Path, root: Path) -> Iterator[Path]:
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError) as error:  # ValueError: a NUL, until Python 3.12
        line, why = getattr(error, "lineno", None) or 1, getattr(error, "msg", error)
        raise CatalogueError(f"{file}:{line}: {why}; mend it") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            if node.level:
                folder = file.parents[node.level - 1].relative_to(root)
                package = ".".join([*folder.parts, *filter(None, [node.module])])
            names = [package, *(f"{package}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            module = root.joinpath(*name.split("."))
            if name.split(".")[0] == "examples":
                yield from filter(Path.is_file, (module.with_suffix(".py"), module / "__init__.py"))


def digest(trick: Trick) -> str:
    """Tells whether the program, or what it imports from `examples`, has changed."""
    whole = hashlib.sha256()
    for file in sources(trick):
        whole.update(f"{file.relative_to(trick.root)}\0".encode() + file.read_bytes())
    return whole.hexdigest()[:16]


def current(trick: Trick, rows: dict[str, Row]) -> dict[str, str]:
    """The results that still count, by kernel."""
    now = digest(trick)
    row = rows.get(trick.id, {})
    return {kernel: entry["result"] for kernel, entry in row.items() if entry["program"] == now}


def is_stale(trick: Trick, rows: dict[str, Row]) -> bool:
    """Whether the program has changed since whatever proof it had."""
    return not current(trick, rows)


def is_settled(trick: Trick, kernel: str, rows: dict[str, Row]) -> bool:
    """Whether today's program has passed there, or can't run: all else is worth another try."""
    return current(trick, rows).get(kernel, "").startswith(("passed", "skipped"))


def kernels() -> list[uml.Kernel | None]:
    """The host's kernel (None) and those of the lab."""
    return [None, *uml.kernels()]


def version(kernel: uml.Kernel | None) -> str:
    """What the table calls a kernel."""
    return system.without_suffix(kernel.release if kernel else system.release())


def passed_on(results: dict[str, str]) -> list[str]:
    """The kernels on which a trick has passed, in order and as a slide says them: "6.18"."""
    found = {system.version(name)[:2] for name, result in results.items() if result == "passed"}
    return [".".join(map(str, numbers)) for numbers in sorted(found)]


def badge(trick: Trick, rows: dict[str, Row], brief: bool = False) -> str:
    """What a slide says: all kernels, or when they are many how many, and if it need not be brief
    the first and the last."""
    found = passed_on(current(trick, rows))
    if not found:
        return ""
    said = ", ".join(found) if len(found) <= MANY else f"{len(found)} kernels"
    if brief:
        return f"on {said}"
    ends = f", {found[0]} to {found[-1]}" if len(found) > MANY else ""
    return f"proven on {said}{ends}"


Task = tuple[Trick, uml.Kernel | None]


def prove(
    tasks: list[Task], jobs: int = 0
) -> Generator[tuple[Trick, uml.Kernel | None, Event], None, None]:
    """Run each trick on its kernel, as at_once.run does, and yield how each ended."""
    with contextlib.closing(at_once.run(tasks, _start, jobs)) as runs:
        for (trick, kernel), events in runs:
            yield trick, kernel, events[-1]


def _start(task: Task) -> Run | Event:
    trick, kernel = task
    if kernel is None and needs.check(trick).where == "lab":
        reason = "this kernel lacks what it needs; a lab kernel has it"
        return Event(Kind.END, 0.0, reason, Result.SKIPPED)
    return Run(trick, kernel=kernel)


def enter(rows: dict[str, Row], trick: Trick, kernel: str, end: Event) -> None:
    """Put one result into the table; `kernel` is its version.

    Of two kernels of one version (the host's and a lab kernel) a pass says more than a skip.
    """
    now, row = digest(trick), rows.setdefault(trick.id, {})
    had = row.get(kernel)
    if end.result == Result.SKIPPED and had and had["program"] == now and had["result"] == "passed":
        return
    result = str(end.result) if end.result == Result.PASSED else f"{end.result}: {end.text}"
    row[kernel] = Entry(program=now, date=time.strftime("%Y-%m-%d"), result=result)
    rows[trick.id] = dict(sorted(row.items(), key=lambda item: system.version(item[0])))
