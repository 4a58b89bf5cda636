"""One browser for whoever needs one; and skips are results with a reason.

Where STRICT is set, nothing may be skipped for want of a package. Of the tests that are marked
`thorough`, one of each kind runs (a trick of each family), and all of them where THOROUGH is set.
What is a kind: see _kind.
"""

import asyncio
import os
import re
from contextlib import contextmanager

import pytest

from deck.check import browser as chromium

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


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once; what a test opens in it, it closes.

    Playwright's event loop runs in this thread until the end; the others get the thread without it.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    program = chromium.found()
    if not program:
        pytest.skip(f"needs the Debian package {chromium.SHELL}, or chromium, which is slower")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=chromium.flags())
        yield browser
        browser.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_setup(item):
    with _thread_for(item):
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    with _thread_for(item):
        yield


@contextmanager
def _thread_for(item):
    """Who has no use for the browser may start an event loop, or a browser, of its own."""
    loop = asyncio._get_running_loop()
    if "browser" not in item.fixturenames:
        asyncio._set_running_loop(None)
    yield
    if loop:
        asyncio._set_running_loop(loop)


def pytest_collection_modifyitems(config, items):
    if os.environ.get("THOROUGH"):
        return
    kinds, others = set(), []
    for item in items:
        marker = item.get_closest_marker("thorough")
        kind = _kind(item, marker) if marker else item.nodeid
        if kind in kinds:
            others.append(item)
        kinds.add(kind)
    config.hook.pytest_deselected(items=others)
    left_out = set(others)
    items[:] = [item for item in items if item not in left_out]


def _kind(item, marker):
    """What its marker says; else a file's tests, or those whose parameter has the same family."""
    if "kind" in marker.kwargs:
        return marker.kwargs["kind"]
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
