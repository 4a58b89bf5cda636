"""Charts of what was measured, drawn as SVG.

Two forms. Bars: a row for each way, as long as Python's median, its figure written at its end.
Ratios: a row for each size, how many times as fast one way is as the other, on a logarithmic axis
around 1. Shapes and words say everything; colour only repeats it. Classes are deck.css's, which
follows light and dark; `standalone` brings them along.

Each chart is drawn wide, its panels side by side, and narrow, for a phone, its panels stacked.
"""

from deck.measuring.charts.bars import Bars
from deck.measuring.charts.chart import Chart, shown
from deck.measuring.charts.picture import NARROW, WIDE, Picture
from deck.measuring.charts.ratios import Ratios
from deck.measuring.charts.standalone import standalone
from deck.measuring.results import Results

__all__ = ["Chart", "describe", "draw", "shown", "standalone"]


def draw(chart: Chart, results: Results, fresh: Results | None = None) -> tuple[str, str]:
    """The chart as SVG, wide and narrow. `fresh` is what a run just now found, shown beside it.

    Raises MeasuredError when the results can't answer what the chart asks.
    """
    chart = chart.resolved(results)
    fresh = fresh or Results(results.name, ())
    wide, narrow = (_form(chart)(chart, results, fresh, width) for width in (WIDE, NARROW))
    return wide.drawn(), narrow.drawn()


def describe(chart: Chart, results: Results) -> str:
    """What the chart shows, in words. Raises MeasuredError."""
    chart = chart.resolved(results)
    return _form(chart)(chart, results, Results(results.name, ()), WIDE).words()


def _form(chart: Chart) -> type[Picture]:
    return Ratios if chart.compare else Bars
