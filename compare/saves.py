"""How long it takes until what was saved is seen: from the write to the slide in a browser."""

import itertools
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from compare import browsers, decks, peers
from compare.row import Missing, Round, Row

ROOT = Path(__file__).resolve().parent.parent
SLIDES = 100
FRAME = 1000 / 60  # ms, of a screen
PATIENCE = 60.0
# In the page, from its beginning: says so when the words of a round are painted. To ask for them
# again and again would take the page's time, more of it in a longer talk, and be too late.
PAINTED = r"""
const saved = /words-\d+-saved/;
let latest = "", told = "";
function painted(element, words) {
  if (words !== latest || words === told || !element.isConnected) return;
  if (!element.checkVisibility({ visibilityProperty: true }))
    return requestAnimationFrame(() => painted(element, words));
  told = words;
  requestAnimationFrame(() => requestAnimationFrame(() => console.info(words)));
}
function look(node) {
  if (!saved.test(node.textContent)) return;
  const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = node; text; text = walk.nextNode()) {
    if (text.nodeType !== Node.TEXT_NODE || !text.parentElement) continue;
    const words = saved.exec(text.data)?.[0];
    if (!words || text.parentElement.closest("noscript, script, style")) continue;
    latest = words;
    painted(text.parentElement, words);
  }
}
new MutationObserver((records) => {
  for (const { addedNodes, target } of records) {
    addedNodes.forEach(look);
    if (target.nodeType === Node.TEXT_NODE) look(target);
  }
}).observe(document, { childList: true, subtree: true, characterData: true });
"""
PROGRAM = '''"""A line is printed.

It begins as tricks do.

:needs: none
:man: unix(7)
:since: 2.6
"""


def main():
    print("first-words")


main()
'''
TRICK = "\n.. trick:: demo.line\n   :unrecorded: It is only measured.\n"


def rows() -> list[Row]:
    return [
        Row(
            f"save a slide, {SLIDES} slides",
            {
                "ours": stage(SLIDES),
                "Slidev": slidev(SLIDES),
                "sphinx-autobuild": autobuild(SLIDES),
            },
            at_most={"Slidev": 2.0, "sphinx-autobuild": 0.15},
        ),
        Row(
            f"save a program, {SLIDES} slides",
            {"ours": stage(SLIDES, program=True), "Slidev": slidev(SLIDES)},
            at_most={"Slidev": 2.0},
        ),
        Row(
            "save a slide of a long talk",
            {"of 1000": stage(1000), "of 100": stage(100)},
            rounds=75,  # both end with a frame of some screen, which is a third of their time
            at_most={"of 100": 1.2},
        ),
    ]


def stage(slides: int, program: bool = False) -> Callable[[ExitStack], Round]:
    """`deck present`, and a browser that it let in."""

    def opened(stack: ExitStack) -> Round:
        root = _folder(stack)
        path = decks.write(root, slides)
        (root / "deck").symlink_to(ROOT / "deck")
        if program:
            path.write_text(path.read_text().replace(decks.WORD, TRICK))
            path = root / "examples" / "demo" / "line.py"
            path.parent.mkdir(parents=True)
            path.write_text(PROGRAM)
        words = ("deck.stage.command", "--root", str(root), "--no-open", "--port", "0")
        started = _start(stack, [sys.executable, "-m", *words], root)
        for line in started.stdout:
            if line.startswith("The stage is open:"):
                return saved(stack, path, line.split()[-1] + decks.PLACE)
        raise Missing("its stage did not open")

    return opened


def autobuild(slides: int) -> Callable[[ExitStack], Round]:
    def opened(stack: ExitStack) -> Round:
        peers.module("sphinx_autobuild")
        root = _folder(stack)
        path = decks.write(root, slides)
        port = free_port()
        command = [sys.executable, "-m", "sphinx_autobuild", "-c", str(root), "--port", str(port)]
        command += ["-b", "singlefile-slides", str(root / "slides"), str(root / "out")]
        _start(stack, command, ROOT)
        return saved(stack, path, f"http://127.0.0.1:{port}/{decks.PLACE}")

    return opened


def slidev(slides: int) -> Callable[[ExitStack], Round]:
    def opened(stack: ExitStack) -> Round:
        command = peers.command("slidev")
        root = Path(stack.enter_context(TemporaryDirectory(prefix="slides-", dir=peers.FOLDER)))
        path = root / "slides.md"
        path.write_text(decks.markdown(slides))
        port = free_port()
        _start(stack, [str(command), "slides.md", "--port", str(port), "--open", "false"], root)
        return saved(stack, path, f"http://localhost:{port}/")

    return opened


def saved(stack: ExitStack, path: Path, address: str) -> Round:
    """A round: other words are saved, and seen."""
    page = browsers.own(stack).new_page()
    page.add_init_script(PAINTED)
    deadline = time.monotonic() + PATIENCE
    while not _answers(page, address):
        if time.monotonic() > deadline:
            raise Missing("its page did not open")
    page.get_by_text(decks.WORD).first.wait_for(timeout=PATIENCE * 1000)
    text, numbers = path.read_text(), itertools.count(1)

    def once() -> float:
        words = f"words-{next(numbers)}-saved"
        # The round before ended with a frame; who saves does not wait for one.
        page.wait_for_timeout(random.uniform(0, FRAME))
        with page.expect_console_message(lambda told: told.text == words, timeout=PATIENCE * 1000):
            began = time.perf_counter()
            path.write_text(text.replace(decks.WORD, words))
        return (time.perf_counter() - began) * 1000

    return once


def _answers(page: Any, address: str) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(address)
    except Error:
        page.wait_for_timeout(200)
        return False
    return True


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))


def _start(stack: ExitStack, command: list[str], folder: Path) -> Any:
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    stack.callback(process.wait, PATIENCE)
    stack.callback(process.terminate)
    return process


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
