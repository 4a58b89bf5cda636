"""What the tests of the stage share: a small deck, and a stage that serves it."""

import asyncio
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from processes import PATIENCE
from stage_client import Browser
from tricks import write_program

from deck.programs.catalogue import ROOT
from deck.stage.command import listen
from deck.stage.runs import Runs
from deck.stage.server import Stage

PAGE = "<!DOCTYPE html>\n<html lang=en><title>A deck</title><script src=deck.js></script>\n"
SCRIPT = "document.documentElement.dataset.script = 'ran'\n"

CONF = 'extensions = ["plain_slides"]\nhtml_theme = "basic"\n'

# Enough of a slide builder for the stage.
BUILDER = """
from sphinx.builders.singlehtml import SingleFileHTMLBuilder

from deck.directives import rebuild

class Slides(SingleFileHTMLBuilder):
    name = "singlefile-slides"

def setup(app):
    app.add_builder(Slides)
    rebuild.setup(app)
"""


def write_deck(root: Path) -> Path:
    """A built deck of one page, and sources that build another."""
    built = root / "_build" / "slides"
    built.mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "deck.js").write_text(SCRIPT)
    (root / "secret.txt").write_text("not for the web")
    (root / "conf.py").write_text(CONF)
    (root / "plain_slides.py").write_text(BUILDER)
    (root / "slides").mkdir()
    (root / "slides" / "index.rst").write_text("Deck\n====\n\nfirst words\n")
    (root / "examples" / "demo").mkdir(parents=True)
    (root / "deck").symlink_to(ROOT / "deck")
    return root


def write_trick(root: Path, body: str, needs: str = "none") -> str:
    """Write a trick and return its id, which no other program on this machine has in its words."""
    id = f"demo.trick_{uuid.uuid4().hex}"
    write_program(root, id, body, needs=needs)
    return id


TALKS = """
    import sys
    print("server: hello")
    print("aside", file=sys.stderr)
    print("client: goodbye")
"""
WAITS = """
    import signal
    print("ready")
    signal.pause()
"""


class OpenStage:
    """A stage in a thread, on a free port; a context manager that closes it."""

    def __init__(self, root: Path, **limits: float) -> None:
        self.root = root
        self.stage = Stage(root, listen("127.0.0.1", 0))
        # Every address that lets somebody in, in the order in which the terminal would show them.
        self.addresses: list[str] = []
        self.port = self.stage.gate.port
        self.stage.gate._announce = self.addresses.append
        if limits:
            self.stage.runs = Runs(root, place=self.stage.place, **limits)
        self.addresses.append(self.stage.gate.address())

    def __enter__(self) -> "OpenStage":
        self.stage.runs.surveyed(self.stage.ask())
        self.server = self.stage.server()
        serving = self.server.serve(sockets=[self.stage.listener])
        # The socket listens already, so that nobody need wait for the thread.
        self.thread = threading.Thread(target=asyncio.run, args=[serving])
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "the stage does not close"

    @property
    def windows(self) -> int:
        return len(self.stage.runs.windows.all)

    def stranger(self) -> Browser:
        """A browser that was never given an address."""
        return Browser(self.port)

    def presenter(self) -> Browser:
        """A browser that was let in."""
        browser = Browser(self.port)
        assert browser.enter(self.addresses[-1]).status == 303
        return browser


STAGE = (sys.executable, "-m", "deck.stage.command")


class StageProcess:
    """`python -m deck.stage.command`, as `make present` starts it; `first` is what starts that."""

    def __init__(
        self,
        root: Path,
        *options: str,
        first: tuple[str, ...] = (),
        command: tuple[str, ...] = STAGE,
    ) -> None:
        self.process = subprocess.Popen(
            [
                *first,
                *command,
                "--root",
                root,
                "--no-open",
                *options,
            ],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.printed: list[str] = []

    def __enter__(self) -> "StageProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def printed_until(self, words: str) -> str:
        """The line with these words; all lines before it are kept in `printed`."""
        for line in self.process.stdout:
            self.printed.append(line.rstrip("\n"))
            if words in line:
                return line
        raise AssertionError(f"never printed {words!r}, but: {self.printed}")

    def presenter(self) -> Browser:
        address = self.printed_until("The stage is open").split()[-1]
        browser = Browser(urlsplit(address).port)
        browser.enter(address)
        return browser
