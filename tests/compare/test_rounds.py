"""Benchmarks: sides take turns, who is missing is told, and targets are judged by medians."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from compare import table
from compare.rounds import Result, measure
from compare.row import Missing, Round, Row


def steady(name: str, figure: float, log: list[str]):
    def opened(stack: ExitStack) -> Round:
        stack.callback(log.append, f"{name} closed")

        def once() -> float:
            log.append(name)
            return figure

        return once

    return opened


def absent(stack: ExitStack) -> Round:
    raise Missing("no slidev: npm install it")


def row(log: list[str], **targets) -> Row:
    sides = {"ours": steady("ours", 2, log), "peer": steady("peer", 4, log), "other": absent}
    return Row("a save", sides, rounds=3, **targets)


def test_sides_take_turns_and_are_closed():
    log: list[str] = []
    taken = row(log)
    measure(taken)
    assert log == ["ours", "peer"] * (taken.warm_up + 3) + ["peer closed", "ours closed"]


def test_the_first_rounds_do_not_count():
    assert measure(row([])).figures == {"ours": [2, 2, 2], "peer": [4, 4, 4]}


def test_a_target_is_met_missed_or_not_compared():
    result = measure(row([], at_most={"peer": 0.5, "other": 2}, ceiling=1))
    assert [met for _, met in result.verdicts()] == [True, None, False]


def test_one_slow_round_changes_no_verdict():
    figures = {"ours": [2.0, 90.0, 2.0], "peer": [4.0, 4.0, 4.0]}
    result = Result(row([], at_most={"peer": 0.5}), figures, {})
    assert result.verdicts() == [("at most 0.5 x peer", True)]


def test_the_table_names_who_is_missing_and_the_remedy():
    printed = table.text([measure(row([], at_most={"peer": 0.4}))])
    assert "other  not here: no slidev: npm install it" in printed
    assert "ours: 0.50 x" in printed and "not met: at most 0.4 x peer" in printed


def test_what_is_kept_can_be_read_again(tmp_path: Path):
    kept = table.keep([measure(row([], ceiling=3))], tmp_path, datetime(2026, 1, 2, tzinfo=UTC))
    told = json.loads(kept.read_text())
    assert told["machine"]["cpus"] and told["rows"][0]["targets"] == {"at most 3 ms": True}


def test_a_side_that_fails_in_a_round_is_missing_and_others_go_on():
    def late(stack: ExitStack) -> Round:
        def once() -> float:
            raise Missing("a page that PageDown turns")

        return once

    found = measure(Row("a job", {"ours": steady("ours", 2, []), "peer": late}, rounds=3))
    assert found.missing == {"peer": "a page that PageDown turns"}
    assert found.figures == {"ours": [2, 2, 2]}
