"""The command `preflight`: what a speaker can rely on, on this machine and for this talk."""

import argparse
import json
import sys

from deck.programs import catalogue, outlook, preflight, terminal
from deck.programs.machine import BAD, CAUTION, GOOD
from deck.programs.preflight import Report
from deck.programs.runner import EXIT_CODES, Result

MARKS = {GOOD: Result.PASSED, CAUTION: Result.SKIPPED, BAD: Result.FAILED}


def carry_out(options: argparse.Namespace) -> int:
    """Try everything, say what came of it, and keep it for the stage. 0 means GO."""
    report = preflight.fly(catalogue.ROOT, options.isolated, _progress)
    _progress("")
    if options.json:
        print(json.dumps(preflight.as_json(report), indent=1))
    else:
        show(report)
    try:
        preflight.keep(report, catalogue.ROOT)
    except OSError as error:
        print(f"The stage won't know of it: {error}", file=sys.stderr)
    return 0 if report.go else EXIT_CODES[Result.FAILED]


def show(report: Report) -> None:
    """Print it for people; the last line is GO, or NO-GO and what to do first."""
    _head(f"{len(report.programs)} programs on the slides")
    print(f"{outlook.counted(report.programs) or 'none'}.")
    if report.variants:
        print(f"Of {len(report.variants)} variants, {outlook.counted(report.variants)}.")
    for line in (*outlook.places(report.programs), *outlook.remedies(report.programs)):
        print(line)
    for one in report.having(outlook.FAILS):
        print(f"  {terminal.shape(Result.FAILED, sys.stdout)} {one.id}: {one.why}")
    if report.slowest:
        print("Slowest: " + ", ".join(f"{one.id} {one.seconds:.1f} s" for one in report.slowest))
    _head("This machine")
    width = max(len(check.name) for check in report.checks)
    for check in report.checks:
        mark = terminal.shape(MARKS[check.state], sys.stdout)
        print(f"  {mark} {check.name:{width}}  {check.text}")
        if check.remedy and check.state != GOOD:
            print(f"    {'':{width}}  {check.remedy}")
    _verdict(report)


def _verdict(report: Report) -> None:
    print()
    for fault in report.faults[1:]:
        print(f"Then: {fault}.")
    if report.go:
        print(terminal.paint("GO", terminal.COLOURS[Result.PASSED], sys.stdout))
    else:
        word = terminal.paint("NO-GO", terminal.COLOURS[Result.FAILED], sys.stdout)
        print(f"{word}. First: {report.faults[0]}.")


def _head(text: str) -> None:
    print(f"\n{terminal.paint(text, terminal.BOLD, sys.stdout)}")


def _progress(text: str) -> None:
    """One line that is written over; only for somebody who looks on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """`deck preflight`: the same command."""
    from deck.programs import cli

    given = sys.argv[1:] if arguments is None else arguments
    return cli.main(["preflight", *given], name="deck")
