"""`python -m compare [ROW ...]`: measure, print one table, keep it in _build/compare/.

The machine is to be quiet: nothing else runs, and no power is saved.
"""

import argparse
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from compare import table
from compare.rounds import measure
from compare.row import Row

ROOT = Path(__file__).resolve().parent.parent
# The modules that have rows, each with `rows()`; in the order of the table.
MODULES: tuple[str, ...] = ("saves", "runs", "paints", "page_linux", "builds")


def main(arguments: list[str] | None = None) -> int:
    """0 where every target that could be compared is met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m compare", description=__doc__.splitlines()[0])
    parser.add_argument("row", nargs="*", help="part of a row's name; without: all rows")
    parser.add_argument("--rounds", type=int, help="rounds that count, instead of the row's own")
    parser.add_argument("--list", action="store_true", help="name the rows, and measure nothing")
    options = parser.parse_args(arguments)
    chosen = [row for row in rows() if wanted(row, options.row)]
    if not chosen:
        parser.error(f"no row has that in its name; there are: {', '.join(names())}")
    if options.list:
        print("\n".join(f"{row.name}: {', '.join(row.sides)}" for row in chosen))
        return 0
    results = []
    for row in chosen:
        print(f"{row.name} ...", file=sys.stderr, flush=True)
        results.append(measure(row if options.rounds is None else row.with_rounds(options.rounds)))
    print(table.text(results))
    kept = table.keep(results, ROOT / "_build" / "compare", datetime.now(UTC))
    print(f"Kept in {kept.relative_to(ROOT)}")
    return any(met is False for result in results for _, met in result.verdicts())


def rows() -> list[Row]:
    """All rows, of all modules."""
    return [row for name in MODULES for row in importlib.import_module(f"compare.{name}").rows()]


def names() -> list[str]:
    return [row.name for row in rows()]


def wanted(row: Row, parts: list[str]) -> bool:
    return not parts or any(part.lower() in row.name.lower() for part in parts)


if __name__ == "__main__":
    sys.exit(main())
