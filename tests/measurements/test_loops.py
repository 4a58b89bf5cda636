"""The loops of the harness: a figure comes of calls that worked, and of nothing else."""

import inspect
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from measurements.harness import programs
from measurements.harness.cells import PYTHON, C
from measurements.harness.loops import LOOPS, memory
from measurements.harness.programs import Program, beside, run

CPU = max(os.sched_getaffinity(0))
CLOSED = 1000  # no descriptor has this number
SIZE, SECONDS = 64, 0.01
needs_cc = pytest.mark.skipif(
    not any(os.access(f"{folder}/cc", os.X_OK) for folder in os.get_exec_path()),
    reason="needs a C compiler (Debian package gcc)",
)
LANGUAGES = [PYTHON, pytest.param(C, marks=needs_cc)]
IN_C = {
    name
    for path in programs.SOURCES.glob("*.c")
    for name in re.findall(r'^    \{"(\w+)", run_', path.read_text(), re.MULTILINE)
}
# A subscriber of ZeroMQ tries until its publisher comes.
PATIENT = {"subscribe_zeromq"}
NUMBERS = {"size": SIZE, "seconds": SECONDS, "writes": 1, "batch": 1, "listeners": 1, "port": 1}
NUMBERS |= {"packets": 1, "block": 4096, "blocks": 1, "fds": str(CLOSED), "path": "/nowhere/bus"}


@pytest.fixture
def result():
    fd = os.memfd_create("result")
    yield fd
    os.close(fd)


def arguments(loop: str, result: int) -> tuple[object, ...]:
    """What a loop is given when all its descriptors are closed."""
    names = inspect.signature(LOOPS[loop]).parameters
    return tuple(result if name == "result" else NUMBERS.get(name, CLOSED) for name in names)


def test_both_languages_have_the_same_loops():
    only_python = {name for name in LOOPS if name.endswith(("_redis", "_zeromq"))}
    assert LOOPS.keys() - only_python == IN_C


@pytest.mark.parametrize(
    ("loop", "by"),
    [(loop, PYTHON) for loop in sorted(LOOPS.keys() - PATIENT)]
    + [pytest.param(loop, C, marks=needs_cc) for loop in sorted(IN_C)],
)
def test_closed_descriptors_give_no_figure(loop, by, result, capfd):
    if "zeromq" in loop:
        pytest.importorskip("zmq")
    with pytest.raises(ChildProcessError, match=f"{by} {loop} ended with 1"):
        run(Program(by, loop, arguments(loop, result), CPU), {})
    assert os.fstat(result).st_size == 0
    assert capfd.readouterr().err, "and nobody says why"


def test_an_unknown_system_call_gives_no_figure(monkeypatch, result, capfd):
    monkeypatch.setattr(memory, "SYS_FUTEX", 9999)
    page = os.memfd_create("memory")
    os.truncate(page, os.sysconf("SC_PAGESIZE"))
    for loop in ("ask_futex", "answer_futex"):
        names = (SECONDS, result) if loop.startswith("ask") else ()
        with pytest.raises(ChildProcessError, match="ended with 1"):
            run(Program(PYTHON, loop, (page, SIZE, *names), CPU), {})
        assert "Function not implemented" in capfd.readouterr().err
    os.close(page)
    assert os.fstat(result).st_size == 0


@pytest.mark.parametrize("by", LANGUAGES)
@pytest.mark.parametrize("size", [SIZE, 64 << 10])
@pytest.mark.parametrize("loop", ["ask", "answer", "receive"])
def test_who_closes_ends_the_measurement(loop, size, by, result, capfd):
    ours, theirs = socket.socketpair()
    theirs.close()
    fds = (ours.fileno(), ours.fileno(), size, 1)
    given = {
        "ask": (*fds, SECONDS, result),
        "answer": fds,
        "receive": (ours.fileno(), size, SECONDS, result),
    }
    # The one that writes to a closed socket gets a signal or an error (SIGPIPE, EPIPE).
    with pytest.raises(ChildProcessError, match=f"{by} {loop} (ended with 1|was killed by signal)"):
        run(Program(by, loop, given[loop], CPU), {})
    ours.close()
    assert os.fstat(result).st_size == 0


@pytest.mark.parametrize("by", LANGUAGES)
def test_who_asks_does_not_wait_for_one_who_has_failed(by, result, capfd):
    ours, theirs = socket.socketpair()
    ask = (ours.fileno(), ours.fileno(), SIZE, 1, SECONDS, result)
    failing = Program(by, "answer", (CLOSED, CLOSED, SIZE, 1), CPU)
    with (
        pytest.raises(ChildProcessError, match=f"{by} answer ended before its time"),
        beside(failing) as running,
    ):
        run(Program(by, "ask", ask, CPU), running)
    ours.close()
    theirs.close()


def test_one_who_fails_beside_a_tool_is_noticed():
    failing = Program(PYTHON, "answer", (CLOSED, CLOSED, SIZE, 1), CPU)
    with pytest.raises(ChildProcessError, match="Python answer ended"), beside(failing) as running:
        programs._ended(running)


@needs_cc
def test_the_compiled_twin_goes_with_its_process():
    say = "from measurements.harness import programs; print(programs.twin())"
    told = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).name == "twin"
    assert not Path(told.stdout.strip()).parent.exists()
