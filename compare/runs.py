"""A run: from the press to the first line, and what a terminal waits for; beside bare Python,
Jupyter's kernel, and an older checkout of this, which BEFORE names.
"""

import importlib
import json
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from compare import browsers, peers, stages
from compare.row import Missing, Round, Row
from deck.programs import catalogue
from deck.programs.runner import Kind, Run
from deck.programs.spare import Spares

HERE = catalogue.ROOT
TRICK = "unix.pass_fd"
# Nobody presses sooner: what is made for the next run is there by then.
PAUSE = 0.5
CLICK = """() => new Promise((done) => {
  const began = performance.now();
  const pre = document.querySelector(".present .trick-output pre");
  const seen = new MutationObserver(() => {
    if (!pre.textContent.includes("here")) return;
    seen.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  });
  document.querySelector(".present .trick-run").click();
  pre.textContent = "";
  seen.observe(pre, { childList: true, subtree: true, characterData: true });
})"""
CODE = stages.PROGRAM.rpartition('"""')[2]


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
        ),
        Row(
            "press Run in the page: first line painted",
            {
                "page": lambda stack: press_in_page(stack, HERE),
                "page before": lambda stack: press_in_page(stack, before()),
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
            rounds=2,
            warm_up=0,
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


def command(checkout: Path, *words: str) -> Round:
    def once() -> float:
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return milliseconds(lambda: stages.python(checkout, *words, **quiet).wait())

    return once


def bare_first_line(stack: ExitStack) -> Round:
    root = stages.talk(stack, HERE)

    def once() -> float:
        began = time.perf_counter()
        with stages.python(
            HERE, "examples.demo.line", folder=root, stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            return 1000 * (time.perf_counter() - began)

    return once


# ---- the stage


def press(stack: ExitStack, checkout: Path, *options: str) -> Round:
    """From the message that the button sends to the one that brings the first line."""
    return presses(stages.window(stack, stages.opened(stack, checkout, *options)))


def press_in_page(stack: ExitStack, checkout: Path) -> Round:
    """From a click on the button to the frame that has the first line."""
    address = stages.opened(stack, checkout)
    page = browsers.shared(stack).new_page()
    page.goto(address)
    page.locator(".present .trick-run", has_text="Run").wait_for()

    def once() -> float:
        time.sleep(PAUSE)
        took = page.evaluate(CLICK)
        page.locator(".present .trick-run", has_text="Run").wait_for()
        return float(took)

    return once


def presses(socket: Any) -> Round:
    def hear(*kinds: str) -> None:
        while json.loads(socket.recv(timeout=stages.PATIENCE)).get("kind") not in kinds:
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
    trick = catalogue.find("demo.line", stages.talk(stack, HERE))

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
            message = client.get_iopub_msg(timeout=stages.PATIENCE)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "stream":
                took = took or 1000 * (time.perf_counter() - began)
            elif message["content"].get("execution_state") == "idle":
                return took

    return once
