"""The commands that run nothing: list the tricks, show their code."""

import argparse
import json
import sys
from itertools import groupby

from deck.programs import catalogue, choosing, needs, proof, talk, terminal, variants
from deck.programs.catalogue import Trick
from deck.programs.variants import Variant


def list_tricks(options: argparse.Namespace) -> int:
    """All tricks by family; one that can't be read is marked, and no other suffers from it."""
    good, bad = catalogue.survey()
    if options.json:
        print(json.dumps([_row(trick) for trick in good.values()], indent=2))
        for why in bad.values():
            print(why, file=sys.stderr)
        return 0
    ids = sorted([*good, *bad])
    width = max(map(len, ids), default=0)
    titles = talk.read(catalogue.ROOT).families
    for family, members in groupby(ids, key=lambda id: id.partition(".")[0]):
        title = f"  {titles[family]}" if family in titles else ""
        print(f"\n{terminal.paint(family, terminal.BOLD, sys.stdout)}{title}")
        for id in members:
            if id in good:
                _list_one(good[id], width)
            else:
                print(f"  {terminal.shape('failed', sys.stdout)} {id:{width}}  can't be read")
                print(f"    {'':{width}}  {bad[id]}")
    print("\nRun one: python3 -m examples run ID. See its code: python3 -m examples show ID.")
    print("What if ...? Run a variant: python3 -m examples run ID~NAME.")
    return 0


def _list_one(trick: Trick, width: int) -> None:
    verdict = needs.check(trick)
    mark = terminal.shape("passed" if verdict.runnable else "skipped", sys.stdout)
    print(f"  {mark} {trick.id:{width}}  {trick.title}")
    if not verdict.runnable:
        print(f"    {'':{width}}  {verdict.reason}")
    found, why = variants.survey(trick)
    if why:
        print(f"    {'':{width}}  {why}")
    if names := [f"~{name}" for name in found]:
        text = f"{'':{width}}  {' '.join(names)}"
        print(f"    {terminal.paint(text, terminal.FAINT, sys.stdout)}")


def _row(trick: Trick) -> dict[str, object]:
    verdict = needs.check(trick)
    found, why = variants.survey(trick)
    if why:
        print(why, file=sys.stderr)
    return {
        "id": trick.id,
        "title": trick.title,
        "claim": trick.claim,
        "needs": list(trick.needs),
        "man": list(trick.man),
        "since": trick.since,
        "runnable": verdict.runnable,
        "reason": verdict.reason,
        "world": verdict.world,
        "variants": [
            {"id": v.id, "title": v.title, "shows": v.shows, "knob": v.knob} for v in found.values()
        ],
    }


def show(options: argparse.Namespace) -> int:
    """Print the code (that of a variant: changed), and name or print what it uses of `examples`."""
    program = choosing.find(options.id)
    trick = program.trick if isinstance(program, Variant) else program
    code = program.source() if isinstance(program, Variant) else program.path.read_text("utf-8")
    print(code, end="")
    helpers = [path for path in proof.sources(trick) if path.name != "__init__.py"]
    helpers = [path for path in helpers if path != trick.path]
    for path in helpers if options.all else []:
        text = path.read_text("utf-8")
        print(f"\n\n# ---- {path.relative_to(trick.root)}\n\n{text}", end="")
    if helpers and not options.all:
        sys.stdout.flush()
        named = " ".join(str(path.relative_to(trick.root)) for path in helpers)
        print(f"\nIt uses {named}", file=sys.stderr)
        print(f"With their code: python3 -m examples show --all {options.id}", file=sys.stderr)
    return 0
