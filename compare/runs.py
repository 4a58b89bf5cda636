"""A run: from the press to the first line, and what a terminal waits for; beside bare Python,
Jupyter's kernel, and an older checkout of this, which BEFORE names.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from compare import peers
from compare.row import Missing, Round, Row
from deck.programs import catalogue
from deck.programs.runner import Kind, Run
from deck.programs.spare import Spares

HERE = catalogue.ROOT
TRICK = "unix.pass_fd"
# Nobody presses sooner: what is made for the next run is there by then.
PAUSE = 0.5
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

print("here")
'''
CODE = PROGRAM.rpartition('"""')[2]


def rows() -> list[Row]:
    return [
        Row(
            "press Run: first line",
            {
                "stage": lambda stack: press(stack, HERE),
                "stage --no-spares": lambda stack: press(stack, HERE, "--no-spares"),
                "stage before": lambda stack: press(stack, before()),
                "python -m": bare_first_line,
            },
            ceiling=40,
        ),
        Row(
            "press Run without spares: first line",
            {
                "stage --no-spares": lambda stack: press(stack, HERE, "--no-spares"),
                "stage before": lambda stack: press(stack, before()),
            },
            at_most={"stage before": 1},
        ),
        Row(
            "id: first byte",
            {"spare": spare, "Jupyter": jupyter},
            at_most={"Jupyter": 2},
        ),
        Row(
            "run ID",
            {
                "run": lambda stack: command(HERE, "examples", "run", TRICK),
                "python -m": lambda stack: command(HERE, f"examples.{TRICK}"),
                "run before": lambda stack: command(before(), "examples", "run", TRICK),
            },
            at_most={"python -m": 3, "run before": 1},
        ),
        Row(
            "run --all",
            {
                "run": lambda stack: command(HERE, "examples", "run", "--all"),
                "run before": lambda stack: command(before(), "examples", "run", "--all"),
            },
            rounds=3,
            at_most={"run before": 1},
        ),
    ]


def before() -> Path:
    """The older checkout: `git worktree add FOLDER COMMIT`, and BEFORE=FOLDER. Raises Missing."""
    if not (named := os.environ.get("BEFORE")):
        raise Missing("BEFORE=FOLDER, a checkout of an older commit (git worktree add)")
    return Path(named).resolve()


def milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


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


def command(checkout: Path, *words: str) -> Round:
    def once() -> float:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return milliseconds(python(checkout, *words, **quiet).wait)

    return once


def talk(stack: ExitStack, checkout: Path) -> Path:
    """A talk with one program, `demo.line`."""
    root = Path(stack.enter_context(TemporaryDirectory(prefix="compare-")))
    root.chmod(0o755)
    files = {
        "conf.py": "extensions = ['deck']\n",
        "slides/index.rst": "Deck\n====\n\nA slide.\n",
        "examples/__init__.py": "",
        "examples/demo/line.py": PROGRAM,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "deck").symlink_to(checkout / "deck")
    return root


def bare_first_line(stack: ExitStack) -> Round:
    root = talk(stack, HERE)

    def once() -> float:
        began = time.perf_counter()
        with python(HERE, "examples.demo.line", folder=root, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            return 1000 * (time.perf_counter() - began)

    return once


# ---- the stage


def press(stack: ExitStack, checkout: Path, *options: str) -> Round:
    """From the message that the button sends to the one that brings the first line."""
    peers.module("websockets")
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
            return presses(window(stack, line.split()[-1]))
    raise Missing("its stage did not open: " + "".join(said[-3:]).strip())


def window(stack: ExitStack, address: str) -> Any:
    """What a browser's page opens: the run socket, with the cookie that the address gives."""
    import http.client

    from websockets.sync.client import connect

    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    connection.request("GET", f"{parts.path}?{parts.query}")
    cookie = (connection.getresponse().getheader("Set-Cookie") or "").partition(";")[0]
    connection.close()
    origin = f"http://{parts.netloc}"
    return stack.enter_context(
        connect(f"ws://{parts.netloc}/run", origin=origin, additional_headers={"Cookie": cookie})
    )


def presses(socket: Any) -> Round:
    def hear(*kinds: str) -> None:
        while json.loads(socket.recv(timeout=PATIENCE)).get("kind") not in kinds:
            pass

    def once() -> float:
        time.sleep(PAUSE)
        socket.send(json.dumps({"run": "demo.line"}))
        took = milliseconds(lambda: hear("stdout"))
        hear("end")
        return took

    return once


# ---- a process that waits


def spare(stack: ExitStack) -> Round:
    spares = Spares()
    stack.callback(spares.close)
    trick = catalogue.find("demo.line", talk(stack, HERE))

    def once() -> float:
        spares.keep([trick])
        spares.settle()
        time.sleep(PAUSE)
        began, took = time.perf_counter(), 0.0
        run = Run(trick, spares=spares)
        for event in run.events():
            if event.kind == Kind.STDOUT:
                took = took or 1000 * (time.perf_counter() - began)
        if not run.spared:
            raise Missing(f"no spare here: {event.text}")
        return took

    return once


def jupyter(stack: ExitStack) -> Round:
    """The same lines, given to a kernel that has run them before."""
    peers.module("jupyter_client")
    peers.module("ipykernel")
    manager, client = importlib.import_module("jupyter_client.manager").start_new_kernel()
    stack.callback(manager.shutdown_kernel, now=True)
    stack.callback(client.stop_channels)

    def once() -> float:
        time.sleep(PAUSE)
        took = 0.0
        began = time.perf_counter()
        asked = client.execute(CODE)
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "stream":
                took = took or 1000 * (time.perf_counter() - began)
            elif message["content"].get("execution_state") == "idle":
                return took

    return once
