"""The results: one table to read, and JSON to keep, with the machine they are from."""

import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from compare.rounds import Result

# Whose versions a figure depends on, beside the kernel's and Python's.
PACKAGES = ("sphinx", "hieroglyph", "sphinx-revealjs", "sphinx-autobuild", "playwright")
VERDICT = {True: "met", False: "not met", None: "not compared"}


def text(results: list[Result]) -> str:
    """For a terminal: a row's sides, each with its median, spread and our ratio to it."""
    lines = []
    for result in results:
        lines.append(f"{result.row.name} ({result.row.unit}, {result.row.rounds} rounds)")
        lines += [f"  {line}" for line in sides(result)]
        lines += [f"  {VERDICT[met]}: {target}" for target, met in result.verdicts()]
    return "\n".join(lines)


def sides(result: Result) -> Iterator[str]:
    wide = max(len(name) for name in result.row.sides)
    for name in result.row.sides:
        if name in result.missing:
            yield f"{name:{wide}}  not here: {result.missing[name]}"
            continue
        figures = result.figures[name]
        line = f"{name:{wide}}  {statistics.median(figures):8.4g}"
        line += f"  ({min(figures):.4g} to {max(figures):.4g})"
        ratio = None if name == result.row.ours else result.ratio(name)
        yield line if ratio is None else f"{line}  ours: {ratio:.2f} x"


def keep(results: list[Result], folder: Path, when: datetime) -> Path:
    """Writes all that was measured, with machine and versions, and says where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{when:%Y-%m-%dT%H-%M-%SZ}.json"
    path.write_text(json.dumps({"machine": machine(), "rows": [*map(record, results)]}, indent=1))
    return path


def record(result: Result) -> dict[str, Any]:
    return {
        "name": result.row.name,
        "unit": result.row.unit,
        "figures": result.figures,
        "missing": result.missing,
        "ratios": {peer: result.ratio(peer) for peer in list(result.row.sides)[1:]},
        "targets": dict(result.verdicts()),
    }


def machine() -> dict[str, Any]:
    """What the figures are of."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "kernel": platform.release(),
        "processor": platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "packages": versions,
    }
