"""The commands that take their time: prove on every kernel, and measure."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from deck.programs import catalogue, choosing, cli_run, page_kernel, proof, terminal
from deck.programs.catalogue import Trick
from deck.programs.runner import EXIT_CODES, Event, Result


def prove(options: argparse.Namespace) -> int:
    """Fill examples/proven.json, a result at a time: whoever stops it loses nothing.

    Fails when a trick fails anywhere, and when one has no proof that is of today's program.
    """
    chosen = choosing.tricks(options.ids, not options.ids)
    rows = proof.read()
    counts: dict[str, Counter[str]] = {}
    for trick, kernel, end in _everywhere(chosen, rows if options.stale else {}):
        system = f"Linux {kernel}"
        counts.setdefault(system, Counter())[end.result] += 1
        mark, reason = terminal.shape(end.result, sys.stderr), f": {end.text}" if end.text else ""
        line = f"{mark} {end.result} {trick.id} on {system} ({end.time:.1f} s){reason}"
        print(line, file=sys.stderr, flush=True)
        if not options.check and end.result != Result.CANCELLED:
            _keep(rows, trick, kernel, end)
    for system, ends in counts.items():
        print(f"{system}: {cli_run.summary(ends)}")
    stale = [trick.id for trick in chosen if proof.is_stale(trick, rows)]
    if stale:
        print(f"Changed since their proof: {', '.join(stale)}", file=sys.stderr)
        print("To prove them: python3 -m examples prove --stale", file=sys.stderr)
    worst = max(map(cli_run.status, counts.values()), default=0)
    return worst or (EXIT_CODES[Result.FAILED] if stale else 0)


def _everywhere(
    chosen: list[Trick], known: dict[str, proof.Row]
) -> Iterator[tuple[Trick, str, Event]]:
    """Run tricks on every kernel at hand, but where it is known; yields trick, kernel and end."""
    tasks = [
        (trick, kernel)
        for kernel in proof.kernels()
        for trick in chosen
        if not proof.is_settled(trick, proof.version(kernel), known)
    ]
    for trick, kernel, end in proof.prove(tasks):
        yield trick, proof.version(kernel), end
    folder = catalogue.ROOT / page_kernel.FOLDER
    name = page_kernel.name(folder)
    wanted = [trick for trick in chosen if not proof.is_settled(trick, name, known)]
    for trick, end in page_kernel.prove(wanted, folder):
        yield trick, name, end


def _keep(rows: dict[str, proof.Row], trick: Trick, kernel: str, end: Event) -> None:
    proof.enter(rows, trick, kernel, end)
    known = set(map(catalogue.id_of, catalogue.paths()))
    proof.write({id: row for id, row in rows.items() if id in known})


def run_bench(options: argparse.Namespace) -> int:
    """Measure; a full run of all measurements replaces what is recorded."""
    from deck.measuring import bench, results

    try:
        figures, good = bench.bench(options.names, options.quick)
    except results.MeasuredError as error:
        print(error, file=sys.stderr)
        return EXIT_CODES[Result.FAILED]
    folder = catalogue.ROOT / "_build" / "measured"
    whole = good and not options.quick and not options.names
    path = bench.recorded() if whole else folder / "recorded.json"
    bench.write(path, figures)
    print(f"The figures are {path}")
    print(f"{bench.draw(path, folder)} charts are in {folder}")
    return 0 if good else EXIT_CODES[Result.FAILED]
