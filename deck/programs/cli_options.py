"""The options of each command of `python3 -m examples`, and what carries it out."""

import argparse
import functools

from deck.programs import terminal

WORDS = "List, show, run, record and check the tricks."


def parser(name: str = "python3 -m examples", asked: str = "") -> argparse.ArgumentParser:
    """`asked` is a command: where there is such a one, the others are left out."""
    # With a width of its own argparse does not load shutil to ask for it.
    look = functools.partial(argparse.HelpFormatter, width=terminal.columns() - 2)
    top = argparse.ArgumentParser(prog=name, description=WORDS, formatter_class=look)
    top.set_defaults(act="cli_read:list_tricks", json=False)
    commands = top.add_subparsers(metavar="COMMAND", prog=name)
    for command in [asked] if asked in COMMANDS else COMMANDS:
        act, text, add = COMMANDS[command]
        made = commands.add_parser(command, help=text, description=text, formatter_class=look)
        made.set_defaults(act=act)
        add(made)
    return top


def _of_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def _of_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="a trick, or a variant: unix.pass_fd~wrong_fd")
    parser.add_argument("--all", action="store_true", help="print the helpers' code as well")


def _of_record(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="`tcp` means all of its family")
    parser.add_argument("--all", action="store_true", help="every trick")


def _of_run(parser: argparse.ArgumentParser) -> None:
    _of_record(parser)
    parser.add_argument("--times", type=_times, default=1, metavar="N", help="N rounds")
    _without_isolation(parser)


def _of_prove(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="*", metavar="ID", help="default: all")
    parser.add_argument("--stale", action="store_true", help="only what has no current result")
    parser.add_argument("--check", action="store_true", help="leave the table as it is")


def _of_kernels(_: argparse.ArgumentParser) -> None:
    pass


def _of_bench(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="MEASUREMENT", help="default: all")
    parser.add_argument("--quick", action="store_true", help="a minute, and keep nothing")


def _of_preflight(parser: argparse.ArgumentParser) -> None:
    _of_list(parser)
    _without_isolation(parser)


def _without_isolation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-isolation",
        dest="isolated",
        action="store_false",
        help="where this machine refuses namespaces: run bare, as one of your own programs",
    )


# Of each command: what carries it out, what it does, and its options.
COMMANDS = {
    "list": ("cli_read:list_tricks", "all tricks, and whether they run here", _of_list),
    "show": ("cli_read:show", "print a trick's code, and name its helpers", _of_show),
    "run": ("cli_run:run", "run tricks, each in a world of its own", _of_run),
    "record": ("cli_run:record", "run tricks and keep what they print", _of_record),
    "prove": ("cli_prove:prove", "run tricks on every kernel, and keep the table", _of_prove),
    "kernels": ("kernels:fetch", "fetch more lab kernels, from Debian's other suites", _of_kernels),
    "bench": ("cli_prove:run_bench", "measure what the talk says about speed", _of_bench),
    "preflight": ("cli_preflight:carry_out", "is this machine ready for the stage?", _of_preflight),
}


def _times(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of rounds; write 1 or more")
    return int(text)
