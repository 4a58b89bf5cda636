"""The commands that run tricks: run, record.

One rule for all of them: a run that passes and prints something else than its recording has failed.
"""

import contextlib
import sys
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from deck.programs import choosing, recording, terminal
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.choosing import Program
from deck.programs.runner import EXIT_CODES, Event, Kind, Result
from deck.programs.variants import Variant

if TYPE_CHECKING:
    import argparse


def run(options: "argparse.Namespace") -> int:
    """Run one trick with its output, or several with a line each and a count at the end."""
    chosen = choosing.several(options.ids, options.all)
    broken = choosing.broken(options.all, options.ids)
    if len(chosen) == 1 and options.times == 1 and not options.all and not broken:
        return EXIT_CODES[Result(_run_one(chosen[0], options.isolated).result)]
    return _run_many(chosen * options.times, broken, options.isolated)


def _run_one(program: Program, isolated: bool) -> Event:
    _introduce(program)
    events = []
    for event in choosing.start(program, isolated).events():
        events.append(event)
        if event.kind == Kind.START:
            terminal.write(event.text, sys.stderr, terminal.FAINT)
        elif event.kind == Kind.STDOUT:
            terminal.write(event.text, sys.stdout)
        elif event.kind in (Kind.STDERR, Kind.STATUS):
            terminal.write(event.text, sys.stderr)
    end = judged(program, events)
    _print_result(end, f"in {end.time:.2f} s", events)
    return end


def _introduce(program: Program) -> None:
    """Title and claim first: what is to be seen in the output."""
    variant = program if isinstance(program, Variant) else None
    trick = variant.trick if variant else program
    assert isinstance(trick, Trick)
    terminal.write(variant.title if variant else trick.title, sys.stderr, terminal.BOLD)
    if variant:
        for line in variant.changed_lines():
            terminal.write(f"    {line}", sys.stderr)
        terminal.write(f"What has to come of it: {variant.shows}", sys.stderr)
    else:
        terminal.paragraph(trick.claim, sys.stderr)
        terminal.write(f"Manual: {', '.join(trick.man)}", sys.stderr, terminal.FAINT)


def _print_result(end: Event, detail: str, events: Iterable[Event] = ()) -> None:
    reason = f": {end.text}" if end.text else ""
    where = ""
    if end.result == Result.FAILED:
        from deck.programs import failure

        where = f"\n  {place}" if (place := failure.place(list(events))) else ""
    mark = terminal.shape(end.result, sys.stderr)
    print(f"{mark} {end.result} {detail}{reason}{where}", file=sys.stderr, flush=True)


def _run_many(chosen: list[Program], broken: dict[str, CatalogueError], isolated: bool) -> int:
    """A line for each run; the worst result decides the status, and skips alone mean success."""
    counts: Counter[str] = Counter()
    for id, why in broken.items():
        counts[Result.FAILED] += 1
        _print_result(Event(Kind.END, 0.0, str(why), Result.FAILED), id)
    from deck.programs import at_once

    runs = at_once.run(chosen, lambda program: choosing.start(program, isolated))
    with contextlib.closing(runs):  # Ctrl-C ends all of them
        for program, events in runs:
            end = judged(program, events)
            counts[end.result] += 1
            _print_result(end, f"{program.id} ({end.time:.2f} s)", events)
            if end.result not in (Result.PASSED, Result.SKIPPED):
                _print_lines(events, sys.stderr)
    print(summary(counts))
    return status(counts)


def summary(counts: dict[str, int]) -> str:
    """ "96 passed, 0 failed, 1 skipped": in the order of EXIT_CODES."""
    shown = ((result, counts.get(result, 0)) for result in EXIT_CODES)
    return ", ".join(f"{n} {result}" for result, n in shown if n or result == Result.FAILED)


def status(counts: dict[str, int]) -> int:
    """The exit status for so many of each result: the worst of them."""
    bad = (Result.FAILED, Result.TIMED_OUT, Result.CANCELLED)
    return next((EXIT_CODES[result] for result in bad if counts.get(result)), 0)


def judged(program: Program, events: list[Event]) -> Event:
    """The end of a run, held against the recording, and for a variant against what it must show."""
    end = events[-1]
    kept = events
    if isinstance(program, Variant):
        from deck.programs import variants

        if end.result in (Result.SKIPPED, Result.CANCELLED):
            return end
        if objection := variants.objection(program, events):
            return Event(Kind.END, end.time, objection, Result.FAILED)
        end = Event(Kind.END, end.time, f"as it must: {program.shows}", Result.PASSED)
        kept = variants.recorded(program, events)
    if end.result != Result.PASSED or not program.recording.exists():
        return end
    diff = recording.differences(program, kept)
    if not diff:
        return end
    again = f"If the new output is right: python3 -m examples record {program.id}"
    text = f"its output is not the recorded one\n{diff}\n{again}"
    return Event(Kind.END, end.time, text, Result.FAILED)


def _print_lines(events: Iterable[Event], stream: TextIO) -> None:
    for event in events:
        if event.kind in (Kind.STDOUT, Kind.STDERR):
            terminal.write(f"    {event.text}", stream)


def record(options: "argparse.Namespace") -> int:
    """Keep the output of each trick that passes, and of its variants that end as they must.

    One that does not keeps its old recording.
    """
    from deck.programs import variants

    worst = 0
    for program in choosing.several(options.ids, options.all or not options.ids):
        own, why = ({}, "") if isinstance(program, Variant) else variants.survey(program)
        for each in (program, *own.values()):
            worst = max(worst, _record_one(each))
        if why:
            print(why, file=sys.stderr)
            worst = max(worst, EXIT_CODES[Result.FAILED])
    return worst


def _record_one(program: Program) -> int:
    from deck.programs import variants

    one = choosing.start(program)
    events = list(one.events())
    end, kept = events[-1], events
    if isinstance(program, Variant) and end.result != Result.SKIPPED:
        if objection := variants.objection(program, events):
            end = Event(Kind.END, end.time, objection, Result.FAILED)
        else:
            end = Event(Kind.END, end.time, "", Result.PASSED)
            kept = variants.recorded(program, events)
    if end.result == Result.PASSED:
        changed = recording.write(program, kept, one.release)
        print(f"{program.id}: {'recorded' if changed else 'unchanged'}", flush=True)
        return 0
    _print_result(end, program.id, events)
    if end.result == Result.SKIPPED:
        return 0
    _print_lines(events, sys.stderr)
    return EXIT_CODES[Result.FAILED]
