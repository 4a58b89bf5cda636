"""`python3 -m examples`: list, show, run, record and check the tricks from a terminal.

Each command loads only what it needs: to run one trick shall cost little more than the trick.
"""

import argparse
import importlib
import sys

from deck.programs import terminal
from deck.programs.catalogue import CatalogueError
from deck.programs.recording import RecordingError
from deck.programs.talk import TalkError

INTERRUPTED, NO_READER = 130, 141


def main(arguments: list[str] | None = None, name: str = "python3 -m examples") -> int:
    """Carry out one command; the result is the exit status (see runner.EXIT_CODES).

    `name` is what it was started by.
    """
    terminal.prepare()
    options = _parser(name).parse_args(arguments)
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


def _parser(name: str = "python3 -m examples") -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=__doc__)
    parser.set_defaults(act="cli_read:list_tricks", json=False)
    commands = parser.add_subparsers(metavar="COMMAND")

    def command(name: str, act: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(act=act)
        return made

    listing = command("list", "cli_read:list_tricks", "all tricks, and whether they run here")
    listing.add_argument("--json", action="store_true", help="for programs")
    show = command("show", "cli_read:show", "print a trick's code, and name its helpers")
    show.add_argument("id", metavar="ID", help="a trick, or a variant: unix.pass_fd~wrong_fd")
    show.add_argument("--all", action="store_true", help="print the helpers' code as well")
    run = command("run", "cli_run:run", "run tricks, each in a world of its own")
    record = command("record", "cli_run:record", "run tricks and keep what they print")
    for each in (run, record):
        each.add_argument("ids", nargs="*", metavar="ID", help="`tcp` means all of its family")
        each.add_argument("--all", action="store_true", help="every trick")
    run.add_argument("--times", type=_times, default=1, metavar="N", help="N rounds")
    prove = command("prove", "cli_prove:prove", "run tricks on every kernel, and keep the table")
    prove.add_argument("ids", nargs="*", metavar="ID", help="default: all")
    prove.add_argument("--stale", action="store_true", help="only what has no current result")
    prove.add_argument("--check", action="store_true", help="leave the table as it is")
    command("kernels", "kernels:fetch", "fetch more lab kernels, from Debian's other suites")
    bench = command("bench", "cli_prove:run_bench", "measure what the talk says about speed")
    bench.add_argument("names", nargs="*", metavar="MEASUREMENT", help="default: all")
    bench.add_argument("--quick", action="store_true", help="a minute, and keep nothing")
    fly = command("preflight", "cli_preflight:carry_out", "is this machine ready for the stage?")
    fly.add_argument("--json", action="store_true", help="for programs")
    for each in (run, fly):
        each.add_argument(
            "--without-isolation",
            dest="isolated",
            action="store_false",
            help="where this machine refuses namespaces: run bare, as one of your own programs",
        )
    return parser


def _times(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds; write 1 or more")
    return int(text)
