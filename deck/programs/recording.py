"""Recordings: what a trick printed, to read, to compare with, and to replay at its own pace.

`TRICK.out` is stdout and nothing else: the text that is read, reviewed and compared; that of a
variant that has to fail ends with the last line of the traceback. Beside it `TRICK.cast` holds the
timing in asciicast v2, the format of asciinema: a JSON header, then a JSON array [seconds, "o",
text] a line. A line ends with a line feed; all other characters are the program's own.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from deck.programs import terminal
from deck.programs.runner import Event, Kind


class Recorded(Protocol):
    """What has a recording: a trick, or a variant of one."""

    @property
    def id(self) -> str: ...

    @property
    def recording(self) -> Path: ...

    @property
    def cast(self) -> Path: ...


class RecordingError(Exception):
    """A recording can't be read or written; the message names file and remedy."""


class Recording(NamedTuple):
    """What a trick printed, as it is shown: `lines`; the same as `events` (seconds, line); the ISO
    `date` and the release of the `kernel` it was recorded on."""

    lines: list[str]
    events: list[tuple[float, str]]
    date: str
    kernel: str


def read(trick: Recorded) -> Recording | None:
    """The recording of a trick, or None where there is none yet. Raises RecordingError."""
    if not trick.recording.exists():
        return None
    import json  # to run and to compare needs none of it

    lines = _lines(trick)
    try:
        header, *rows = map(json.loads, trick.cast.read_text().splitlines())
        events = [(float(seconds), text.removesuffix("\r\n")) for seconds, code, text in rows]
        date = time.strftime("%Y-%m-%d", time.gmtime(header["timestamp"]))
        kernel = header["env"]["KERNEL"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{trick.cast}: {error}; {_remedy(trick)}") from error
    if [text for _, text in events] != lines:
        raise RecordingError(
            f"{trick.cast}: its lines are not those of {trick.recording.name}; {_remedy(trick)}"
        )
    shown = [(seconds, terminal.plain(text)) for seconds, text in events]
    return Recording([text for _, text in shown], shown, date, kernel)


def write(trick: Recorded, events: Iterable[Event], release: str = "") -> bool:
    """Record what a passed run printed. False when that is what stands there already.

    `release` is that of the kernel it ran on; left out, the host's.
    An unchanged recording keeps its timing, so that recording again changes no file. Raises
    RecordingError where it can't be written.
    """
    said = [event for event in events if event.kind == Kind.STDOUT]
    lines = [event.text for event in said]
    if trick.recording.exists() and _lines(trick) == lines and trick.cast.exists():
        return False
    import json

    rows = _cast(trick, said, release)
    try:
        trick.recording.write_bytes("".join(f"{line}\n" for line in lines).encode())
        trick.cast.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    except OSError as error:
        remedy = "record in a checkout that you may write to"
        raise RecordingError(f"{trick.recording}: {error.strerror}; {remedy}") from error
    return True


def _lines(trick: Recorded) -> list[str]:
    """Not splitlines(): a form feed or U+2028 in a line ends none. Raises RecordingError."""
    try:
        lines = trick.recording.read_bytes().decode().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(f"{trick.recording}: {error}; {_remedy(trick)}") from error
    return lines if lines[-1] else lines[:-1]


def _cast(trick: Recorded, said: list[Event], release: str) -> list[object]:
    header = {
        "version": 2,
        "width": 80,
        "height": 24,
        "timestamp": int(time.time()),
        "title": trick.id,
        "env": {"KERNEL": release or os.uname().release},
    }
    # asciicast keeps what a terminal receives, hence the carriage return.
    return [header, *([round(event.time, 4), "o", f"{event.text}\r\n"] for event in said)]


def differences(
    trick: Recorded, events: Iterable[Event], speaker: Callable[[str], str] | None = None
) -> str:
    """What a run printed against the recording, as a unified diff; "" when they are the same.

    `speaker` is for what several machines say at the same time: it tells who says a line, and only
    the lines of one speaker have an order.
    """
    said = [event.text for event in events if event.kind == Kind.STDOUT]
    recorded = _lines(trick) if trick.recording.exists() else []
    if speaker:
        recorded, said = sorted(recorded, key=speaker), sorted(said, key=speaker)
    if recorded == said:
        return ""
    import difflib  # most runs print what is recorded

    return "\n".join(
        difflib.unified_diff(recorded, said, trick.recording.name, "this run", lineterm="", n=99)
    )


def _remedy(trick: Recorded) -> str:
    return f"record it again: `python3 -m examples record {trick.id}`"
