"""Browsers that measure: the whole Chromium, not its shell, for that is what people look with."""

import shutil
from contextlib import ExitStack
from typing import Any

from compare import peers
from compare.row import Missing
from deck.check.browser import flags

_drivers: dict[ExitStack, Any] = {}
_shared: dict[ExitStack, Any] = {}


def own(stack: ExitStack) -> Any:
    """A browser of its own, closed with the stack: a page behind another is painted seldom.

    Raises Missing.
    """
    peers.module("playwright")
    program = shutil.which("chromium")
    if not program:
        raise Missing("apt-get install chromium")
    browser = _driver(stack).chromium.launch(executable_path=program, args=flags())
    stack.callback(browser.close)
    return browser


def shared(stack: ExitStack) -> Any:
    """One browser for all sides of a row. Raises Missing."""
    if stack not in _shared:
        _shared[stack] = own(stack)
        stack.callback(_shared.pop, stack)
    return _shared[stack]


def _driver(stack: ExitStack) -> Any:
    """Playwright's, of which a thread may have one."""
    from playwright.sync_api import sync_playwright

    if stack not in _drivers:
        _drivers[stack] = stack.enter_context(sync_playwright())
        stack.callback(_drivers.pop, stack)
    return _drivers[stack]
