"""`python3 -m examples`: list, show, run, record and check the tricks from a terminal."""

import argparse
import json
import sys
from collections.abc import Iterable
from itertools import groupby

from deck.measuring import bench
from deck.programs import catalogue, needs, proof, recording
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.runner import EXIT_CODES, Event, Run

SHAPES = {"passed": "✔", "failed": "✘", "skipped": "○", "timed out": "⏲", "cancelled": "■"}


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; the result is the exit status (see runner.EXIT_CODES)."""
    options = _parser().parse_args(arguments)
    try:
        return options.act(options)
    except (CatalogueError, recording.RecordingError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return EXIT_CODES["cancelled"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m examples", description=__doc__)
    parser.set_defaults(act=list_tricks, json=False)
    commands = parser.add_subparsers(metavar="COMMAND")
    _list = _command(commands, "list", list_tricks, "all tricks, and whether they run here")
    _list.add_argument("--json", action="store_true", help="for programs")
    show = _command(commands, "show", show_trick, "print a trick's code")
    show.add_argument("id")
    for name, act, text in (
        ("run", run, "run tricks, each in a world of its own"),
        ("record", record, "run tricks and keep what they print as their recordings"),
    ):
        command = _command(commands, name, act, text)
        command.add_argument("ids", nargs="*", metavar="ID", help="`tcp` means all of its family")
        command.add_argument("--all", action="store_true", help="every trick")
        command.add_argument("--times", type=int, default=1, metavar="N", help="N rounds")
    proof = _command(commands, "prove", prove, "run tricks on every kernel, and keep the table")
    proof.add_argument("ids", nargs="*", metavar="ID", help="default: all")
    proof.add_argument("--check", action="store_true", help="leave the table as it is")
    bench = _command(commands, "bench", run_bench, "measure what the talk says about speed")
    bench.add_argument("names", nargs="*", metavar="MEASUREMENT", help="default: all")
    bench.add_argument("--quick", action="store_true", help="a minute, and keep nothing")
    _command(commands, "preflight", preflight, "is this machine ready for the stage?")
    return parser


def _command(commands, name, act, text) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(act=act)
    return parser


def list_tricks(options: argparse.Namespace) -> int:
    rows = [(trick, needs.check(trick)) for trick in catalogue.tricks().values()]
    if options.json:
        print(json.dumps([_row(trick, verdict) for trick, verdict in rows], indent=2))
        return 0
    width = max(len(trick.id) for trick, _ in rows)
    for family, members in groupby(rows, key=lambda row: row[0].family):
        print(f"\n{family}")
        for trick, verdict in members:
            mark = SHAPES["passed" if verdict.runnable else "skipped"]
            print(f"  {mark} {trick.id:{width}}  {trick.title}")
            if not verdict.runnable:
                print(f"    {'':{width}}  {verdict.reason}")
    print("\nRun one: python3 -m examples run ID. See its code: python3 -m examples show ID.")
    return 0


def _row(trick: Trick, verdict: needs.Verdict) -> dict[str, object]:
    return {
        "id": trick.id,
        "title": trick.title,
        "claim": trick.claim,
        "needs": list(trick.needs),
        "man": list(trick.man),
        "since": trick.since,
        "runnable": verdict.runnable,
        "reason": verdict.reason,
    }


def show_trick(options: argparse.Namespace) -> int:
    print(catalogue.find(options.id).path.read_text(), end="")
    return 0


def run(options: argparse.Namespace) -> int:
    """Run one trick with its output, or several with a line each and a count at the end."""
    chosen = _chosen(options)
    if len(chosen) == 1 and options.times == 1 and not options.all:
        end = _print_events(Run(chosen[0]))
        return EXIT_CODES[end.result]
    return _run_many(chosen * options.times)


def _chosen(options: argparse.Namespace) -> list[Trick]:
    known = catalogue.tricks()
    if options.all:
        return list(known.values())
    chosen = []
    for id in options.ids:
        family = [trick for trick in known.values() if trick.family == id]
        chosen += family or [catalogue.find(id)]
    if not chosen:
        raise CatalogueError("name a trick, a family, or --all; `python3 -m examples` lists them")
    return chosen


def _print_events(one: Run) -> Event:
    for event in one.events():
        if event.kind == "stdout":
            print(event.text, flush=True)
        elif event.kind in ("stderr", "status"):
            print(event.text, file=sys.stderr, flush=True)
    _print_result(event, f"in {event.time:.2f} s")
    return event


def _print_result(end: Event, detail: str) -> None:
    reason = f": {end.text}" if end.text else ""
    print(f"{SHAPES[end.result]} {end.result} {detail}{reason}", file=sys.stderr, flush=True)


def _run_many(chosen: list[Trick]) -> int:
    """A line for each run; the worst result decides the status, and skips alone mean success."""
    counts = dict.fromkeys(EXIT_CODES, 0)
    for trick in chosen:
        events = list(Run(trick).events())
        end = _compared(trick, events)
        counts[end.result] += 1
        _print_result(end, f"{trick.id} ({end.time:.2f} s)")
        if end.result not in ("passed", "skipped"):
            _print_lines(events)
    print(_summary(counts))
    return _status(counts)


def _summary(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {result}" for result, n in counts.items() if n or result == "failed")


def _status(counts: dict[str, int]) -> int:
    return next((EXIT_CODES[r] for r in ("failed", "timed out", "cancelled") if counts[r]), 0)


def _compared(trick: Trick, events: list[Event]) -> Event:
    """The end of a run; a pass that prints something else than its recording has failed."""
    end = events[-1]
    if end.result != "passed" or not trick.recording.exists():
        return end
    diff = recording.differences(trick, events)
    if not diff:
        return end
    return Event("end", end.time, f"its output is not the recorded one\n{diff}", "failed")


def _print_lines(events: Iterable[Event]) -> None:
    for event in events:
        if event.kind in ("stdout", "stderr"):
            print(f"    {event.text}", file=sys.stderr)


def record(options: argparse.Namespace) -> int:
    """Keep the output of each trick that passes; one that does not keeps its old recording."""
    status = 0
    options.all = options.all or not options.ids
    for trick in _chosen(options):
        one = Run(trick)
        events = list(one.events())
        end = events[-1]
        if end.result == "passed":
            changed = recording.write(trick, events, one.release)
            print(f"{trick.id}: {'recorded' if changed else 'unchanged'}")
            continue
        _print_result(end, trick.id)
        if end.result != "skipped":
            _print_lines(events)
            status = EXIT_CODES["failed"]
    return status


def prove(options: argparse.Namespace) -> int:
    """Fill examples/proven.json; a trick that fails anywhere fails the command."""
    options.all = not options.ids
    rows, counts = proof.read(), {}
    for trick, kernel, end in proof.prove(_chosen(options)):
        proof.enter(rows, trick, kernel, end)
        system = f"Linux {proof.release(kernel)}"
        counts.setdefault(system, dict.fromkeys(EXIT_CODES, 0))[end.result] += 1
        _print_result(end, f"{trick.id} on {system} ({end.time:.1f} s)")
    if not options.check:
        known = catalogue.tricks()
        proof.write({id: row for id, row in rows.items() if id in known})
    for system, ends in counts.items():
        print(f"{system}: {_summary(ends)}")
    return max(map(_status, counts.values()))


def run_bench(options: argparse.Namespace) -> int:
    """Measure; a full run of all measurements replaces what is recorded."""
    figures, good = bench.bench(options.names, options.quick)
    folder = catalogue.ROOT / "_build" / "measured"
    whole = good and not options.quick and not options.names
    path = bench.recorded() if whole else folder / "recorded.json"
    bench.write(path, figures)
    print(f"The figures are {path}")
    print(f"{bench.draw(path, folder)} charts are in {folder}")
    return 0 if good else EXIT_CODES["failed"]


def preflight(_: argparse.Namespace) -> int:
    """Run every trick once and say in words what a speaker can rely on."""
    chosen = list(catalogue.tricks().values())
    ends = {trick.id: _compared(trick, list(Run(trick).events())) for trick in chosen}
    for id, end in ends.items():
        if end.result != "passed":
            _print_result(end, id)
    failed = sum(end.result not in ("passed", "skipped") for end in ends.values())
    passed = sum(end.result == "passed" for end in ends.values())
    print(f"{passed} of {len(ends)} tricks run here as recorded; {failed} failed.")
    if packages := missing_packages(chosen):
        print(f"For more: sudo apt-get install {' '.join(packages)}")
    return EXIT_CODES["failed"] if failed else 0


def missing_packages(chosen: Iterable[Trick]) -> list[str]:
    """The Debian packages that would make more of these tricks runnable."""
    return sorted({needs.check(trick).package for trick in chosen} - {""})
