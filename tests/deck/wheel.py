"""The package as others get it: the wheel, built once and unpacked where anybody may read it."""

import contextlib
import functools
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def public_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="a talk ", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@functools.cache
def wheel() -> bytes:
    """The wheel, built from this tree without asking any package index."""
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            [*build, "-q", "-w", folder, ROOT], capture_output=True, text=True, timeout=60
        )
        assert made.returncode == 0, made.stderr
        [path] = Path(folder).glob("sphinx_stage-*.whl")
        return path.read_bytes()


@contextlib.contextmanager
def installed() -> Iterator[Path]:
    """A folder with the wheel unpacked in it, which is what an installation does."""
    with public_folder() as place:
        zipfile.ZipFile(io.BytesIO(wheel())).extractall(place)
        yield place
