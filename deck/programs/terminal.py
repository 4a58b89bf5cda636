"""What is written to a terminal, or a slide: colours, and nothing that a program could do to it.

Where the output is no terminal (a pipe, a file) a program's lines go out as they are, without
colours of ours. What an encoding lacks is replaced; a reader who goes away ends us in silence.
"""

import os
import re
import sys
import textwrap
from typing import TextIO

COLOURS = {"passed": 32, "failed": 31, "skipped": 33, "timed out": 31, "cancelled": 33}
BOLD, FAINT = 1, 2
COLUMNS = 100
SHAPES = {"passed": "✔", "failed": "✘", "skipped": "○", "timed out": "⏲", "cancelled": "■"}
PLAIN = {"passed": "+", "failed": "!", "skipped": "-", "timed out": "!", "cancelled": "-"}

# ECMA-48, SGR: letters that choose colours, which a program may have. All else of the kind moves
# the cursor, renames the window, fills the clipboard.
_COLOUR = r"\x1b\[[0-9;:]*m"
# C0 and C1 but for the tab, and what turns the direction of writing (Unicode, UAX #9).
_CONTROL = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"


def prepare() -> None:
    """Have stdout and stderr write a stand-in for what their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def silence() -> None:
    """Nobody reads any more: let Python's last flush at exit fail on nothing (SIGPIPE, library)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def coloured(stream: TextIO) -> bool:
    """Whether colours are wanted there: https://no-color.org, and a terminal that knows them."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: int, stream: TextIO) -> str:
    return f"\x1b[{colour}m{text}\x1b[0m" if coloured(stream) else text


def clean(text: str, stream: TextIO) -> str:
    """A line of a program, as this stream may have it: on a terminal, colours and nothing else."""
    if not stream.isatty():
        return text
    plain = re.sub(_COLOUR, "", text) if not coloured(stream) else text
    pieces, start = [], 0
    for colour in re.finditer(_COLOUR, plain):
        pieces += [_visible(plain[start : colour.start()]), colour[0]]
        start = colour.end()
    pieces.append(_visible(plain[start:]))
    return "".join(pieces) + ("\x1b[0m" if start else "")


def plain(text: str) -> str:
    """A line of a program for a slide: no colours, and pictures of what would steer a terminal or
    turn the direction of writing."""
    return _visible(re.sub(_COLOUR, "", text))


def _visible(text: str) -> str:
    return re.sub(_CONTROL, _picture, text)


def _picture(match: re.Match[str]) -> str:
    number = ord(match[0])
    # Unicode has a picture of each old control character; the others are named.
    return chr(0x2400 + number) if number < 0x20 else f"<U+{number:04X}>"


def write(text: str, stream: TextIO, colour: int = 0) -> None:
    """Write one line of a program, or of ours, at once."""
    line = clean(text, stream)
    print(paint(line, colour, stream) if colour else line, file=stream, flush=True)


def columns() -> int:
    """How wide the terminal is, or what COLUMNS says (shutil has the same, and loads much)."""
    said = os.environ.get("COLUMNS", "")
    if said.isdigit() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError, AttributeError):  # no terminal, closed, none at all
        return 80


def paragraph(text: str, stream: TextIO) -> None:
    """Write prose of ours, no wider than is good to read."""
    lines = textwrap.wrap(text, min(COLUMNS, columns()))
    print(*lines, sep="\n", file=stream, flush=True)


def shape(result: str, stream: TextIO) -> str:
    """The mark of a result, in its colour; another where the encoding has no such sign."""
    try:
        SHAPES[result].encode(stream.encoding or "utf-8")
        sign = SHAPES[result]
    except UnicodeEncodeError:
        sign = PLAIN[result]
    return paint(sign, COLOURS[result], stream)
