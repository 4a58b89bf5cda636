"""The talk, built once; and a window of the browser that shows it."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deck.programs import catalogue, shown

ROOT = catalogue.ROOT
# And all slides stay in the document: the page puts far ones away.
READY = "document.documentElement.dataset.deck === 'ready' && Deck.keepAll()"

SAMPLE = """() => {
    const kinds = new Set();
    for (const slide of Reveal.getSlides()) {
        const parts = [...slide.querySelectorAll(":scope > *")].map((part) => part.className);
        const family = slide.querySelector(".trick")?.dataset.trick.split(".")[0];
        const kind = [...slide.classList, ...parts, family].sort().join();
        if (kinds.has(kind)) slide.remove();
        kinds.add(kind);
    }
    Reveal.sync();
    Reveal.slide(0);
    if (Reveal.getTotalSlides() !== kinds.size) throw Error("the others are still there");
}"""


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Makes a folder, and fills it once for all of pytest-xdist's workers."""
    place = tmp_path_factory.getbasetemp()
    # A worker's own folder lies in the one that they share.
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place

    def once(name: str, fill: Callable[[Path], None]) -> Path:
        done = place / f"{name}.done"
        with open(place / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                # Another worker may have failed half-way; this one shall tell the same reason.
                shutil.rmtree(place / name, ignore_errors=True)
                (place / name).mkdir()
                fill(place / name)
                done.touch()
        return place / name

    return once


def sphinx(builder: str, doctrees: Path, output: Path) -> None:
    """Build the talk as the Makefile does; what is read once, is not read again."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-j", "2", "-c", "."]
    places = ["-d", doctrees, "slides", output]
    subprocess.run([*command, "-b", builder, *places], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def home(once) -> Path:
    """The built deck, with the real tricks beside it, as the stage wants it."""

    def fill(folder: Path) -> None:
        for name in ("examples", "measurements"):
            (folder / name).symlink_to(ROOT / name)
        sphinx("singlefile-slides", folder / "doctrees", folder / "_build" / "slides")

    return once("the talk", fill)


@pytest.fixture(scope="session")
def page_of_slides(home) -> str:
    """The deck's HTML, with what a browser fetches later."""
    return shown.whole(home / shown.DECK)


@pytest.fixture(scope="session")
def handout(once, home) -> str:
    """All pages of the handout, one after the other."""
    doctrees = home / "doctrees"
    folder = once("the handout", lambda folder: sphinx("handout", doctrees, folder / "pages"))
    pages = sorted((folder / "pages").rglob("*.html"))
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def static(context, home):
    """The deck opened as a file; what it complains of or asks the network for is an error."""
    page = context.new_page()
    page.troubles = []
    page.on("console", lambda m: m.type == "error" and page.troubles.append(m.text))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on(
        "request", lambda r: r.url.startswith(("file:", "data:")) or page.troubles.append(r.url)
    )
    page.goto((home / "_build" / "slides" / "index.html").as_uri())
    page.wait_for_function(READY)
    yield page
    assert page.troubles == []


@pytest.fixture(scope="session")
def sampled() -> Callable:
    """Leaves a page one slide of each kind (of tricks, one of each family), or all if THOROUGH."""

    def sampled(page):
        if not os.environ.get("THOROUGH"):
            page.evaluate(SAMPLE)
        return page

    return sampled


@pytest.fixture
def some(static, sampled):
    """The deck opened as a file, with one slide of each kind, or all if THOROUGH."""
    return sampled(static)
