"""Skips are results with a reason; where STRICT is set, none may be for want of a package."""

import os
import re

import pytest

_PACKAGE = re.compile(r"Debian package ([\w.+-]+)")


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
