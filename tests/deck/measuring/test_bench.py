"""Measuring: a real question from start to end, and the file that keeps the figures."""

import json

import pytest

from deck.measuring import bench, results
from deck.programs import catalogue
from deck.programs.runner import Run

RECORDED = json.loads(bench.recorded().read_text("utf-8"))


@pytest.mark.thorough(kind="a measurement of all its cells")
@pytest.mark.parametrize("name", ["shared_memory", "unix_or_tcp", "hand_off", "ring"])
def test_a_measurement_measures_all_its_cells(name):
    measurement = catalogue.find(f"measurements.{name}")
    *events, end = Run(measurement, arguments=("--once",)).events()
    assert end.result in ("passed", "skipped"), end.text
    told = [json.loads(event.text) for event in events if event.kind == "stdout"]
    if end.result == "passed":
        assert told[0]["plan"] == len(told) - 1
        assert all(min(one["figures"]) > 0 for one in told if "figures" in one)


def test_all_measurements_are_recorded():
    asked = {one.path.stem for one in catalogue.measurements().values()}
    assert asked == set(RECORDED["questions"])
    assert all(answer["cells"] for answer in RECORDED["questions"].values())


def test_at_least_seven_rounds_of_our_own_loops():
    for answer in RECORDED["questions"].values():
        for cell in answer["cells"]:
            assert len(cell["rounds"]) >= 7 or cell["by"] not in ("Python", "C")


def test_what_is_written_can_be_read(tmp_path):
    cells = {}
    for number in (1, 0):  # backwards rounds come out of order
        told = {"measure": "round trip", "way": "pipe", "size": 64, "cores": "same core"}
        told |= {"by": "Python", "unit": "µs", "round": number, "figures": [5.0 + number, 9, 4]}
        bench.enter(cells, told)
    answer = {"title": "?", "cells": list(cells.values()), "skipped": []}
    path = tmp_path / "recorded.json"
    bench.write(path, {"machine": bench.machine(), "questions": {"one": answer}})
    [cell] = results.read(path).results("one").cells
    assert cell.summary.median == 5.5
    assert json.loads(path.read_text())["questions"]["one"]["cells"][0]["rounds"][0][0] == 5.0


def test_an_unknown_measurement_names_those_that_there_are():
    with pytest.raises(catalogue.UnknownTrick, match=r"no measurement .*ping_pong"):
        bench.bench(["pingpong"], quick=True)
