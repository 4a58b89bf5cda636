"""One measurement that has figures for several rows."""

from contextlib import ExitStack

from compare.measured import Measured
from compare.rounds import measure
from compare.row import Row


def test_rows_share_the_rounds_of_one_measurement():
    made = []

    def opened(_stack: ExitStack):
        def once() -> dict[str, float]:
            made.append(len(made))
            return {"first": made[-1], "end": made[-1] + 10}

        return once

    both = Measured(opened)
    rows = [Row(name, {"ours": both.figure(name)}, rounds=3) for name in ("first", "end")]
    first, end = (measure(row).figures["ours"] for row in rows)
    assert (first, end) == ([2, 3, 4], [12, 13, 14])
    assert len(made) == 5
