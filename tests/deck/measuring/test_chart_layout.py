"""Where things stand in a chart: nothing covers another, no width is lost, bars tell apart."""

# ruff: noqa: RUF001 - the sign of multiplication

import itertools
from pathlib import Path

import pytest
from test_charts import ASKED, BARS, NOW, RATIO, drawn, hall, of, words
from test_results import cell

from deck.measuring import charts, results
from deck.measuring.charts import Chart, fitting, pen
from deck.measuring.results import Results

ROOT = Path(__file__).parents[3]
SVG = "{http://www.w3.org/2000/svg}"
SIGNS = ("c-bar", "c-twin", "c-tool", "c-whisker", "c-now", "c-dot", "c-square", "c-grid")
RATES = Results(
    "post",
    tuple(
        cell(way, rate, rate * 1.1, rate * 0.9, unit="MB/s", by=by)
        for way, base in (("a", 10), ("b", 100), ("c", 97))
        for by, rate in (("Python", base), ("C", base * 1.2))
    ),
)
BOTH_SIDES = Results(
    "post",
    tuple(
        cell(way, time, time * 1.1, time * 0.9, size=size, by=by)
        for size, pipe, tcp in ((64, 5, 6), (1024, 19, 10), (4096, 10, 12.3))
        for by in ("Python", "C")
        for way, time in (("pipe", pipe), ("TCP", tcp))
    ),
)

NOW_BOTH = Results(
    "post",
    tuple(
        cell(way, time, size=size)
        for size, pipe, tcp in ((64, 5, 6.1), (1024, 18, 10), (4096, 10, 13))
        for way, time in (("pipe", pipe), ("TCP", tcp))
    ),
)


def box_of(element):
    """From where to where, and from which height to which, a shape or a figure's digits go."""
    x, y, w, h = (float(element.get(name, 0)) for name in ("x", "y", "width", "height"))
    if element.tag == f"{SVG}text":
        size = pen.size_of(element.get("class"))
        wide = pen.width_of(element.text, size)
        shift = {"c-end": wide, "c-middle": wide / 2}
        left = x - sum(shift.get(kind, 0) for kind in element.get("class").split())
        return left, left + wide, y - 0.7 * size, y
    if element.tag == f"{SVG}circle":
        x, y, r = (float(element.get(name)) for name in ("cx", "cy", "r"))
        return x - r, x + r, y - r, y + r
    if element.tag == f"{SVG}line":
        x1, x2, y1, y2 = (float(element.get(name)) for name in ("x1", "x2", "y1", "y2"))
        return min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
    if element.tag == f"{SVG}path":
        x, y = map(float, element.get("d").partition("l")[0][1:].split())
        return x - 9, x + 9, y, y + 18
    return x, x + w, y, y + h


def overlap(one, other):
    a, b, c, d = one
    e, f, g, h = other
    return a < f and e < b and c < h and g < d


def pictures(chart, found, fresh=None):
    return drawn(chart, fresh, found) + hall(chart, fresh, found)


def recorded():
    """All charts that can be made of what was recorded, on one core and with both beside."""
    for name, found in results.read(ROOT / results.FILE).measurements.items():
        for measure in found.values("measure"):
            cells = found.select(measure=measure)
            for size in found.values("size", cells):
                yield Chart(name, measure=measure, size=size), found
                cores = tuple(found.values("cores", found.select(measure=measure, size=size))[:1])
                yield Chart(name, measure=measure, size=size, cores=cores), found
            for pair in itertools.pairwise(found.values("way", cells)):
                yield Chart(name, measure=measure, compare=pair, cores=cores), found


def covered(root):
    signs = [each for kind in (*SIGNS, "c-axis") for each in of(root, kind)]
    for figure in of(root, "c-value"):
        yield from (
            (figure.text, sign.get("class"))
            for sign in signs
            if overlap(box_of(figure), box_of(sign))
        )


def filled(root):
    """How much of the width is used."""
    marks = [each for kind in ("c-value", "c-hint", *SIGNS) for each in of(root, kind)]
    return max(box_of(each)[1] for each in marks) / float(root.get("viewBox").split()[2])


@pytest.mark.parametrize("fresh", [None, NOW])
@pytest.mark.parametrize(
    ("chart", "found"),
    [(BARS, ASKED), (RATIO, ASKED), (Chart("post"), RATES), (RATIO, BOTH_SIDES)],
)
def test_no_figure_stands_on_a_sign_or_on_a_line(chart, found, fresh):
    for root in pictures(chart, found, fresh):
        assert not [*covered(root)]


def test_what_was_recorded_is_drawn_without_covering_a_figure_or_losing_width():
    charts_made = [*recorded()]
    assert len(charts_made) > 30
    for chart, found in charts_made:
        try:
            roots = pictures(chart, found)
        except results.MeasuredError:
            continue  # two ways without a size in common
        for root in roots:
            assert not [*covered(root)], chart
            if {figure.text for figure in of(root, "c-value")} != {"no difference"}:
                assert filled(root) > 0.95, chart


def test_the_twin_the_tools_and_the_spread_have_lanes_of_their_own():
    for root in drawn(BARS, NOW) + drawn(Chart("post"), results=RATES):
        lanes = [of(root, "c-bar"), of(root, "c-twin") + of(root, "c-tool"), of(root, "c-now")]
        whiskers = of(root, "c-whisker")
        for upper, lower in itertools.combinations([lanes[0] + whiskers, *lanes[1:]], 2):
            for one, other in itertools.product(upper, lower):
                assert not overlap(box_of(one), box_of(other))


def test_each_bar_has_its_figure_behind_it_on_the_same_side():
    for root in drawn() + drawn(Chart("post"), results=RATES):
        bars, figures = of(root, "c-bar")[:-1], of(root, "c-value")
        assert len(bars) == len(figures)
        for bar, figure in zip(map(box_of, bars), map(box_of, figures), strict=True):
            assert figure[0] > bar[1]


@pytest.mark.parametrize(("chart", "found"), [(BARS, ASKED), (RATIO, ASKED), (RATIO, BOTH_SIDES)])
def test_bars_and_figures_fill_the_width(chart, found):
    for root in pictures(chart, found):
        assert filled(root) > 0.95


@pytest.mark.parametrize("count", [3, 7, 10])
def test_a_high_picture_is_wider_so_that_a_slide_shows_it_from_side_to_side(count):
    found = Results("post", tuple(cell(f"way {n}", 5 + n) for n in range(count)))
    for root in (drawn(results=found, chart=Chart("post"))[0], hall(Chart("post"), None, found)[0]):
        _, _, width, height = map(float, root.get("viewBox").split())
        assert width / height > 2.45


def test_two_panels_have_as_much_room_as_their_bars_need():
    ends = [[fitting.End(30, 100)], [fitting.End(0, 80), fitting.End(5, 100)]]
    (first, second), unit = fitting.side_by_side(ends, 1600)
    assert first == pytest.approx(30 * unit + 100) and second == pytest.approx(5 * unit + 100)
    assert first + second == pytest.approx(1600, abs=1) and unit == pytest.approx(40, abs=0.1)


def test_bars_that_differ_have_figures_that_differ():
    found = Results("post", (cell("a", 11.4), cell("b", 10.6), cell("c", 5.21), cell("d", 5.22)))
    for root in pictures(Chart("post"), found):
        assert [each.text for each in of(root, "c-value")] == [
            *("5.21 µs", "5.22 µs", "10.6 µs", "11.4 µs"),
        ]
    alike = Results("post", (cell("c", 5.21), cell("d", 5.22)))
    assert [each.text for each in of(hall(Chart("post"), None, alike)[0], "c-value")] == [
        *("5.2 µs", "5.2 µs"),
    ]
    near = Results("post", tuple(
        cell(way, time, size=size)
        for size, pipe in ((64, 10 / 1.24), (1024, 10 / 1.17))
        for way, time in (("pipe", pipe), ("TCP", 10))
    ))  # fmt: skip
    for root in pictures(RATIO, near):
        assert [each.text for each in of(root, "c-value")] == ["1.24×", "1.17×"]


def test_a_ratio_is_told_of_the_faster_one_on_both_steps():
    steps = hall(RATIO, NOW, BOTH_SIDES), drawn(RATIO, NOW, BOTH_SIDES)
    for small, large in zip(*steps, strict=True):
        told = [[each.text for each in of(root, "c-value")] for root in (small, large)]
        assert told[0] == told[1]
        assert told[0][1].startswith("1.90×") and "c-end" in of(large, "c-value")[1].get("class")
    assert "1 KiB 1.90× (The <net>)" in charts.describe(RATIO, BOTH_SIDES)


def test_a_run_just_now_leaves_room_for_bars():
    """Both figures on both sides of the axis left a sixth of the width on a phone."""
    for root in hall(RATIO, NOW_BOTH, BOTH_SIDES) + drawn(RATIO, NOW_BOTH, BOTH_SIDES):
        width = float(root.get("viewBox").split()[2])
        signs = [box_of(each) for each in of(root, "c-now") + of(root, "c-bar")]
        assert max(box[1] for box in signs) - min(box[0] for box in signs) > 0.3 * width
        assert all("now 1.80×" in each.text for each in of(root, "c-value")[1:2])


def test_an_axis_says_where_it_begins_and_what_its_sides_mean():
    for found in (ASKED, BOTH_SIDES):
        for root in pictures(RATIO, found):
            ones = [text.get("x") for text in root.iter(f"{SVG}text") if text.text == "1×"]
            assert ones == [axis.get("x1") for axis in of(root, "c-axis")] != []
            arrows = [text for text in words(root) if {"←", "→"} & {*text}]
            assert arrows and all(len(text.split()) > 1 for text in arrows)
            joined = " ".join(words(root))
            assert ("faster than The <net> →" in joined) == (found is ASKED)


def test_what_both_sides_mean_stands_on_the_same_lines():
    for root in pictures(RATIO, BOTH_SIDES):
        lines = {text.text: text.get("y") for text in root.iter(f"{SVG}text")}
        ends = [[y for text, y in lines.items() if sign in text] for sign in "←→"]
        assert ends[0] == ends[1] and len(ends[0]) == 1


def test_a_spread_that_is_too_short_to_see_is_said_instead():
    found = Results("post", (cell("a", 100, 101, 99), cell("b", 100000)))
    for root in drawn(Chart("post"), results=found):
        assert not of(root, "c-whisker") and "the spread is too small to see" in words(root)
    found = Results("post", (cell("a", 100, 130, 90), cell("b", 80)))
    for root in drawn(Chart("post"), results=found):
        assert of(root, "c-whisker") and "spread, if visible" in words(root)
    found = Results("post", (cell("a", 100, 130, 90), cell("b", 80, 100, 60)))
    for root in drawn(Chart("post"), results=found):
        assert of(root, "c-whisker") and "spread" in words(root)


def test_what_was_measured_says_that_it_is_a_run_of_its_own():
    """Two measurements of the same thing differ a little, and both are shown."""
    assert "a run of its own, median of 7 rounds" in results.Recorded({}, {}).made(7)
    assert "whiskers" in results.Recorded({}, {}).made(7)
    assert "whiskers" not in results.Recorded({}, {}).made(7, whiskers=False)


@pytest.mark.parametrize("form", [drawn, hall])
def test_a_bar_that_is_far_shorter_than_another_is_seen_beside_the_axis(form):
    cells = (*(cell("a", 1, by=by) for by in ("Python", "C")), cell("b", 100_000))
    for root in form(Chart("post"), results=Results("post", cells)):
        [axis] = {float(line.get("x1")) for line in of(root, "c-axis")}
        signs = [box_of(each) for each in of(root, "c-bar") + of(root, "c-twin")]
        bars = [box for box in signs if box[0] == axis]
        assert len(bars) == len(cells) - (form is hall)
        assert all(right - left >= 8 for left, right, *_ in bars)
