"""Recordings: what a trick printed, to read, to compare with, and to replay at its own pace.

`TRICK.out` is stdout and nothing else: the text that is read, reviewed and compared. Beside it
`TRICK.cast` holds the timing in asciicast v2, the format of asciinema: a JSON header, then a JSON
array [seconds, "o", text] a line.
"""

import difflib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass

from deck.programs.catalogue import Trick
from deck.programs.runner import Event


class RecordingError(Exception):
    """A recording can't be read or written; the message names file and remedy."""


@dataclass(frozen=True)
class Recording:
    """What a trick printed: `lines`; the same as `events` (seconds, line); the ISO `date` and the
    release of the `kernel` it was recorded on."""

    lines: list[str]
    events: list[tuple[float, str]]
    date: str
    kernel: str


def read(trick: Trick) -> Recording | None:
    """The recording of a trick, or None where there is none yet. Raises RecordingError."""
    if not trick.recording.exists():
        return None
    lines = trick.recording.read_text().splitlines()
    try:
        header, *rows = map(json.loads, trick.cast.read_text().splitlines())
        events = [(float(seconds), text.rstrip("\r\n")) for seconds, code, text in rows]
        date = time.strftime("%Y-%m-%d", time.gmtime(header["timestamp"]))
        kernel = header["env"]["KERNEL"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{trick.cast}: {error}; {_remedy(trick)}") from error
    if [text for _, text in events] != lines:
        raise RecordingError(
            f"{trick.cast}: its lines are not those of {trick.recording.name}; {_remedy(trick)}"
        )
    return Recording(lines, events, date, kernel)


def write(trick: Trick, events: Iterable[Event], release: str = "") -> bool:
    """Record what a passed run printed. False when that is what stands there already.

    `release` is that of the kernel it ran on; left out, the host's.
    An unchanged recording keeps its timing, so that recording again changes no file.
    """
    said = [event for event in events if event.kind == "stdout"]
    text = "".join(f"{event.text}\n" for event in said)
    if trick.recording.exists() and trick.recording.read_text() == text and trick.cast.exists():
        return False
    trick.recording.write_text(text)
    trick.cast.write_text("".join(f"{json.dumps(row)}\n" for row in _cast(trick, said, release)))
    return True


def _cast(trick: Trick, said: list[Event], release: str) -> list[object]:
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


def differences(trick: Trick, events: Iterable[Event]) -> str:
    """What a run printed against the recording, as a unified diff; "" when they are the same."""
    said = [event.text for event in events if event.kind == "stdout"]
    recorded = trick.recording.read_text().splitlines() if trick.recording.exists() else []
    return "\n".join(
        difflib.unified_diff(recorded, said, trick.recording.name, "this run", lineterm="", n=99)
    )


def _remedy(trick: Trick) -> str:
    return f"record it again: `python3 -m examples record {trick.id}`"
