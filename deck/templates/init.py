"""`deck init FOLDER`: write a small talk that builds, runs and is tested, for you to change."""

import argparse
import json
import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TALK = Path(__file__).parent / "talk"
# Placeholders in the template. In a .py file they stand as whole strings.
NAME, AUTHOR, PYTHON = "TALK-NAME", "TALK-AUTHOR", "TALK-PYTHON"


class InitError(Exception):
    """The talk can't be written; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    """Write the talk; the result is the exit status."""
    options = _parser().parse_args(arguments)
    folder = Path(options.folder)
    try:
        _check(folder)
        name = options.name or _ask("What is the talk called?", "--name", _title(folder))
        author = options.author or _ask("Who gives it?", "--author", _author())
        write(folder, name, author)
    except (EOFError, KeyboardInterrupt):
        print("\ndeck init: nothing is written; say it with --name and --author", file=sys.stderr)
        return 1
    except (InitError, OSError) as error:
        print(f"deck init: {error}", file=sys.stderr)
        return 1
    print(f"The talk is in {folder}. It is yours to change; what it can do at once:\n")
    print(f"  cd {shlex.quote(str(folder))}")
    print("  make present    # serve it, with Run buttons and live reload")
    print("  make test       # run its programs, and compare with what they printed before")
    print("  make slides     # the static deck, for any web host")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="deck init", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", help="a new folder, or an empty one")
    parser.add_argument("--name", help="the talk's name; left out, you are asked")
    parser.add_argument("--author", help="who gives it; left out, you are asked")
    return parser


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InitError(f"{folder} is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise InitError(f"{folder} is not empty, and nothing is overwritten; name another folder")


def _ask(question: str, option: str, default: str) -> str:
    if not sys.stdin.isatty():
        raise InitError(f"nobody is there to ask: {question} Say it with {option}")
    return input(f"{question} [{default}] ").strip() or default


def _title(folder: Path) -> str:
    return folder.resolve().name.replace("-", " ").replace("_", " ").capitalize()


def _author() -> str:
    if shutil.which("git"):
        asked = ["git", "config", "user.name"]
        name = subprocess.run(asked, capture_output=True, text=True, timeout=10).stdout.strip()
        if name:
            return name
    try:
        who = pwd.getpwuid(os.getuid())
    except KeyError:
        return "Somebody"
    return who.pw_gecos.partition(",")[0] or who.pw_name


def write(folder: Path, name: str, author: str) -> None:
    """Write the talk into *folder*, which is made. Raises InitError for names that break a line."""
    for text in (name, author):
        if not text.isprintable():
            raise InitError(f"{text!r} has characters that can't be printed; write it on one line")
    for path in files():
        target = folder / path.relative_to(TALK)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(path, name, author), "utf-8")


def files() -> Iterator[Path]:
    """The files of the template."""
    return (path for path in sorted(TALK.rglob("*")) if path.is_file() and path.suffix != ".pyc")


def _filled(path: Path, name: str, author: str) -> str:
    text = path.read_text("utf-8").replace(PYTHON, python())
    if path.suffix == ".py":
        literals = {f'"{NAME}"': name, f'"{AUTHOR}"': author}
        for placeholder, value in literals.items():
            text = text.replace(placeholder, json.dumps(value, ensure_ascii=False))
        return text
    if path.suffix in (".rst", ".md"):
        name, author = _escaped(name), _escaped(author)
    underlined = f"{name}\n{'=' * _columns(name)}\n"
    text = re.sub(rf"^{NAME}\n=+\n", lambda _: underlined, text, flags=re.MULTILINE)
    return text.replace(NAME, name).replace(AUTHOR, author)


def _escaped(text: str) -> str:
    """Plain words in reStructuredText and in Markdown, whatever characters they have."""
    return re.sub(r"([\\*_`|<>\[\]#])", r"\\\1", text)


def _columns(text: str) -> int:
    """How many columns docutils counts: a wide letter is two, a combining mark none."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return max(3, len(text) + wide)


def python() -> str:
    """What the Makefile calls: `python3`, where that is the one that has this package.

    Their folders are compared: an environment's Python is a link to the system's.
    """
    found = shutil.which("python3")
    here = Path(sys.executable).parent.resolve()
    return "python3" if found and Path(found).parent.resolve() == here else sys.executable
