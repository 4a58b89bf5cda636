"""The talk, built once; and a browser that shows it."""

import os
import shutil
import subprocess
import sys

import pytest

from deck import catalogue

CHROMIUM = shutil.which("chromium")
ROOT = catalogue.ROOT
READY = "document.documentElement.dataset.deck === 'ready'"


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The built deck, with the real tricks beside it, as the stage wants it."""
    home = tmp_path_factory.mktemp("the talk")
    (home / "examples").symlink_to(ROOT / "examples")
    sphinx = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-j", "2", "-c", "."]
    build = [*sphinx, "-b", "singlefile-slides", "-d", home / "doctrees", "slides"]
    subprocess.run([*build, home / "_build" / "slides"], cwd=ROOT, check=True)
    return home


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("needs the Debian package chromium")
    with playwright.sync_playwright() as driver:
        flags = ["--disable-gpu", "--disable-background-networking"]
        # Chromium's own sandbox refuses to work for root.
        flags += ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


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
