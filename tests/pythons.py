"""Every trick with each other Python of this machine from 3.11 on: `python tests/pythons.py`.

They are looked for in PATH, and where pyenv and uv keep theirs; one that does not start does not
count. Of several with the same minor version the newest is taken.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
TELL = "import json, sys; print(json.dumps([sys.version_info[:3], sys.executable]))"
Version = tuple[int, ...]


def main() -> int:
    ours = sys.version_info[:2]
    others = {version: path for version, path in pythons().items() if version[:2] != ours}
    print(f"Of the Pythons here the tests use {sys.version.split()[0]}; all others:")
    results = [run_tricks(version, others[version]) for version in sorted(others)]
    print("\n".join(text for _, text in results) or "there is none")
    return max([status for status, _ in results], default=0)


def pythons() -> dict[Version, str]:
    """The newest Python of each minor version from 3.11 on."""
    started = sorted(filter(None, map(start, {*candidates()})))
    newest = {version[:2]: (version, path) for version, path in started if version >= OLDEST}
    return dict(newest.values())


def candidates() -> Iterator[Path]:
    folders = map(Path, os.get_exec_path())
    for folder in itertools.chain(
        folders, kept_by("pyenv", "root"), kept_by("uv", "python", "dir")
    ):
        with_minor = re.compile(r"python3\.\d+")
        yield from (path for path in folder.glob("python3.*") if with_minor.fullmatch(path.name))


def kept_by(*command: str) -> Iterator[Path]:
    """The folders of the Pythons that such a tool has installed, if it is here."""
    if shutil.which(command[0]):
        said = subprocess.run(command, capture_output=True, text=True).stdout.strip()
        yield from Path(said).glob("versions/*/bin" if command[0] == "pyenv" else "*/bin")


def start(python: Path) -> tuple[Version, str] | None:
    """Its version and its path; None when it does not start."""
    try:
        done = subprocess.run([python, "-c", TELL], capture_output=True, text=True, timeout=60)
    except OSError:
        return None
    if done.returncode:
        return None
    version, path = json.loads(done.stdout)
    return tuple(version), path


def run_tricks(version: Version, python: str) -> tuple[int, str]:
    """The exit status of all tricks with this Python, and how many passed."""
    name = f"Python {'.'.join(map(str, version))}"
    print(f"{name}: {python}", flush=True)
    command = [python, "-m", "examples", "run", "--all"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return done.returncode, f"{name}: {done.stdout.strip()}"


if __name__ == "__main__":
    sys.exit(main())
