"""Decks with other versions of Sphinx: `python tests/sphinxes.py 8.1.3 9.2.0`.

Each gets an environment of its own below _build/sphinxes, with the package's own extras; it builds
the talk and its handout, and passes the builders' tests.
"""

import subprocess
import sys
from pathlib import Path

import pythons

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "_build" / "sphinxes"
# The oldest Python that a version works on, where it is not ours.
PYTHONS = {(9, 1): (3, 12), (9, 2): (3, 13)}
TESTS = ("slides/test_builder_*.py", "slides/test_chapters.py", "directives/test_*.py")


def main(versions: list[str]) -> int:
    """Whether every version that can be had here is right."""
    results = {version: check(version) for version in versions}
    for version, result in results.items():
        print(f"Sphinx {version}: {result}")
    return any(result.startswith("failed") for result in results.values())


def check(version: str) -> str:
    """How it went, in words: passed, skipped or failed, and why."""
    print(f"Sphinx {version}", flush=True)
    least = PYTHONS.get(tuple(map(int, version.split(".")[:2])), pythons.OLDEST)
    able = sorted(found for found in pythons.pythons() if found >= least)
    if not able:
        return f"skipped: needs Python {'.'.join(map(str, least))}, which this machine lacks"
    python = environment(version, pythons.pythons()[able[0]])
    for name, command in steps(FOLDER / version).items():
        if subprocess.run([python, "-m", *command], cwd=ROOT).returncode:
            return f"failed: {name}"
    return "passed"


def environment(version: str, python: str) -> str:
    """The Python of an environment with this Sphinx and the package's extras."""
    folder = FOLDER / version
    inside = folder / "bin" / "python"
    subprocess.run([python, "-m", "venv", "--clear", "--without-pip", folder], check=True)
    install = [sys.executable, "-m", "pip", "--python", inside, "install", "-q"]
    wanted = [f"{ROOT}[slides,stage,pdf,test]", f"sphinx=={version}"]
    subprocess.run([*install, "--disable-pip-version-check", *wanted], check=True)
    return str(inside)


def steps(folder: Path) -> dict[str, list[str]]:
    build = ["sphinx", "-W", "--keep-going", "-q", "-c", ".", "-d", str(folder / "doctrees")]
    tests = [str(path) for pattern in TESTS for path in sorted((ROOT / "tests/deck").glob(pattern))]
    return {
        "the talk": [*build, "-b", "singlefile-slides", "slides", str(folder / "slides")],
        "the handout": [*build, "-b", "handout", "slides", str(folder / "handout")],
        "the tests": ["pytest", "-q", "-p", "no:cacheprovider", *tests],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
