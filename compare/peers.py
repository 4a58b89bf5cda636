"""The peers, in a folder of their own: `make peers` installs what this machine can have."""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

from compare.row import Missing

FOLDER = Path(__file__).resolve().parent.parent / "_build" / "peers"
# Packages of npm by the command that they bring, and those of Python by their module.
NPM = {"slidev": ("@slidev/cli", "@slidev/theme-default"), "marp": ("@marp-team/marp-cli",)}
PYTHON = {"sphinx_autobuild": "sphinx-autobuild", "jupyter_client": "jupyter_client ipykernel"}


def command(name: str) -> Path:
    """The path of a peer's command that npm installed; raises `Missing`."""
    path = FOLDER / "node_modules" / ".bin" / name
    if not path.exists():
        raise Missing("make peers (needs npm and a network)")
    return path


def module(name: str) -> None:
    """Raises `Missing` where this Python lacks a peer's module."""
    if importlib.util.find_spec(name) is None:
        raise Missing("make peers (needs a network)")


def install() -> int:
    """Installs them all; 0 where all could be had."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    commands = [[*pip, *(part for names in PYTHON.values() for part in names.split())]]
    if shutil.which("npm"):
        npm = ["npm", "install", "--prefix", str(FOLDER), "--no-fund", "--no-audit"]
        commands += [
            [*npm, "--loglevel=error", *(name for names in NPM.values() for name in names)]
        ]
    else:
        print("Without npm there is no Slidev and no Marp: apt-get install npm", file=sys.stderr)
    return max(subprocess.run(step).returncode for step in commands)


if __name__ == "__main__":
    sys.exit(install())
