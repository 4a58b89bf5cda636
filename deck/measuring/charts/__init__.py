"""Charts of what was measured, drawn as SVG.

Two forms. Bars: a row for each way, as long as Python's median, its figure written at its end.
Ratios: a row for each size, how many times as fast the faster way is. Shapes and words say
everything; colour only repeats it. Classes are deck.css's, which follows light and dark;
`standalone` brings them along.

Each is drawn for a hall (one series, large) and in detail (its twin in C, public tools, the
spread, all placements); and each of these wide, and narrow for a phone.
"""

from typing import NamedTuple

from deck.measuring.charts.bars import Bars
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.hall import HallBars, HallRatios
from deck.measuring.charts.picture import NARROW, WIDE, Picture
from deck.measuring.charts.ratios import Ratios
from deck.measuring.charts.standalone import standalone
from deck.measuring.results import Results

__all__ = ["Chart", "Drawn", "describe", "draw", "shown", "standalone"]


class Drawn(NamedTuple):
    """A chart as SVG, for a hall and in detail; each wide and narrow."""

    hall: tuple[str, str]
    detail: tuple[str, str]


def draw(chart: Chart, results: Results, fresh: Results | None = None) -> Drawn:
    """Draw the chart. `fresh` is what a run just now found, shown beside it.

    Raises MeasuredError when the results can't answer what the chart asks.
    """
    chart = chart.resolved(results)
    fresh = fresh or Results(results.name, ())

    def both(form: type[Picture]) -> tuple[str, str]:
        wide, narrow = (form(chart, results, fresh, width).drawn() for width in (WIDE, NARROW))
        return wide, narrow

    return Drawn(*map(both, _forms(chart)))


def describe(chart: Chart, results: Results) -> str:
    """What the chart shows in detail, in words. Raises MeasuredError."""
    chart = chart.resolved(results)
    _, detail = _forms(chart)
    return detail(chart, results, Results(results.name, ()), WIDE).words()


def _forms(chart: Chart) -> tuple[type[Picture], type[Picture]]:
    return (HallRatios, Ratios) if chart.compare else (HallBars, Bars)
