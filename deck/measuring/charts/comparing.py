"""Two ways that are compared: how many times as fast, told of the faster one."""

from collections.abc import Iterable, Mapping

from deck.measuring import units
from deck.measuring.charts.chart import Chart, sizes_of
from deck.measuring.charts.fitting import digits_for
from deck.measuring.charts.pen import NAME, width_of
from deck.measuring.results import PYTHON, Ratio, Results, ratio


def ratio_of(chart: Chart, results: Results, count: int, core: str, by: str) -> Ratio | None:
    """How many times as fast the first way is with messages of this size."""
    wanted = {"measure": chart.measure, "size": count, "cores": core, "by": by}
    a, b = (results.one(way=way, **wanted) for way in chart.compare)
    return ratio(a, b) if a and b else None


def ratios_of(chart: Chart, results: Results, core: str, by: str = PYTHON) -> dict[int, Ratio]:
    """The same for each size. Raises MeasuredError if both ways have no size in common."""
    sizes = sizes_of(chart, results)
    found = {count: ratio_of(chart, results, count, core, by) for count in sizes}
    return {count: each for count, each in found.items() if each}


def gain(found: Ratio) -> float:
    """How much faster the faster one is, negative if that is the second; nought if neither is."""
    if found.no_difference:
        return 0
    return found.median - 1 if found.median > 1 else 1 - found.of_faster.median


def written(found: Ratio, count: int) -> str:
    return "no difference" if found.no_difference else found.of_faster.times(count)


def with_now(figure: str, now: str, room: float, size: float) -> str:
    """A figure and what a run just now found; that alone, where both leave bars too little room."""
    both = f"{figure}, now {now}"
    return both if 3 * width_of(both, size) <= room else f"now {now}"


def digits_of(found: Mapping[int, Ratio]) -> int:
    """How many digits tell these ratios apart."""
    return digits_for(
        [(each.of_faster.times, gain(each)) for each in found.values() if not each.no_difference]
    )


def said(chart: Chart, count: int, figure: str, found: Ratio, by: str = "") -> str:
    """A row in words: its size, its figure, and which way that is about."""
    a, b = map(chart.label, chart.compare)
    who = "" if found.no_difference else a if found.median > 1 else b
    beside = ", ".join(filter(None, (who, by)))
    return f"{units.size(count)} {figure}" + (f" ({beside})" if beside else "")


def sides(
    chart: Chart, gains: Iterable[float], room: float, narrow: bool
) -> tuple[list[str], list[str]]:
    """What the left of the axis means, and the right; of a side with nothing on it, nothing.

    Where only one side is needed, it says whom it is faster than. Where there is no room for one
    line there are two, and the arrow stays with its word.
    """
    a, b = map(chart.label, chart.compare)
    gains = [*gains]
    left, right = min(gains) < 0, max(gains) > 0
    if left and right:
        return (
            ([b, "← faster"], [a, "faster →"]) if narrow else ([f"← {b} faster"], [f"{a} faster →"])
        )
    lines = [f"← {b} faster", f"than {a}"] if left else [f"{a} faster", f"than {b} →"]
    if width_of(" ".join(lines), NAME) <= room:
        lines = [" ".join(lines)]
    return (lines, []) if left else ([], lines)
