"""What a reader of a built deck waits for: this talk's, and, of as many slides, other tools'.

Times are those of `pages.py`: a CPU four times slower, and while the page loads a slow mobile line.
"""

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from compare import browsers, decks, pages, peers
from compare.measured import Measure, Measured, Opened
from compare.row import Missing, Round, Row

ROOT = Path(__file__).resolve().parent.parent
TALK = ROOT / "_build" / "slides"
SLIDES = 100
# A title and two lines that come by a key, about as many as slides of the talk have.
ALONE = """<!doctype html><meta charset="utf-8">{styles}
<div class="reveal"><div class="slides">{slides}</div></div>
<script src="revealjs/dist/reveal.js"></script>
<script>
Reveal.initialize({{ transition: "none", backgroundTransition: "none", controls: false }});
</script>
"""
LINE = '<p class="fragment custom">one</p>'
STEPS = 25  # of a deck that is alike on all its slides
ROUNDS = 3


def rows() -> list[Row]:
    load = Measured(_loading(talk))
    # What any page costs that reveal.js turns.
    turned = {"talk": talk, "reveal.js alone": _made(reveal_alone)}
    step = {name: Measured(_stepping(deck, pages.STEPS)) for name, deck in turned.items()}
    return [
        _row("talk on a phone: first paint", {"talk": load}, "first paint ms", ceiling=2000),
        _row("talk on a phone: first slide stands", {"talk": load}, "first slide ms"),
        _row("talk on a phone: fetched by then", {"talk": load}, "first slide kB", ceiling=400),
        Row("talk: all but the Linux", {"talk": _all}, "kB", rounds=1, warm_up=0, ceiling=1000),
        _row("talk: key to next slide", step, "step median ms", ceiling=16),
        _row("talk: key to next slide, p99", step, "step p99 ms", ceiling=50),
        *_beside_others(),
    ]


def _beside_others() -> list[Row]:
    """A deck of slides that are alike: no targets, but who stands where."""
    built: dict[str, Callable[[Path], None]] = {
        "ours": sphinx("singlefile-slides", "deck"),
        "sphinx-revealjs": sphinx("revealjs", "sphinx_revealjs", decks.write_page),
        "Marp": marp,
        "Slidev": slidev,
    }
    decks_of = {name: _made(make) for name, make in built.items()}
    load = {name: Measured(_loading(deck)) for name, deck in decks_of.items()}
    step = {name: Measured(_stepping(deck, STEPS)) for name, deck in decks_of.items()}
    return [
        _row(f"{SLIDES} slides on a phone: first paint", load, "first paint ms"),
        _row(f"{SLIDES} slides on a phone: fetched when it is loaded", load, "loaded kB"),
        _row(f"{SLIDES} slides: key to the frame after it", step, "step median ms"),
    ]


def _row(name: str, sides: dict[str, Measured], figure: str, ceiling: float | None = None) -> Row:
    found = {side: measured.figure(figure) for side, measured in sides.items()}
    return Row(name, found, figure.split()[-1], ROUNDS, ceiling=ceiling, warm_up=1)


# ---- what is measured of a deck


def _loading(deck: Callable[[ExitStack], Path]) -> Opened:
    def opened(stack: ExitStack) -> Measure:
        address = stack.enter_context(pages.served(deck(stack)))
        return lambda: pages.loading(browsers.shared(stack), address)

    return opened


def _stepping(deck: Callable[[ExitStack], Path], steps: int) -> Opened:
    def opened(stack: ExitStack) -> Measure:
        address = stack.enter_context(pages.served(deck(stack)))
        return lambda: pages.stepping(browsers.shared(stack), address, steps)

    return opened


def _all(stack: ExitStack) -> Round:
    folder = talk(stack)
    return lambda: pages.whole(folder)


# ---- decks


def talk(_stack: ExitStack) -> Path:
    """This one, as it is published. Raises Missing."""
    peers.module("playwright")
    if not (TALK / "index.html").is_file():
        raise Missing("make slides")
    return TALK


def _made(make: Callable[[Path], None]) -> Callable[[ExitStack], Path]:
    """Builds a deck of `SLIDES` below a folder, as `out/index.html`, once for all rows."""
    made: list[TemporaryDirectory[str]] = []  # it goes with the process

    def folder(_stack: ExitStack) -> Path:
        peers.module("playwright")
        if not made:
            place: TemporaryDirectory[str] = TemporaryDirectory(prefix="compare-")
            make(Path(place.name))
            made.append(place)
        return Path(made[0].name, "out")

    return folder


def sphinx(
    builder: str, extension: str, write: Callable[[Path, int, str], object] = decks.write
) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        peers.module(extension)
        write(folder, SLIDES, extension)
        words = ["-q", "-b", builder, "-c", str(folder), str(folder / "slides")]
        _run([sys.executable, "-m", "sphinx", *words, str(folder / "out")], ROOT)

    return make


def reveal_alone(folder: Path) -> None:
    """reveal.js as it is, with nothing on its slides that costs time."""
    from deck.slides import revealjs

    revealjs.copy(folder / "out", (*revealjs.STYLES, revealjs.SCRIPTS[0]))
    sheets = (f'<link rel="stylesheet" href="revealjs/{name}">' for name in revealjs.STYLES)
    slides = (f"<section><h2>{number}</h2>{2 * LINE}</section>" for number in range(SLIDES))
    page = ALONE.format(styles="".join(sheets), slides="".join(slides))
    (folder / "out" / "index.html").write_text(page)


def marp(folder: Path) -> None:
    command = peers.command("marp")
    (folder / "slides.md").write_text(f"---\nmarp: true\n---\n\n{decks.markdown(SLIDES)}")
    _run([str(command), "--no-stdin", "slides.md", "-o", "out/index.html"], folder)


def slidev(folder: Path) -> None:
    """It finds its theme only from a folder beside the modules."""
    command = peers.command("slidev")
    with TemporaryDirectory(prefix="slides-", dir=peers.FOLDER) as beside:
        Path(beside, "slides.md").write_text(decks.markdown(SLIDES))
        words = ["build", "slides.md", "--out", str(folder / "out"), "--base", "/"]
        _run([str(command), *words], Path(beside))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{Path(command[0]).name} failed: {done.stderr.strip()[-200:]}")
