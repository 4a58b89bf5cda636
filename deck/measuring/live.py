"""A measurement made anew: what its program prints while it runs becomes charts for the slides.

The charts of a deck are listed in its `_static/charts.json`, which its build writes: a page says
only which measurement it wants, never what to draw or from which file.
"""

import contextlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from deck.measuring import charts, results
from deck.programs.catalogue import Measurement, Trick
from deck.programs.runner import Event, Kind, Run
from deck.programs.spare import Spares

QUICK = ("--quick",)
DEADLINE = 60.0
MAX_OUTPUT = 1 << 20


def run(measurement: Measurement, isolated: bool = True, spares: Spares | None = None) -> Run:
    """A quick run of a measurement's program."""
    return Run(measurement, DEADLINE, MAX_OUTPUT, arguments=QUICK, isolated=isolated, spares=spares)


def charts_in(site: Path, name: str) -> list[charts.Chart]:
    """The charts of a measurement on the slides that were built in site."""
    try:
        told = json.loads((site / results.CHARTS).read_text("utf-8"))
    except FileNotFoundError:
        return []
    return [chart for chart in map(charts.Chart.from_json, told) if chart.measurement == name]


def parsed(text: str, program: Path) -> results.Told:
    """What a measurement's program prints in one line. Raises MeasuredError."""
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise results.MeasuredError(
            f"{program}: it printed {text!r}; a measurement prints a figure a line, as JSON, and"
            " all else to stderr"
        )
    return told


class Figures:
    """The figures of one run of a program so far: all its lines, and those of the rounds that are
    complete.
    """

    def __init__(self, program: Path) -> None:
        self.program = program
        self.plan = 0
        self.lines: list[results.Told] = []
        self.complete: list[results.Told] = []

    def take(self, text: str) -> bool:
        """Take a line. Whether it is the first of a new round: all before it are complete.

        Raises MeasuredError for a line that is no figure.
        """
        told = parsed(text, self.program)
        self.plan = told.get("plan", self.plan)
        if "figures" not in told:
            return False
        new = bool(self.lines) and told["round"] != self.lines[-1]["round"]
        if new:
            self.complete = list(self.lines)
        self.lines.append(told)
        return new


def events(run: Run, site: Path) -> Iterator[Event]:
    """The run's events; instead of its output, charts, after each round and at the end."""
    figures = Figures(run.trick.path)
    with contextlib.closing(run.events()) as happening:
        for event in happening:
            if event.kind == Kind.END and figures.lines:
                yield _drawn(run.trick, figures.lines, site, event.time)
            if event.kind != Kind.STDOUT:
                yield event
            elif figures.take(event.text):
                done = len(figures.complete)
                yield Event(Kind.STATUS, event.time, f"{done} of {figures.plan} figures")
                yield _drawn(run.trick, figures.complete, site, event.time)


def _drawn(measurement: Trick, lines: list[results.Told], site: Path, time: float) -> Event:
    """An event with each of the measurement's charts: its key, and its SVGs."""
    name = measurement.path.stem
    recorded = results.read(measurement.root / results.FILE).results(name)
    fresh = results.Results(name, tuple(results.together(lines)))
    drawn = {
        chart.key: list(itertools.chain(*charts.draw(chart, recorded, fresh)))
        for chart in charts_in(site, name)
    }
    return Event(Kind.CHART, time, json.dumps(drawn, ensure_ascii=False))
