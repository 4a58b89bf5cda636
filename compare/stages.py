"""A stage of any checkout, with a small talk, as a process of its own; and what speaks to it."""

import http.client
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from compare import peers
from compare.row import Missing

PATIENCE = 60.0
PROGRAM = '''"""A line is printed.

It begins as tricks do, with what they import.

:needs: none
:man: unix(7)
:since: 2.6
"""

import errno
import os
import socket
import struct

# [all]
print("here")
# [end all]
'''
SLIDES = """Deck
====

.. trick:: demo.line
   :show: [all]
   :unrecorded: It is only measured.
"""


def python(checkout: Path, *words: str, folder: Path | None = None, **options: Any) -> Any:
    """`python3 -m ...` in a folder, as a user's shell starts it, with that checkout's machinery."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder or checkout,
        env=kept | {"PYTHONPATH": str(checkout)},
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )


def talk(stack: ExitStack, checkout: Path) -> Path:
    """A talk with one program, `demo.line`."""
    root = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
    root.chmod(0o755)
    files = {
        "conf.py": "extensions = ['deck']\n",
        "slides/index.rst": SLIDES,
        "examples/__init__.py": "",
        "examples/demo/line.py": PROGRAM,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "deck").symlink_to(checkout / "deck")
    return root


def opened(stack: ExitStack, checkout: Path, *options: str) -> str:
    """Open a stage of that checkout; the address that lets a browser in."""
    module = "deck.stage.command" if (checkout / "deck" / "stage").is_dir() else "deck.stage"
    root = talk(stack, checkout)
    words = (module, "--root", str(root), "--no-open", "--port", "0", *options)
    stage = python(checkout, *words, folder=root, stdout=subprocess.PIPE)
    stack.callback(stage.wait, PATIENCE)
    stack.callback(stage.terminate)
    said = []
    for line in stage.stdout:
        said.append(line)
        if line.startswith("The stage is open:"):
            return str(line.split()[-1])
    raise Missing("its stage did not open: " + "".join(said[-3:]).strip())


def window(stack: ExitStack, address: str) -> Any:
    """What a browser's page opens: the run socket, with the cookie that the address gives."""
    peers.module("websockets")
    from websockets.sync.client import connect

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}")
    cookie = (connection.getresponse().getheader("Set-Cookie") or "").partition(";")[0]
    connection.close()
    origin: Any = f"http://{parts.netloc}"
    headers = {"Cookie": cookie}
    return stack.enter_context(
        connect(f"ws://{parts.netloc}/run", origin=origin, additional_headers=headers)
    )
