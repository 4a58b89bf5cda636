"""`deck rehearse`: present to nobody, and hear afterwards where the time was lost.

Ctrl-C stops it; begun again, it goes on. What it noted lies in `_build/rehearsal.json`.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from deck.programs import catalogue, shown
from deck.stage import command
from deck.stage.rehearsal import FILE, Rehearsal, RehearsalError, report, slides_of
from deck.stage.server import Stage


def _options(arguments: Iterable[str] | None) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(
        prog="deck rehearse",
        description="Present the deck and note how long you stay on each slide.",
        epilog="All options of `deck present` are taken, too.",
    )
    parser.add_argument("--root", type=Path, default=catalogue.ROOT, help="default: this talk")
    parser.add_argument("--anew", action="store_true", help="forget what was noted before")
    parser.add_argument("--report", action="store_true", help="only say what was noted")
    return parser.parse_known_args(None if arguments is None else list(arguments))


def main(arguments: Iterable[str] | None = None) -> int:
    options, others = _options(arguments)
    file = options.root.resolve() / FILE
    try:
        if options.anew:
            file.unlink(missing_ok=True)
        rehearsal = Rehearsal(file)
        status = 0 if options.report else _present(options.root, others, rehearsal)
    except RehearsalError as error:
        print(error, file=sys.stderr)
        return 1
    if status == 0:
        print("\n".join(_said(rehearsal, options.root)))
    return status


def _present(root: Path, others: list[str], rehearsal: Rehearsal) -> int:
    def listen(stage: Stage) -> None:
        def note(action: str, what: str) -> None:
            try:
                rehearsal.note(action, what)
            except RehearsalError as error:
                stage.trouble(str(error))  # the rehearsal itself goes on

        stage.runs.listeners.append(note)

    try:
        return command.main(["--root", str(root), *others], listen)
    finally:
        rehearsal.stop()


def _said(rehearsal: Rehearsal, root: Path) -> list[str]:
    page = root / shown.DECK
    if not rehearsal.visits or not page.exists():
        return ["Nothing was rehearsed yet: deck rehearse opens the talk, and notes your steps."]
    return report(rehearsal.visits, slides_of(page))
