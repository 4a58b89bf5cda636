"""`python3 -m examples` as a learner types it, on a bare Python (-S: without site-packages)."""

import contextlib
import os
import subprocess
import sys

from tricks import write_program

from deck.programs import catalogue

ROOT = catalogue.ROOT


def examples(*arguments, **options):
    command = [sys.executable, "-S", "-m", "examples", *arguments]
    return subprocess.run(
        command, cwd=options.pop("cwd", ROOT), capture_output=True, text=True, timeout=60
    )


def python(*arguments):
    command = [sys.executable, "-S", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def on_a_terminal(*arguments, cwd=ROOT, **environment):
    """What `python3 -m examples ...` writes to a terminal of its own: one for all three streams."""
    master, terminal = os.openpty()
    clear = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    process = subprocess.Popen(
        [sys.executable, "-S", "-m", "examples", *arguments],
        cwd=cwd,
        env=clear | {"TERM": "xterm"} | environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    written = b""
    # EIO: the last one who had the terminal open is gone.
    with contextlib.suppress(OSError):
        while data := os.read(master, 1 << 16):
            written += data
    os.close(master)
    process.wait(60)
    return written.decode()


def write_demo(folder, name, code, **told):
    """A trick `demo.NAME` below the folder; `told` is what its docstring says."""
    return write_program(folder, f"demo.{name}", code, **told)
