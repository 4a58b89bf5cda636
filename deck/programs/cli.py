"""`python3 -m examples`: list, show, run, record and check the tricks from a terminal.

Each command loads only what it needs: to run one trick shall cost little more than the trick.
"""

import importlib
import sys
from types import SimpleNamespace
from typing import Any

from deck.programs import terminal
from deck.programs.catalogue import CatalogueError
from deck.programs.recording import RecordingError
from deck.programs.talk import TalkError

INTERRUPTED, NO_READER = 130, 141
# What `run` has for options where none is given.
RUN = {"act": "cli_run:run", "all": False, "times": 1, "isolated": True, "json": False}


def main(arguments: list[str] | None = None, name: str = "python3 -m examples") -> int:
    """Carry out one command; the result is the exit status (see runner.EXIT_CODES).

    `name` is what it was started by.
    """
    terminal.prepare()
    given = sys.argv[1:] if arguments is None else arguments
    options = read(given, name)
    module, _, function = options.act.partition(":")
    try:
        status: int = getattr(importlib.import_module(f"deck.programs.{module}"), function)(options)
        sys.stdout.flush()
        return status
    except (CatalogueError, RecordingError, TalkError) as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        terminal.silence()
        return NO_READER
    except KeyboardInterrupt:
        return INTERRUPTED


def read(given: list[str], name: str) -> Any:
    """The options as argparse reads them. It takes a twentieth of a run, so `run ID` does without:
    somebody waits for that, and edits, and waits for it again."""
    match given:
        case ["run", id] if not id.startswith("-"):
            return SimpleNamespace(**RUN, ids=[id])
    from deck.programs import cli_options

    return cli_options.parser(name, given[0] if given else "").parse_args(given)
