"""Which Chromium the tests look through.

The shell is the same engine without windows of its own: to open a page takes it a third of the
time. `make pdf` prints with the whole browser, which that tests.
"""

import shutil

PACKAGES = ("chromium-headless-shell", "chromium")
PATH = next(filter(None, map(shutil.which, PACKAGES)), None)
MISSING = f"needs the Debian package {PACKAGES[0]}, or {PACKAGES[1]}, which is slower"
