"""Where a program went wrong: the line of its code, told from the traceback on its stderr."""

import re

from deck.programs.runner import Event, Kind

_FRAME = re.compile(r'\s*File "(.*)", line (\d+), in \S+')


def place(events: list[Event]) -> str:
    """ "examples/tcp/peek.py:30: assert moved", or "" where no traceback says so.

    Of several frames it is the last in `examples`: below it lies Python's own.
    """
    lines = [event.text for event in events if event.kind == Kind.STDERR]
    found = ""
    for number, text in enumerate(lines[:-1]):
        frame = _FRAME.fullmatch(text)
        if frame and "/examples/" in f"/{frame[1]}":
            file = "examples/" + f"/{frame[1]}".rpartition("/examples/")[2]
            found = f"{file}:{frame[2]}: {lines[number + 1].strip()}"
    return found
