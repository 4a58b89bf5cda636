"""Runs in a spare, and the processes in which spares wait."""

import os
import re
import time
from pathlib import Path

from processes import PATIENCE, family

from deck.programs import catalogue, needs, variants
from deck.programs.runner import Kind, Run

TRICKS = catalogue.tricks()
PROGRAMS = TRICKS | catalogue.measurements()
HERE = {
    id: program
    for id, program in PROGRAMS.items()
    if (verdict := needs.check(program)).runnable and verdict.where == "here"
}
VARIANTS = variants.all_of({id: trick for id, trick in HERE.items() if id in TRICKS})


def cold(program, **options):
    return list(Run(program, **options).events())


def spared(spares, program, **options):
    spares.keep([program])
    assert spares.settle() == 1
    run = Run(program, spares=spares, **options)
    events = list(run.events())
    assert run.spared
    return events


def told(events):
    """What a run is about, without its times; an address in memory is an accident."""
    texts = [re.sub(r"0x[0-9a-f]{6,}", "0x...", event.text) for event in events]
    return [(e.kind, text, e.result) for e, text in zip(events, texts, strict=True)]


def of_stdout(events):
    said = [row for row in told(events) if row[0] == Kind.STDOUT]
    return [told(events)[0], *said, told(events)[-1]]


def keepers(spares):
    return [spare.running._process.pid for spare in spares._waiting.values()]


def waiting(spares):
    """The keeper of the one spare, and the process that waits in it."""
    [keeper] = keepers(spares)
    *_, worker = family(keeper)
    wait_until_it_waits(worker)
    return keeper, worker


def wait_until_it_waits(pid):
    until = time.monotonic() + PATIENCE
    while "unix" not in Path(f"/proc/{pid}/wchan").read_text():
        assert time.monotonic() < until, f"{pid} does not get to its order"
        os.sched_yield()
