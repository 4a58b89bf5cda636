"""Small programs for the tests: written where a deck looks for them, with or without recording."""

import json
import textwrap
from pathlib import Path

from deck.programs.catalogue import MEASUREMENTS

PROGRAM = '''\
"""{title}

{claim}

:needs: {needs}
{hosts}:man: {man}
:since: {since}
"""

{body}
'''
# What a recording says of its making.
WHEN, KERNEL = 1_700_000_000, "6.18.44-distribution-7"


def write_program(
    root: Path,
    id: str,
    body: str,
    *,
    title: str = "A letter arrives before it is sent.",
    claim: str = "What is shown does not matter here.",
    needs: str = "none",
    hosts: str = "",
    man: str = "unix(7)",
    since: str = "2.6",
) -> Path:
    """Write a trick, or a measurement, below root; an indented body is set back. Its path."""
    family, name = id.split(".")
    path = (root if family == MEASUREMENTS else root / "examples") / family / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"title": title, "claim": claim, "needs": needs, "man": man, "since": since}
    told["hosts"] = f":hosts: {hosts}\n" if hosts else ""
    path.write_text(PROGRAM.format(**told, body=textwrap.dedent(body).strip("\n")), "utf-8")
    return path


def write_recording(path: Path, events: list[tuple[float, str]]) -> None:
    """Write what the program at path printed, each line with the second at which it did."""
    path.with_suffix(".out").write_text("".join(f"{text}\n" for _, text in events), "utf-8")
    header = {"version": 2, "width": 80, "height": 24, "timestamp": WHEN, "env": {"KERNEL": KERNEL}}
    rows = [header, *([seconds, "o", f"{text}\r\n"] for seconds, text in events)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    path.with_suffix(".cast").write_text(lines, "utf-8")
