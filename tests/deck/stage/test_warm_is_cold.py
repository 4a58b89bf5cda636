"""Whatever the warm builder keeps, nobody sees it: its page is that of a build from nothing.

EDITS says how many edits are tried, SEED which. Of few, each fifth is followed by a build from
nothing to compare with; of many, each.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from random_deck import Author

from deck.programs import shown
from deck.programs.catalogue import ROOT
from deck.slides.cut import without_notes

EDITS = int(os.environ.get("EDITS", "20"))
EVERY = 5 if EDITS <= 20 else 1
SEED = int(os.environ.get("SEED", "1"))


class Warm:
    """The builder of a stage, which goes on from build to build."""

    def __init__(self, root: Path) -> None:
        self.root, self.page = root, root / shown.DECK
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deck.stage.warm", root],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Warm":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def build(self) -> dict:
        """What it answers."""
        self.process.stdin.write("build\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer["ok"], answer["text"]
        assert set(answer["programs"]) == shown.programs(self.root)
        return answer


COLD = """
import sys
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from pathlib import Path
for line in sys.stdin:
    root, out = map(Path, line.split())
    with patch_docutils(root), docutils_namespace():
        app = Sphinx(root / "slides", root, out / "slides", out / "doctrees", "singlefile-slides",
            confoverrides={"page_kernel": ""}, status=None, warning=None)
        app.build()
    print("built", flush=True)
"""


class Cold:
    """Builds from nothing, in a process that only has its imports done."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.folder = root, folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", COLD],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    __enter__ = Warm.__enter__
    __exit__ = Warm.__exit__

    def files(self) -> dict[str, str]:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.process.stdin.write(f"{self.root} {self.folder}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "built\n"
        return written(self.folder / "slides" / "index.html")


def written(page: Path) -> dict[str, str]:
    """The page, and what comes later, by name."""
    return {path.name: path.read_text() for path in [page, *(page.parent / "parts").glob("*.js")]}


_SECTION = re.compile(r"<section\b[^>]*>.*?</section>\n?", re.DOTALL)
_START = re.compile(r"<section\b[^>]*>")
_NUMBER = re.compile(r'(?<=<div class="slide-no">)\d+(?=</div>\s*</section>$)')


def slide(html: str, later: str = "") -> tuple[str, str]:
    """A slide, and what is said to it: in a long talk that comes later, by a part. A slide that
    waits as text has its title in its label, too.
    """
    start = re.sub(r' aria-label="[^"]*"', "", _START.match(html)[0])
    html, notes = without_notes(_START.sub(lambda _: start, html, count=1).strip())
    return html, notes or later


def slides_of(path: Path) -> dict[str, tuple[str, str]]:
    """The slides of a page by their ids."""
    part = path.parent / "parts" / "notes.js"
    said = (
        json.loads(part.read_text()[len('deckPart("notes", ') : -len(");\n")])
        if part.exists()
        else {}
    )
    found = {}
    for html in _SECTION.findall(path.read_text()):
        id = re.search(r'\bid="([^"]+)"', html)[1]
        found[id] = slide(html, said.get(id, ""))
    return found


def changed(shown: dict[str, tuple[str, str]], message: dict) -> dict[str, tuple[str, str]]:
    """What a page that shows these slides shows after the message."""
    slides = {id: told for id, told in shown.items() if id not in message["gone"]}
    slides |= {id: slide(change["html"]) for id, change in message["slides"].items()}
    for id, change in message["renumbered"].items():
        html, notes = slides[id]
        html = change["tag"] + html[_START.match(html).end() :]
        slides[id] = (_NUMBER.sub(change["number"], html), notes)
    return {id: slides[id] for id in message["order"] or shown}


def follow(author: Author, edits: int, folder: Path) -> Counter:
    """Builds after each of so many edits, warm and from nothing; what was told to an open page."""
    told = Counter()
    with Warm(author.root) as warm, Cold(author.root, folder) as cold:
        warm.build()
        shown = slides_of(warm.page)
        done = []
        for number in range(1, edits + 1):
            done.append(author.edit())
            message = warm.build()["swap"]
            page = slides_of(warm.page)
            if number % EVERY == 0:
                assert written(warm.page) == cold.files(), f"after {', '.join(done)}"
            if message:
                assert changed(shown, message) == page, f"after {', '.join(done)}"
                told.update(
                    slides=len(message["slides"]), others=len(shown) - len(message["slides"])
                )
            told["reload" if message is None else "swap"] += 1
            shown = page
    return told


@pytest.mark.thorough(kind="edits of a talk that is warm")
def test_after_any_edits_the_page_is_that_of_a_build_from_nothing(tmp_path):
    author = Author(tmp_path / "deck", seed=SEED)
    told = follow(author, EDITS, tmp_path / "cold")
    assert not told["reload"], "an edit of slides asks for no other page"
    assert told["slides"] < told["others"] / 3, "most slides stay as they are"


TALK_EDITS = [
    ("slides/pipes.rst", "\n   Sources:", "\n   It is old.\n\n   Sources:"),
    ("slides/unix.rst", "\n\n.. note::\n", "\n\nAnd more.\n\n.. note::\n"),
    ("examples/pipes/pipeline.py", "def main", "# A word of a maintainer's.\ndef main"),
    ("_static/figures/pipeline.svg", "</title>", " anew</title>"),
    ("slides/pipes.rst", "\n   It is old.\n\n   Sources:", "\n   Sources:"),
]


@pytest.mark.thorough(kind="edits of a talk that is warm")
def test_after_edits_of_this_talk_the_page_is_that_of_a_build_from_nothing(tmp_path):
    root = tmp_path / "talk"
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0")
    for name in filter(None, listed):
        if name.partition("/")[0] in ("slides", "examples", "measurements", "_static", "conf.py"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    with Warm(root) as warm, Cold(root, tmp_path / "cold") as cold:
        warm.build()
        for name, old, new in TALK_EDITS:
            path = root / name
            text = path.read_text()
            assert old in text, f"{name} has no {old!r} any more: edit something else"
            path.write_text(text.replace(old, new, 1))
            answer = warm.build()
            assert answer["swap"], "the page is told what changes"
            assert written(warm.page) == cold.files(), f"after an edit of {name}"
