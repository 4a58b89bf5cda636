"""Charts as SVG: what is drawn where, and that words say the same."""

# ruff: noqa: RUF001 - the sign of multiplication

import json
import re
from xml.etree import ElementTree

import pytest
from test_results import cell

from deck.measuring import charts, units
from deck.measuring.charts import Chart, pen
from deck.measuring.results import MeasuredError, Results

SVG = "{http://www.w3.org/2000/svg}"
ASKED = Results(
    "post",
    tuple(
        cell(way, *(factor * (base + n / 10) for n in range(5)), cores=cores, by=by, size=size)
        for cores, slow in (("same core", 1), ("across cores", 3))
        for size in (64, 1024)
        for way, base in (("pipe", 5), ("TCP", 10), ("TCP, two writes", 40))
        for by, factor in (("Python", slow), ("C", slow * 0.6), ("sockperf", slow * 0.7))
    ),
)
BARS = Chart("post", "Which?", size=64)
RATIO = Chart("post", "Which?", compare=("pipe", "TCP"), labels=(("TCP", "The <net>"),))
NOW = Results("post", (cell("pipe", 6), cell("TCP", 11)))


def drawn(chart=BARS, fresh=None, results=ASKED):
    """In detail, wide and narrow."""
    return [ElementTree.fromstring(svg) for svg in charts.draw(chart, results, fresh).detail]


def hall(chart=BARS, fresh=None, results=ASKED):
    """For a hall, wide and narrow."""
    return [ElementTree.fromstring(svg) for svg in charts.draw(chart, results, fresh).hall]


def words(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def of(root, kind):
    return [element for element in root.iter() if kind in element.get("class", "").split()]


def test_a_bar_is_as_long_as_its_figure():
    wide, _ = drawn()
    lengths = [float(bar.get("width")) for bar in of(wide, "c-bar")]
    pipe, tcp, _two, pipe_across, *_ = lengths[:-1]  # the last is the legend's
    assert tcp / pipe == pytest.approx(10.2 / 5.2, rel=0.01)
    assert pipe_across / pipe == pytest.approx(3, rel=0.01), "the panels have scales of their own"


def test_every_bar_has_its_figure_and_every_panel_its_name():
    for root in drawn():
        assert {"same core", "across cores", "5.2 µs", "10 µs", "16 µs", "sockperf"} <= {
            *words(root)
        }
        assert len(of(root, "c-twin")) == 7 and len(of(root, "c-tool")) == 7


@pytest.mark.parametrize("chart", [BARS, RATIO])
def test_nothing_leaves_the_picture(chart):
    for fresh in (None, NOW):
        for root in drawn(chart, fresh) + hall(chart, fresh):
            width = float(root.get("viewBox").split()[2])
            for text in root.iter(f"{SVG}text"):
                long = pen.width_of(text.text, pen.size_of(text.get("class")))
                x = float(text.get("x"))
                shift = {"c-end": long, "c-middle": long / 2}
                left = x - sum(shift.get(kind, 0) for kind in text.get("class").split())
                assert left >= -1 and left + long <= width + 1, text.text


def test_ratios_stand_on_both_sides_of_one():
    wide, narrow = drawn(RATIO)
    assert {"64 B", "1 KiB", "2.0×", "1×", "pipe faster than The <net> →"} <= {*words(wide)}
    assert len(of(wide, "c-dot")) == 5 and len(of(wide, "c-square")) == 5
    assert narrow.get("viewBox").split()[2] == "800"


@pytest.mark.parametrize("sizes", [(64,), (64, 4096), (64, 1024, 32768), (17, 40961)])
def test_every_size_is_named_wide_and_narrow(sizes):
    """A sum of lengths is no exact number: names were missing where one was compared with it."""
    cells = [cell(way, 5, size=size) for way in ("pipe", "TCP") for size in sizes]
    for root in drawn(Chart("post", compare=("pipe", "TCP")), results=Results("post", (*cells,))):
        assert {units.size(size) for size in sizes} <= {*words(root)}


def test_no_difference_is_written():
    same = Results("post", (cell("pipe", 5, 6, 5), cell("TCP", 5.5, 5.5, 5)))
    wide, _ = drawn(Chart("post", compare=("pipe", "TCP")), results=same)
    assert "no difference" in words(wide)


def test_a_run_just_now_stands_under_the_recorded_one():
    for chart, said in ((BARS, "5.2 µs, now 6.0 µs"), (RATIO, "2.0×, now 1.8×")):
        wide, _ = drawn(chart, NOW)
        assert said in words(wide)
        assert len(of(wide, "c-now")) == (3 if chart is BARS else 2)
        assert "now" in wide.find(f"{SVG}desc").text


def test_the_words_say_what_the_picture_says():
    said = charts.describe(BARS, ASKED)
    assert said.startswith("Round trip, 64 B, less is better. Same core: pipe 5.2 µs (C 3.1 µs,")
    said = charts.describe(RATIO, ASKED)
    assert "how many times as fast the faster one is" in said
    assert "64 B 2.0× (pipe), 64 B 2.0× (pipe, C)" in said


def test_ways_come_in_the_order_that_is_asked():
    for listed, first in ((True, "TCP"), (False, "pipe")):
        cores = ("across cores",)
        chart = Chart("post", size=64, ways=("TCP", "pipe"), cores=cores, as_listed=listed)
        hint = "round trip, 64 B, across cores: shorter is better"
        assert words(drawn(chart)[0])[0:2] == [hint, first]


def test_for_a_hall_there_is_one_series_sorted_and_nothing_else():
    rates = [cell(way, rate, unit="MB/s") for way, rate in (("a", 10), ("b", 90), ("c", 50))]
    many, few = Results("post", (*rates,)), ["a", "b", "c"]
    for root in hall(Chart("post"), results=many):
        assert [word for word in words(root) if word in few] == ["b", "c", "a"]
        lengths = [float(bar.get("width")) for bar in of(root, "c-bar")]
        assert lengths[0] / lengths[2] == pytest.approx(9, rel=0.01)
    for root in hall():
        assert not [kind for kind in ("c-twin", "c-tool", "c-whisker") if of(root, kind)]
        hint, rows = words(root)[:-6], words(root)[-6:]
        assert " ".join(hint) == "round trip, 64 B, same core: shorter is better"
        assert rows == [
            *("pipe", "5.2 µs", "TCP", "10 µs", "TCP, two writes", "40 µs"),
        ]


def test_for_a_hall_a_ratio_is_a_bar_on_the_side_of_the_faster_one():
    cells = [
        cell(way, time, size=size)
        for size, pipe, tcp in ((64, 5, 10), (1024, 30, 10), (4096, 7, 7))
        for way, time in (("pipe", pipe), ("TCP", tcp))
    ]
    chart = Chart("post", compare=("pipe", "TCP"))
    wide, _ = hall(chart, results=Results("post", (*cells,)))
    assert words(wide) == [
        *("round trip, same core", "← TCP faster", "pipe faster →"),
        *("64 B", "2.0×", "1 KiB", "3.0×", "4 KiB", "no difference", "1×"),
    ]
    [axis] = (float(line.get("x1")) for line in of(wide, "c-axis"))
    pipe, tcp, same = of(wide, "c-bar")
    assert float(pipe.get("x")) == axis and float(same.get("width")) == 0
    assert float(tcp.get("x")) + float(tcp.get("width")) == pytest.approx(axis, abs=0.2)
    assert float(tcp.get("width")) == pytest.approx(2 * float(pipe.get("width")), abs=0.3)


def test_a_hall_reads_it_from_the_last_row():
    """LOOK.md's least is 50 of 1080; the picture is shown 1.1 times as large, or a little less."""
    for chart in (BARS, RATIO):
        wide, narrow = hall(chart, NOW)
        assert {text.get("class").split()[0] for text in wide.iter(f"{SVG}text")} <= {
            *("c-large", "c-name"),
        }
        assert pen.LARGE >= 54 and {"c-name"} == {
            text.get("class").split()[0] for text in narrow.iter(f"{SVG}text")
        }


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        (Chart("post"), "more than one size; there is 64 B, 1 KiB"),
        (Chart("post", size=64, measure="speed"), "no measure 'speed'; there is round trip"),
        (Chart("post", size=64, cores=("both",)), "no cores 'both'; there is same core"),
        (Chart("post", size=64, ways=("fax",)), "no way 'fax'; there is pipe, TCP"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(chart, said):
    with pytest.raises(MeasuredError, match=said):
        charts.draw(chart, ASKED)


def test_a_chart_survives_the_way_to_the_stage():
    for chart in (BARS.resolved(ASKED), RATIO.resolved(ASKED)):
        again = Chart.from_json(json.loads(json.dumps(chart.as_json())))
        assert again == chart and again.key == chart.key


def test_a_file_brings_its_colours_along():
    svg = charts.standalone(charts.draw(RATIO, ASKED).detail[0])
    style = ElementTree.fromstring(svg).find(f"{SVG}style").text
    assert "light-dark" not in style and "prefers-color-scheme: dark" in style
    for kind in set(re.findall(r"\bc-[a-z]+", svg.partition("</style>")[2])):
        assert f".{kind}" in style


def test_a_line_is_not_broken_between_a_number_and_its_unit():
    words = "sending and reading, 64 B: shorter is better"
    assert [line.split()[-1] for line in pen.wrapped(words, 400)] != ["64", "better"]
    assert pen.wrapped("16 KiB", 20) == ["16", "KiB"], "where there is no other gap"


def test_an_article_is_not_left_behind_and_a_comma_is_the_first_choice():
    assert pen.wrapped("a byte and a descriptor", 340) == ["a byte", "and a descriptor"]
    hint = "round trip, 64 B, same core: shorter is better"
    assert pen.wrapped(hint, 700) == ["round trip, 64 B, same core:", "shorter is better"]
