"""The Linux in the page, seen from here: what it can run, what it is sent, and runs under node.

`python -m deck.page_kernel.build` makes it. A page starts it in a browser; to prove the tricks it
is started under node, from the same saved state and with the same orders.
"""

import hashlib
import json
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from deck.programs import proof, recording, talk
from deck.programs.catalogue import Trick
from deck.programs.runner import EXIT_CODES, Event, Kind, Result
from deck.programs.system import version, without_suffix
from deck.programs.worlds import capabilities

FOLDER = Path("_build", "page-kernel")
MANIFEST = "manifest.json"
RUN = Path(__file__).with_name("page_kernel.mjs")
DEADLINE = 60  # seconds for one program: an emulator is slower than the machine
MARKS = {"@out": Kind.STDOUT, "@err": Kind.STDERR}
# What a program's exit status means; any other: it has failed.
ENDS = {EXIT_CODES[result]: result for result in (Result.PASSED, Result.TIMED_OUT)}
DAEMON = 1  # who a program is, unless it needs root


class PageKernelError(Exception):
    """The Linux in the page can't be started here; the message says why, and the remedy."""


def manifest(folder: Path) -> dict[str, Any] | None:
    """What was made in folder; None where nothing, or not all of it, is there."""
    try:
        made = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        return None
    if not isinstance(made, dict):
        return None
    files = made.get("parts")
    whole = (
        isinstance(files, dict)
        and {"version", "known"} <= made.keys()
        and all((folder / name).is_file() for name in files)
    )
    return made if whole else None


def lacking(trick: Trick, release: str) -> str:
    """Why a trick can't run in the page's Linux of that release; "" when it can."""
    ours = talk.read(trick.root)
    for need in (f"kernel {trick.since}", *trick.needs):
        kind, _, name = need.partition(" ")
        if need.startswith("kernel ") and version(release) < version(name):
            return f"needs Linux {name} or newer; in this page it is {release}"
        if kind == "lab":
            return "boots Linux kernels itself, which the one in this page can't"
        if need in ours.in_page or need in ("own net", "root") or need.startswith("kernel "):
            continue
        if need in ours.not_in_page:
            return ours.not_in_page[need]
        if need in ours.probes:
            return f"the Linux in this page lacks {ours.asked_by(need)}"
        if kind in ("program", "package", "file"):
            return f"the Linux in this page has no {kind} {name}"
    return ""


def digest(path: str, text: str) -> str:
    """By what name the Linux in the page has a file that was there when it was made."""
    return hashlib.sha256(f"{path}\0{text}".encode()).hexdigest()[:24]


def order(trick: Trick, known: dict[str, str]) -> dict[str, Any]:
    """What the page's Linux needs to know to run a trick.

    `known` are the files that it has, path to digest, as its manifest says. What the trick imports
    of them stands in the order; the others, and the program itself, must be sent: "needs".
    """
    files = [str(path.relative_to(trick.root)) for path in proof.sources(trick)]
    ours = talk.read(trick.root)
    own = str(trick.path.relative_to(trick.root))
    there = {
        name: known[name]
        for name in files
        if name != own and known.get(name) == digest(name, (trick.root / name).read_text("utf-8"))
    }
    return {
        "module": trick.module,
        "program": own,
        "needs": [own, *(name for name in files if name not in {own, *there})],
        "known": there,
        "capabilities": list(capabilities(trick)),
        "machine_network": ours.shares_network(trick.needs),
        "uid": 0 if "root" in trick.needs else DAEMON,
        "hosts": list(trick.hosts),
    }


def prove(tricks: list[Trick], folder: Path) -> Iterator[tuple[Trick, Event]]:
    """Run what the page's Linux can run, and hold it to what is recorded; yields how each ended."""
    made = manifest(folder)
    if not made:
        return
    release = str(made["version"])
    reasons = {trick.id: lacking(trick, release) for trick in tricks}
    for trick in tricks:
        if reason := reasons[trick.id]:
            yield trick, Event(Kind.END, 0.0, reason, Result.SKIPPED)
    for trick, events in run_all([each for each in tricks if not reasons[each.id]], folder):
        end = events[-1]
        host = _host if trick.hosts else None
        if end.result == Result.PASSED and (other := recording.differences(trick, events, host)):
            end = end._replace(result=Result.FAILED, text=f"prints otherwise:\n{other}")
        yield trick, end


def _host(line: str) -> str:
    return line.partition(":")[0]


def name(folder: Path) -> str:
    """What the table of proofs calls it: "6.1.176 i686, in the page"; "" where there is none."""
    made = manifest(folder)
    return f"{without_suffix(str(made['version']))} {made['machine']}, in the page" if made else ""


def run_all(tricks: list[Trick], folder: Path) -> Iterator[tuple[Trick, list[Event]]]:
    """Run tricks one after the other in one Linux under node; yields the events of each."""
    with Linux(folder) as linux:
        for trick in tricks:
            yield trick, linux.run(trick)


class Linux:
    """The Linux of a folder, started under node by `with`. Raises PageKernelError."""

    def __init__(self, folder: Path) -> None:
        self._node = shutil.which("node")
        if not self._node:
            raise PageKernelError("node is missing: sudo apt-get install nodejs")
        self._folder = folder
        self._known = (manifest(folder) or {}).get("known", {})

    def __enter__(self) -> "Linux":
        self._process = subprocess.Popen(
            [str(self._node), RUN, self._folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin and self._process.stdout
        self._orders, self._lines = self._process.stdin, self._process.stdout
        if self._lines.readline() != "@started\n":
            self.__exit__()
            raise PageKernelError("the Linux in the page did not start; node says above why")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    def run(self, trick: Trick) -> list[Event]:
        """The events of a whole run; a trick of two hosts is played by two machines."""
        told = order(trick, self._known)
        told["parts"] = {name: (trick.root / name).read_text("utf-8") for name in told.pop("needs")}
        self._orders.write(json.dumps({**told, "deadline": DEADLINE}) + "\n")
        self._orders.flush()
        return list(_events(self._lines))


def _events(lines: Iterable[str]) -> Iterator[Event]:
    began = time.monotonic()
    for line in lines:
        mark, _, text = line.rstrip("\n").partition(" ")
        passed = time.monotonic() - began
        if mark in MARKS:
            yield Event(MARKS[mark], passed, text)
        elif mark == "@end":
            status = int(text)
            result = ENDS.get(status, Result.FAILED)
            reason = f"ended with status {status}" if result == Result.FAILED else ""
            yield Event(Kind.END, passed, reason, result)
            return
        else:
            yield Event(Kind.STDERR, passed, line.rstrip("\n"))
    raise PageKernelError(
        "the Linux in the page ended in the middle of a run; its last words stand above"
    )
