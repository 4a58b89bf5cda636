"""How long a build from nothing takes: the CPU's seconds of all its processes."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from compare import decks, peers
from compare.row import Round, Row

ROOT = Path(__file__).resolve().parent.parent
SLIDES = 200


def rows() -> list[Row]:
    return [
        Row(
            f"cold build, {SLIDES} slides",
            {
                "ours": sphinx("singlefile-slides", SLIDES),
                "sphinx-revealjs": sphinx("revealjs", SLIDES, "sphinx_revealjs"),
                "Sphinx singlehtml": sphinx("singlehtml", SLIDES),
                "Marp": marp(SLIDES),
            },
            unit="CPU s",
            rounds=5,
            warm_up=1,
            at_most={"sphinx-revealjs": 1.0},
        ),
        Row(
            "cold build, a thousand slides of a long talk beside those of a short one",
            {
                "of 3000": sphinx("singlefile-slides", 3000, thousand=True),
                "of 1000": sphinx("singlefile-slides", 1000, thousand=True),
            },
            unit="CPU s",
            rounds=3,
            warm_up=0,
            at_most={"of 1000": 1.2},
        ),
    ]


def sphinx(
    builder: str, slides: int, extension: str = "deck", thousand: bool = False
) -> Callable[[ExitStack], Round]:
    """Builds the same talk with one of Sphinx's builders; of a *thousand*, what each took."""

    def opened(stack: ExitStack) -> Round:
        peers.module(extension)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
        decks.write(folder, slides, extension)
        command = [sys.executable, "-m", "sphinx", "-q", "-b", builder, "-c", str(folder)]

        def once() -> float:
            shutil.rmtree(folder / "out", ignore_errors=True)
            places = [str(folder / "slides"), str(folder / "out")]
            took = seconds([*command, "-d", str(folder / "out" / "doctrees"), *places])
            return took * 1000 / slides if thousand else took

        return once

    return opened


def marp(slides: int) -> Callable[[ExitStack], Round]:
    def opened(stack: ExitStack) -> Round:
        command = peers.command("marp")
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
        (folder / "slides.md").write_text(f"---\nmarp: true\n---\n\n{decks.markdown(slides)}")
        words = [str(command), "--no-stdin", "slides.md", "-o", "slides.html"]
        return lambda: seconds(words, folder)

    return opened


def seconds(command: list[str], folder: Path = ROOT) -> float:
    """What a command takes of the CPU, with all that it starts."""

    def used() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = used()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return used() - before
