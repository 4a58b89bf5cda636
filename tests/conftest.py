"""One browser for whoever needs one; and skips are results with a reason.

Where STRICT is set, nothing may be skipped for want of a package. Of the tests that are marked
`thorough`, one of each kind runs (a trick of each family), and all of them where THOROUGH is set.
"""

import os
import re
import shutil

import pytest

_PACKAGE = re.compile(r"Debian package ([\w.+-]+)")


def pytest_addoption(parser):
    parser.addoption(
        "--without-isolation",
        action="store_true",
        help="where this machine refuses namespaces: run the tricks bare",
    )


@pytest.fixture(scope="session")
def isolated(request):
    """Whether the tricks run in a world of their own, as they do unless somebody says otherwise."""
    return not request.config.getoption("--without-isolation")


@pytest.fixture(scope="module")
def browser():
    """Debian's chromium, started once for a module.

    While it is open, Playwright's event loop runs in this thread: asyncio.run() refuses to.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("needs the Debian package chromium")
    flags = ["--disable-gpu", "--disable-background-networking"]
    # Chromium's own sandbox refuses to work for root.
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        yield browser
        browser.close()


def pytest_collection_modifyitems(config, items):
    if os.environ.get("THOROUGH"):
        return
    kinds, others = set(), []
    for item in items:
        kind = _kind(item) if item.get_closest_marker("thorough") else item.nodeid
        if kind in kinds:
            others.append(item)
        kinds.add(kind)
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


def _kind(item):
    """Tests with parameters: those whose parameter has the same family; else those of a file."""
    if not hasattr(item, "callspec"):
        return item.path
    return item.path, item.originalname, item.callspec.id.partition(".")[0]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("STRICT") and _PACKAGE.search(str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: skipped, but STRICT is set: {report.longrepr[2]}"


def pytest_terminal_summary(terminalreporter):
    """Say how many were skipped, and what one command would give them."""
    skipped = terminalreporter.stats.get("skipped", [])
    packages = sorted(
        {name for report in skipped for name in _PACKAGE.findall(str(report.longrepr))}
    )
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests were skipped; the reasons stand above.")
    if packages:
        command = f"sudo apt-get install -y {' '.join(packages)}"
        terminalreporter.write_line(f"To run more of them: {command}")
