"""`make lint`: no program, script or style sheet is longer than a reader's patience.

`python3 tests/sizes.py` names what is too long, and each exception that is no longer needed.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 300  # lines
KINDS = ("*.py", "*.js", "*.css", "*.c")
# Files that wait to be split, with their lengths: a list that only ever gets shorter.
LONGER: dict[str, int] = {}


def lengths(root: Path) -> dict[str, int]:
    """The lines of each file in the repository, whether it is committed yet or not."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *KINDS]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    paths = {name: root / name for name in listed.split("\0") if name}
    return {
        name: len(path.read_text("utf-8").splitlines())
        for name, path in sorted(paths.items())
        if path.is_file()
    }


def faults(found: dict[str, int], longer: dict[str, int]) -> list[str]:
    """What is to be done, a sentence for each file; nothing if all are short enough."""
    said = [
        f"{name}: {lines} lines, and {longer.get(name, MOST)} are the most; split it by purpose"
        for name, lines in found.items()
        if lines > longer.get(name, MOST)
    ]
    for name, most in longer.items():
        lines = found.get(name, 0)
        if lines <= MOST:
            said.append(f"{name}: no exception is needed any more; take it out of tests/sizes.py")
        elif lines < most:
            said.append(f"{name}: {lines} lines now; say so in tests/sizes.py, instead of {most}")
    return said


if __name__ == "__main__":
    sys.exit("\n".join(faults(lengths(ROOT), LONGER)) or 0)
