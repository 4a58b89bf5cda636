"""`python3 -m examples bench`: measure, keep the figures, draw the charts.

Each measurement is a program in `measurements/`, run like a trick: isolated, and with its needs.
It prints a line of JSON for each figure; all of them go to measurements/recorded.json.
"""

import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from deck.measuring import charts, live, results, units
from deck.measuring.results import Told
from deck.programs import catalogue
from deck.programs.catalogue import Measurement
from deck.programs.runner import Event, Kind, Result, Run

DEADLINE = 900.0  # seconds for one measurement
WIDTH = 30


def recorded(root: Path = catalogue.ROOT) -> Path:
    """The file of all figures."""
    return root / results.FILE


class Progress:
    """A bar, and how long it will take; on a terminal only."""

    def __init__(self, measurements: int) -> None:
        self.measurements = measurements
        self.done = 0  # measurements
        self.began = time.monotonic()

    def show(self, name: str, part: float) -> None:
        """So much of `name` is measured: `part`, from 0 to 1."""
        if not sys.stderr.isatty():
            return
        share = (self.done + part) / self.measurements
        bar = "█" * round(share * WIDTH)
        spent = time.monotonic() - self.began
        left = f", about {spent * (1 - share) / share:.0f} s left" if share else ""
        text = f"\r{bar:░<{WIDTH}} {share:4.0%}  {name}{left}\x1b[K"
        print(text, end="", file=sys.stderr, flush=True)

    def finish(self, name: str, end: Event) -> None:
        """This measurement is over: say how it ended."""
        self.done += 1
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
        reason = f": {end.text}" if end.text else ""
        print(f"{name}: {end.result} in {end.time:.0f} s{reason}", file=sys.stderr, flush=True)


def measure(measurement: Measurement, quick: bool, progress: Progress) -> tuple[Told, Event]:
    """Run one measurement; its cells and what was skipped, and how the run ended.

    Raises MeasuredError where it prints what is no figure.
    """
    cells: dict[tuple[object, ...], Told] = {}
    skipped, plan, count = [], 1, 0
    arguments = ("--quick",) if quick else ()
    for event in Run(measurement, DEADLINE, arguments=arguments).events():
        if event.kind != Kind.STDOUT:
            if event.kind == Kind.STDERR:
                print(event.text, file=sys.stderr)
            continue
        record = live.parsed(event.text, measurement.path)
        if "plan" in record:
            plan = record["plan"]
        elif "skipped" in record:
            skipped.append(record["skipped"] | {"reason": record["reason"]})
        else:
            enter(cells, record)
        count += "plan" not in record
        progress.show(measurement.path.stem, min(1.0, count / plan))
    return {"title": measurement.title, "cells": list(cells.values()), "skipped": skipped}, event


def enter(cells: dict[tuple[object, ...], Told], record: Told) -> None:
    """Add one round's figures to the cell that they belong to."""
    figures, number = record.pop("figures"), record.pop("round")
    cell = cells.setdefault(tuple(record.values()), record | {"rounds": []})
    cell["rounds"].append((number, figures))
    cell["rounds"].sort()


def machine(root: Path = catalogue.ROOT) -> dict[str, object]:
    """What the figures hold for."""
    return {
        "cpu": _cpu("model name") or platform.processor(),
        "cpus": len(os.sched_getaffinity(0)),
        "virtual": _said("systemd-detect-virt", "--vm") or _hypervisor(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "compiler": _said("cc", "--version").partition("\n")[0],
        "governor": _governor(),
        "date": datetime.date.today().isoformat(),
        "commit": _said("git", "-C", str(root), "rev-parse", "--short", "HEAD"),
    }


def _cpu(field: str) -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _hypervisor() -> str:
    return "a virtual machine" if "hypervisor" in _cpu("flags").split() else "none"


def _governor() -> str:
    path = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    return path.read_text().strip() if path.exists() else "not shown to this machine"


def _said(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip()


def bench(names: Iterable[str], quick: bool, root: Path = catalogue.ROOT) -> tuple[Told, bool]:
    """Make the named measurements, or all of them: the figures, and whether every run passed."""
    known = catalogue.measurements(root)
    wanted = [_measurement(name, known) for name in names] or list(known.values())
    progress, answers, good = Progress(len(wanted)), {}, True
    for measurement in wanted:
        name = measurement.path.stem
        answers[name], end = measure(measurement, quick, progress)
        progress.finish(name, end)
        good = good and end.result in (Result.PASSED, Result.SKIPPED)
        if end.result != Result.PASSED:
            del answers[name]  # half an answer is none
    return {"machine": machine(root), "questions": answers}, good


def _measurement(name: str, known: dict[str, Measurement]) -> Measurement:
    id = name if name.startswith("measurements.") else f"measurements.{name}"
    if id not in known:
        names = ", ".join(measurement.path.stem for measurement in known.values())
        raise catalogue.UnknownTrick(f"there is no measurement {name!r}; there are {names}")
    return known[id]


def write(path: Path, figures: Told) -> None:
    """Keep the figures, a cell on a line; rounds in the order in which they were measured."""
    answers = {
        name: answer | {"cells": [_without_numbers(cell) for cell in answer["cells"]]}
        for name, answer in figures["questions"].items()
    }
    text = json.dumps(figures | {"questions": answers}, ensure_ascii=False, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_cells_on_lines(text) + "\n", "utf-8")


def draw(path: Path, folder: Path) -> int:
    """Draw every measurement's bars into folder, for light and dark; how many charts there are."""
    recorded, count = results.read(path), 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, found in recorded.measurements.items():
        for measure in found.values("measure"):
            for size in found.values("size", found.select(measure=measure)):
                chart = charts.Chart(measurement=name, title=name, measure=measure, size=size)
                svg, _ = charts.draw(chart, found).detail
                words = f"{name} {measure} {units.size(size)}".replace(" ", "-")
                (folder / f"{words}.svg").write_text(charts.standalone(svg), "utf-8")
                count += 1
    return count


def _without_numbers(cell: Told) -> Told:
    return cell | {"rounds": [figures for _, figures in cell["rounds"]]}


def _cells_on_lines(text: str) -> str:
    """Join what is deeper than a cell: a file that one can read, and compare line by line."""
    lines: list[str] = []
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if depth > 4 or (depth == 4 and line.strip() in ("}", "},")):
            lines[-1] += ("" if lines[-1][-1] in "[{" else " ") + line.strip()
        else:
            lines.append(line)
    return "\n".join(lines)
