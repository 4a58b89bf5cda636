"""Run tricks many times, with the CPUs idle and then all busy: `python tests/stress.py --times 50`.

A trick that waits for a clock instead of an event passes when nobody looks, and fails here.
"""

import argparse
import contextlib
import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deck.programs import catalogue, cli


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="tricks or families; default: all")
    parser.add_argument("--times", type=int, default=50, metavar="N")
    options = parser.parse_args()
    ids = options.ids or [trick for trick in catalogue.tricks()]
    command = ["run", *ids, "--times", str(options.times)]
    print(f"{options.times} rounds with idle CPUs")
    idle = cli.main(command)
    print(f"{options.times} rounds with busy CPUs")
    with busy():
        return cli.main(command) or idle


@contextlib.contextmanager
def busy() -> Iterator[None]:
    """Keep every CPU occupied, and a little more."""
    loops = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(os.cpu_count() + 1)]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.join()


def _spin() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        pass


if __name__ == "__main__":
    sys.exit(main())
