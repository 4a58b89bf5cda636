"""What was measured: figures for readers, spreads, ratios, and the words that ask for them."""

# ruff: noqa: RUF001 - the sign of multiplication

import json
from pathlib import Path

import pytest

from deck.measuring import live, phrases, results, units
from deck.measuring.results import MeasuredError, Results, ratio


def cell(way="pipe", *rounds, unit="µs", **other):
    told = {"measure": "round trip", "size": 64, "cores": "same core", "by": "Python"}
    figures = [figure if isinstance(figure, list) else [figure] for figure in rounds or (4.9,)]
    return results.cell(told | {"way": way, "unit": unit, "rounds": figures} | other)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (4.93, "µs", "4.9 µs"),
        (4, "µs", "4.0 µs"),
        (123.4, "µs", "120 µs"),
        (999.9, "µs", "1.0 ms"),
        (43_900, "µs", "44 ms"),
        (0.351, "µs", "350 ns"),
        (5190, "MB/s", "5.2 GB/s"),
        (880, "MB/s", "880 MB/s"),
        (1_310_000, "messages/s", "1.3 million messages/s"),
        (118_000, "messages/s", "120,000 messages/s"),
    ],
)
def test_a_figure_has_two_digits_and_the_unit_that_suits_it(value, unit, said):
    assert units.number(value, unit) == said


def test_sizes_are_said_in_powers_of_two():
    assert [units.size(n) for n in (64, 1024, 65536, 1 << 20)] == [
        *("64 B", "1 KiB", "64 KiB", "1 MiB")
    ]


def test_of_five_rounds_the_best_and_the_worst_are_not_in_the_spread():
    found = cell("pipe", *([m, m + 10, m - 1] for m in (5, 3, 90, 4, 6))).summary
    assert (found.median, found.low, found.high) == (5, 4, 6)
    assert (found.p99, found.minimum, found.rounds) == (15, 2, 5)
    assert cell("pipe", 1, 2, 9).summary.high == 9


def test_less_time_and_more_rate_are_faster():
    assert ratio(cell("a", 2), cell("b", 3)).words == "1.5× as fast as"
    rates = [cell(way, n, unit="MB/s") for way, n in (("a", 2), ("b", 3))]
    assert ratio(*rates).words == "0.67× as fast as"


def test_rounds_are_compared_one_by_one():
    """The machine was slow in the second round, for both alike."""
    found = ratio(cell("a", 2, 20, 2), cell("b", 3, 30, 3))
    assert (found.low, found.median, found.high) == (1.5, 1.5, 1.5)


def test_no_difference_is_said_where_rounds_disagree():
    assert ratio(cell("a", 2, 2, 2), cell("b", 3, 1, 3)).words == "as fast as"
    assert ratio(cell("a", 100, 100), cell("b", 103, 103)).times() == "1.03×"


def test_unlike_things_are_not_compared():
    with pytest.raises(MeasuredError, match="a is in µs and b in MB/s"):
        ratio(cell("a"), cell("b", unit="MB/s"))


ASKED = Results(
    "post",
    (
        cell("pipe", 5),
        cell("pipe", 3, by="C"),
        cell("pipe", 9, cores="across cores"),
        cell("TCP", 10),
        cell("TCP", 20, size=1024),
        cell("TCP, two writes", 44_000),
    ),
    shown_as="recorded.json",
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pipe", "5.0 µs"),
        (" pipe, C", "3.0 µs"),
        ("pipe, across cores", "9.0 µs"),
        ("TCP, two writes", "44 ms"),
        ("TCP, two writes, round trip, 64 B", "44 ms"),
        ("pipe / TCP", "2.0× as fast as"),
        ("TCP / pipe, 64 B", "0.50× as fast as"),
        ("TCP, two writes / TCP, 64 B, Python", "0.00023× as fast as"),
    ],
)
def test_words_ask_for_a_figure(text, said):
    assert phrases.say(ASKED, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pip", "no way begins 'pip'; there is pipe, TCP, TCP, two writes"),
        ("pipe, fast", "'fast' is not known; known are 64 B, 1 KiB, round trip, same core"),
        ("pipe, C, Python", "'Python' is the second by; leave out one"),
        ("TCP", "several figures; add what is meant: round trip, 64 B; round trip, 1 KiB"),
        ("TCP, C", "nothing was measured with same core, C"),
    ],
)
def test_what_is_unclear_is_refused_with_the_known_words(text, said):
    with pytest.raises(MeasuredError, match=said):
        phrases.say(ASKED, text)


def test_a_missing_file_and_question_name_the_command(tmp_path):
    path = tmp_path / "recorded.json"
    with pytest.raises(MeasuredError, match="no such file; `python3 -m examples bench`"):
        results.read(path)
    path.write_text(json.dumps({"machine": {}, "questions": {"post": {"cells": []}}}))
    with pytest.raises(MeasuredError, match="no measurement 'past' is recorded, but post"):
        results.read(path).results("past")


@pytest.mark.parametrize("text", ["{", "[]", '{"machine": {}, "questions": {"post": {}}}'])
def test_a_file_of_another_kind_is_refused(tmp_path, text):
    path = tmp_path / "recorded.json"
    path.write_text(text)
    with pytest.raises(MeasuredError, match=r"recorded.json: not what .* writes"):
        results.read(path)


@pytest.mark.parametrize("rounds", [[], [[]], [[0.0]], [["fast"]]])
def test_no_figures_are_no_cell(rounds):
    with pytest.raises(ValueError):
        cell("pipe", rounds=rounds)


def test_lines_of_a_program_become_cells():
    names = {"measure": "m", "way": "w", "size": 1, "cores": "same core", "by": "C", "unit": "µs"}
    lines = [names | {"round": n, "figures": [n + 1.0, 3.0, 1.0]} for n in range(3)]
    [found] = results.together(lines)
    assert (found.by, found.summary.median, found.summary.rounds) == ("C", 2, 3)


@pytest.mark.parametrize("text", ["warming up", "[1]", "3"])
def test_a_measurement_that_prints_no_figure_is_named(text):
    with pytest.raises(MeasuredError, match=r"measurements/pipe\.py: it printed .*as JSON"):
        live.parsed(text, Path("measurements", "pipe.py"))
