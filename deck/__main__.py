"""`deck COMMAND`, or `python3 -m deck COMMAND`: makes a talk, and presents the one you are in.

What a talk's programs do is asked of the talk itself: `python3 -m examples`.
"""

import importlib
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: the module whose `main(arguments)` carries it out and returns the exit status,
    what it does in a few words, and the extra of the package that brings what it imports."""

    module: str
    does: str
    extra: str = ""


COMMANDS = {
    "init": Command("deck.templates.init", "write a new talk into a folder"),
    "check": Command("deck.check.command", "name the slides that do not fit", "check"),
    "preflight": Command("deck.programs.cli_preflight", "is this machine ready for the stage?"),
    "present": Command(
        "deck.stage.command", "build this talk and serve it, with Run buttons", "stage"
    ),
    "rehearse": Command(
        "deck.stage.rehearse", "present to nobody, and hear where the time was lost", "stage"
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command; the result is the exit status."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in ("-h", "--help"):
        print(usage())
        return 0
    if name not in COMMANDS:
        print(f"deck: there is no command {name!r}\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        module = importlib.import_module(COMMANDS[name].module)
    except ModuleNotFoundError as error:
        if not COMMANDS[name].extra or (error.name or "").partition(".")[0] == "deck":
            raise
        print(missing(error.name, f"`deck {name}`", COMMANDS[name].extra), file=sys.stderr)
        return 1
    status: int = module.main(rest)
    return status


def missing(module: str | None, what: str, extra: str) -> str:
    """The sentence for a package that is not installed here."""
    return f"{what} needs {module}: {sys.executable} -m pip install 'sphinx-stage[{extra}]'"


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = (f"  {name:{width}}  {command.does}" for name, command in COMMANDS.items())
    return "\n".join([(__doc__ or "").strip(), "", *lines, "", "`deck COMMAND --help` says more."])


if __name__ == "__main__":
    sys.exit(main())
