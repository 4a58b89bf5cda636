"""The browser that checks and prints decks: which one, and how it is started."""

import os
import shutil

# The shell is the same engine without windows: to open a page takes it a third of the time.
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "sudo apt-get install chromium"


def found() -> str | None:
    """The program of the first one that is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def flags() -> list[str]:
    """What each is started with. Chromium's own sandbox refuses to work for root."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return ["--disable-gpu", "--disable-background-networking", *as_root]
