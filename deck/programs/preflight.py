"""Is this machine ready for this talk? Each of its programs is really run, twice, and each of its
variants once.

The result is kept in `_build/preflight.json`; the stage shows it when it opens.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from deck.programs import (
    catalogue,
    isolation,
    machine,
    needs,
    shown,
    system,
    talk,
    variants,
)
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.machine import BAD, CAUTION, GOOD, Check
from deck.programs.needs import Verdict
from deck.programs.outlook import FAILS, LAB, LIVE, REPLAY, SILENT, Outlook, counted, expect, some
from deck.programs.runner import Event, Result, Run
from deck.programs.variants import Variant, VariantRun

FILE = Path("_build", "preflight.json")
ROUNDS = 2
VARIANT_ROUNDS = 1
SLOWEST = 3


@dataclass(frozen=True)
class Report:
    """Everything that was found. `when` is a time of the clock in seconds."""

    when: float
    kernel: str
    programs: tuple[Outlook, ...]
    checks: tuple[Check, ...]
    faults: tuple[str, ...] = field(default=())
    variants: tuple[Outlook, ...] = field(default=())

    @property
    def go(self) -> bool:
        return not self.faults

    def having(self, how: str) -> list[Outlook]:
        return [one for one in (*self.programs, *self.variants) if one.how == how]

    @property
    def slowest(self) -> list[Outlook]:
        ran = [one for one in (*self.programs, *self.variants) if one.seconds]
        return sorted(ran, key=lambda one: -one.seconds)[:SLOWEST]

    def sentence(self) -> str:
        """The result in a line: what the stage says of it."""
        day = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.when))
        told = counted(self.programs) or "no programs"
        if what_if := counted(self.variants):
            told += f"; of the variants, {what_if}"
        verdict = "GO" if self.go else f"NO-GO: {self.faults[0]}"
        return f"Preflight of {day}, Linux {self.kernel}: {told}. {verdict}"


Judge = Callable[[Trick | Variant, bool], Event]


def tried(program: Trick | Variant, isolated: bool, judge: Judge) -> Outlook:
    """What has come of a program's runs: all of them must end as recorded."""
    is_variant = isinstance(program, Variant)
    trick = program.trick if isinstance(program, Variant) else program
    expected = expect(program, needs.check(trick, isolated=isolated))
    longest, rounds = 0.0, VARIANT_ROUNDS if is_variant else ROUNDS
    for _ in range(rounds if expected.how in (LIVE, LAB) else 0):
        end = judge(program, isolated)
        longest = max(longest, end.time)
        if end.result == Result.SKIPPED:  # only the run itself could tell
            return expect(program, Verdict(False, end.text))
        if end.result != Result.PASSED:
            why = f"{end.result}: {end.text}".strip(": ")
            look = f"python3 -m examples run {program.id}"
            return Outlook(program.id, FAILS, why, look, expected.world, longest)
    return replace(expected, seconds=longest)


def judge(program: Trick | Variant, isolated: bool) -> Event:
    """One run, held against its recording: "passed" when it ended as it must, also by failing."""
    from deck.programs.cli_run import judged

    if isinstance(program, Variant):
        return judged(program, list(VariantRun(program, isolated=isolated).events()))
    return judged(program, list(Run(program, isolated=isolated).events()))


def _variants(tricks: Iterable[Trick]) -> tuple[list[Variant], list[Outlook]]:
    """Those of these tricks; and of the tables that can't be read, why."""
    found: list[Variant] = []
    spoilt = []
    for trick in tricks:
        own, why = variants.survey(trick)
        found += own.values()
        if why:
            spoilt.append(Outlook(f"{trick.id}~", FAILS, why, "mend it, then make slides"))
    return found, spoilt


def fly(
    root: Path,
    isolated: bool = True,
    progress: Callable[[str], None] = lambda _: None,
    judge: Judge = judge,
) -> Report:
    """Try everything. It takes a minute or two for a talk of a hundred programs."""
    needs.forget()
    deck = shown.read(root)
    tricks, broken = catalogue.survey(root)
    wanted = list(deck.tricks) if deck else [*tricks, *broken]
    programs = []
    known, what_if = _variants(tricks[id] for id in wanted if id in tricks)
    whole = len(wanted) + len(known)
    for number, id in enumerate(wanted, 1):
        progress(f"{number} of {whole}: {id}")
        if id in tricks:
            programs.append(tried(tricks[id], isolated, judge))
        else:
            why = str(broken.get(id, "its program is not there any more"))
            programs.append(Outlook(id, FAILS, why, "mend it, then make slides"))
    for number, variant in enumerate(known, len(wanted) + 1):
        progress(f"{number} of {whole}: {variant.id}")
        what_if.append(tried(variant, isolated, judge))
    measured = [_measured(id, root, isolated) for id in (deck.measurements if deck else ())]
    ran = [tricks[one.id] for one in programs if one.how == LIVE]
    checks = [
        _deck(root, deck),
        _isolation(programs, isolated),
        *machine.checks(root, any(one.how == LAB for one in programs)),
        _offline(ran, deck, isolated),
        *([_charts(measured)] if measured else []),
    ]
    faults = _faults(programs, what_if, checks)
    found = tuple(programs), tuple(checks), tuple(faults), tuple(what_if)
    return Report(time.time(), system.release(), *found)


def _measured(id: str, root: Path, isolated: bool) -> Outlook:
    try:
        program = catalogue.find(id, root)
    except CatalogueError as error:
        return Outlook(id, FAILS, str(error))
    return expect(program, needs.check(program, isolated=isolated))


def _charts(measured: list[Outlook]) -> Check:
    """A measurement takes its time: whether it can run is judged, and not tried."""
    unable = [one for one in measured if one.how not in (LIVE, LAB)]
    text = f"{len(measured) - len(unable)} of {len(measured)} can be measured anew (not tried)"
    if unable:
        return Check("charts", CAUTION, text, f"{unable[0].id}: {unable[0].why}")
    return Check("charts", GOOD, text)


def _deck(root: Path, deck: shown.Shown | None) -> Check:
    if deck is None:
        text = "it is not built yet; all programs were tried, also of chapters that are left out"
        return Check("deck", CAUTION, text, "make slides")
    if newer := shown.newer(root, shown.built(root)):
        text = f"{newer.relative_to(root)} was saved after it was built"
        return Check("deck", CAUTION, text, "make slides")
    return Check("deck", GOOD, "it is built, and newer than its sources")


def _isolation(programs: list[Outlook], isolated: bool) -> Check:
    worlds = [one.world for one in programs if one.world]
    if worlds and isolated:
        return Check("isolation", GOOD, "each run has a world of its own")
    if worlds:
        return Check("isolation", CAUTION, worlds[0])
    return Check("isolation", CAUTION, "nothing runs here", isolation.refusal())


def _offline(tricks: Iterable[Trick], deck: shown.Shown | None, isolated: bool) -> Check:
    """A hall has no network. What ran in a network of its own has proved that it needs none."""
    if deck and deck.remote:
        text = f"the deck loads {deck.remote[0]} and {len(deck.remote) - 1} more from elsewhere"
        return Check("no network", CAUTION, text, "put these files into _static/")
    outside = [t.id for t in tricks if not isolated or talk.read(t.root).shares_network(t.needs)]
    if outside:
        text = f"{some(outside)} saw this machine's network"
        return Check("no network", CAUTION, text, "try again with the network switched off")
    return Check("no network", GOOD, "all would work: each run had none but its own")


def _faults(programs: list[Outlook], what_if: list[Outlook], checks: list[Check]) -> list[str]:
    """What forbids to go, the most pressing first, each with what to do."""
    faults = [f"{one.name}: {one.text}; {one.remedy}" for one in checks if one.state == BAD]
    if failing := [one for one in programs if one.how == FAILS]:
        first = failing[0]
        faults.append(f"{some([o.id for o in failing])} does not run as recorded: {first.remedy}")
    if failing := [one for one in what_if if one.how == FAILS]:
        names = some([one.id for one in failing])
        faults.append(f"{names} does not end as its slide says: {failing[0].remedy}")
    unable = [one for one in programs if one.how in (REPLAY, SILENT)]
    if unable and len(unable) == len(programs):
        why = "; ".join(filter(None, (unable[0].why, unable[0].remedy)))
        faults.append(f"nothing runs live here: {why}")
    return faults


# ---- kept for the stage


def as_json(report: Report) -> dict[str, Any]:
    return {"go": report.go, "sentence": report.sentence(), **asdict(report)}


def keep(report: Report, root: Path) -> None:
    """For the stage. Raises OSError."""
    path = root / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(as_json(report), indent=1) + "\n")


def last(root: Path) -> Report | None:
    """The one before; None where there is none, or one of another version of this file."""
    try:
        told = json.loads((root / FILE).read_text())
        kept = {each.name: told[each.name] for each in fields(Report)}
        kept |= {
            "programs": tuple(Outlook(**one) for one in told["programs"]),
            "checks": tuple(Check(**one) for one in told["checks"]),
            "faults": tuple(told["faults"]),
            "variants": tuple(Outlook(**one) for one in told["variants"]),
        }
        return Report(**kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def outdated(report: Report, root: Path) -> str:
    """Why it should be made again; "" while it says what is so."""
    if report.kernel != system.release():
        return f"this is Linux {system.release()}"
    changed = shown.newer(root, report.when)
    return f"{changed.relative_to(root)} was saved since" if changed else ""
