"""This machine: its kernel's version, its kind, and where its programs lie."""

import os
import re
import sys
from pathlib import Path

assert sys.platform == "linux", "the tricks are Linux's own"

# Debian keeps servers off an ordinary user's PATH.
PATH = os.pathsep.join(
    [
        os.environ.get("PATH", ""),
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
    ]
)


def release() -> str:
    """The running kernel's release, such as "6.18.44-distribution-7"."""
    return os.uname().release


def machine() -> str:
    """The kind of processor, as uname(2) says it: "x86_64", "aarch64"."""
    return os.uname().machine


def version(text: str) -> tuple[int, ...]:
    """The leading numbers of a release: "6.18.44-x" gives (6, 18, 44)."""
    found = re.match(r"\d+(?:\.\d+)*", text)
    if not found:
        raise ValueError(f"{text!r} is no kernel's release")
    return tuple(map(int, found[0].split(".")))


def without_suffix(release: str) -> str:
    """A release as kernel.org names it: "6.18.44" for "6.18.44-distribution-7"."""
    return ".".join(map(str, version(release)))
