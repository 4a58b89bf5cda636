"""A run in a spare: the same as any other, and nothing of it stays."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from processes import family, wait_until_gone
from spared import (
    HERE,
    TRICKS,
    VARIANTS,
    cold,
    keepers,
    of_stdout,
    spared,
    told,
    wait_until_it_waits,
)

from deck.programs import worlds
from deck.programs.runner import Kind, Result, Run
from deck.programs.spare import MOST, Spares

pytestmark = pytest.mark.usefixtures("namespaces")
MEGABYTES = 100  # of all spares together


@pytest.mark.thorough(kind="a trick in a spare")
@pytest.mark.parametrize("id", [id for id in HERE if id in TRICKS])
def test_a_trick_in_a_spare_is_as_it_is_cold(spares, id):
    """What is timed or numbered by the kernel may go to stderr, and differ."""
    assert of_stdout(spared(spares, HERE[id])) == of_stdout(cold(HERE[id]))


WORLD = """
import json, os, resource, sys
def lines(path, *words):
    with open(path) as file:
        return [line for line in file.read().splitlines() if line.startswith(words)]
def accidents(line):
    return " ".join(word for word in line.split() if not word.startswith(("master:", "shared:")))
status = ("Uid", "Gid", "Groups", "Cap", "NoNewPrivs", "Seccomp", "Threads", "Sig", "Shd", "NSpid")
limits = {name: resource.getrlimit(getattr(resource, name))
          for name in dir(resource) if name.startswith("RLIMIT_")}
print("status", lines("/proc/self/status", *status))
print("limits", limits)
print("mounts", [line.split()[3:6] for line in lines("/proc/self/mountinfo", "")])
print("files", {fd: os.readlink(f"/proc/self/fd/{fd}").partition(":")[0]
                for fd in range(40) if os.path.lexists(f"/proc/self/fd/{fd}")})
print("stdin", sys.stdin.read(), os.isatty(0))
print("pids", os.getpid(), os.getppid(), os.getsid(0) == os.getpid(), os.getpgrp())
print("processes", sorted(int(name) for name in os.listdir("/proc") if name.isdigit()))
print("environment", sorted(os.environ.items()))
print("folder", os.getcwd(), sorted(os.listdir("/dev/shm")), sorted(os.listdir("/")))
print("networks", lines("/proc/net/dev", " "))
print("expendable", open("/proc/self/oom_score_adj").read())
print("command", open("/proc/self/cmdline").read().strip(chr(0)).split(chr(0)))
print("python", sys.argv, sys.path, sys.flags, sys.stdout.write_through)
print("module", sorted(globals()), __name__, __package__, __file__, __spec__.name)
"""


@pytest.mark.parametrize("needs", ["none", "own net"])
def test_a_program_finds_itself_in_the_same_world(spares, trick, needs):
    program = trick(WORLD, needs)
    arguments = ("--quick", "")
    assert told(spared(spares, program, arguments=arguments)) == told(
        cold(program, arguments=arguments)
    )


ENDS = {
    "an exception": "def act():\n    raise KeyError('x')\ntry:\n    act()\nfinally:\n  print(1)",
    "an assertion in a module": "from json import loads\nloads('{')",
    "a status": "raise SystemExit(3)",
    "a sentence": "raise SystemExit('this is why')",
    "a signal": f"import os\nos.kill(os.getpid(), {int(signal.SIGKILL)})",
    "an interruption": f"import os\nos.kill(os.getpid(), {int(signal.SIGINT)})\nwhile True: pass",
    "no line end": "import sys\nsys.stdout.write('half')",
    "too much": "while True: print('x' * 1000)",
    "its own hook": "import sys\nsys.excepthook = lambda *a: print('hook', a[0])\n1 / 0",
    "a module that lacks": "import nothing_of_the_kind",
    "a name that is not there": "print(runpy)",
    "at exit": "import atexit\natexit.register(print, 'bye')",
    "a thread": "import threading\nthreading.Thread(target=print, args=('late',)).start()",
    "a child": "import os\nif os.fork() == 0:\n    print('child')\nelse:\n    os.wait()",
    "a daemon": "import os, signal\nprint('x')\nif not os.fork():\n    os.setsid(); signal.pause()",
}


@pytest.mark.thorough(kind="an end in a spare")
@pytest.mark.parametrize("way", ENDS)
def test_a_program_ends_in_the_same_way(spares, trick, way):
    program = trick(ENDS[way])
    options = {"max_output": 5000} if way == "too much" else {}
    a, b = told(spared(spares, program, **options)), told(cold(program, **options))
    if way == "too much":  # how much of it is read at once is an accident
        a, b = a[-1:], b[-1:]
    assert sorted(a, key=lambda row: row[0]) == sorted(b, key=lambda row: row[0])
    assert a[-1] == b[-1]


def test_its_deadline_and_a_stop_count_from_the_press(spares, trick):
    program = trick("import signal\nprint('on')\nsignal.pause()")
    *_, end = spared(spares, program, deadline=0.5)
    assert (end.result, end.text) == (Result.TIMED_OUT, "stopped after 0.5 s")
    assert 0.5 <= end.time < 20
    assert spares.settle() == 1
    run = Run(program, spares=spares)
    for event in run.events():
        if event.kind == Kind.STDOUT:
            run.cancel()
    assert run.spared
    assert event.result == Result.CANCELLED


def test_what_is_edited_after_it_was_made_is_run(spares, trick):
    program = trick("print('old')")
    spares.keep([program])
    assert spares.settle() == 1
    new = program.path.with_suffix(".new")
    new.write_text(program.path.read_text().replace("old", "new"))
    new.replace(program.path)
    run = Run(program, spares=spares)
    assert [e.text for e in run.events() if e.kind == Kind.STDOUT] == ["new"]
    assert run.spared


def test_a_folder_that_was_replaced_is_not_the_one_it_shows(spares, trick):
    program = trick("print('there')")
    spares.keep([program])
    assert spares.settle() == 1
    examples = program.root / "examples"
    examples.rename(examples.with_name("elsewhere"))
    examples.mkdir(mode=0o755)
    for name in (program.path.parent.name, "talk.py"):
        examples.with_name("elsewhere").joinpath(name).rename(examples / name)
    run = Run(program, spares=spares)
    assert [e.text for e in run.events() if e.kind == Kind.STDOUT] == ["there"]
    assert not run.spared


def test_it_serves_one_run(spares, trick):
    """The next world is another one, in which nothing lies that the first has left."""
    program = trick("import os\nprint(os.listdir('/dev/shm'))\nopen('/dev/shm/left', 'w')")
    assert {spared(spares, program)[1].text for _ in range(3)} == {"[]"}


def test_two_at_once_never_share_one(spares, trick):
    program = trick("print('done')")
    spares.keep([program])
    assert spares.settle() == 1
    first, second = (Run(program, spares=spares).events() for _ in range(2))
    next(first), next(second)
    assert [e.result for e in [*first, *second] if e.result] == [Result.PASSED] * 2


def test_where_none_can_be_made_runs_are_cold(spares, trick, monkeypatch):
    program = trick("print('done')")
    with monkeypatch.context() as broken:
        broken.setattr(worlds.Namespaces, "home", lambda *_: "/nowhere")
        broken.setattr(sys, "executable", "/nowhere/python")
        spares.keep([program])
        assert spares.settle() == 0
    run = Run(program, spares=spares)
    assert (list(run.events())[-1].result, run.spared) == (Result.PASSED, False)


def test_one_for_each_kind_that_is_asked_for(spares, trick):
    plain, net = trick("print(1)"), trick("print(1)", "own net")
    spares.keep([plain, plain, net])
    assert spares.settle() == 2
    spares.keep([net])
    assert spares.settle() == 1
    assert cold(net)[-1].result == Result.PASSED
    spares.keep([])
    assert spares.settle() == 0


def test_nothing_is_left_of_them(trick):
    spares = Spares()
    before = set(os.listdir("/proc/self/fd"))
    spares.keep([trick("print(1)"), trick("print(1)", "own net")])
    assert spares.settle() == 2
    pids = [pid for keeper in keepers(spares) for pid in family(keeper)]
    assert len(pids) == 8  # the one outside, the first of each level, and who waits
    spares.close()
    wait_until_gone(pids)
    assert set(os.listdir("/proc/self/fd")) <= before
    spares.keep([trick("print(1)")])
    spares.fill()


def test_all_of_this_talk_take_little_memory(spares):
    """By PSS, in which what processes share is counted once."""
    spares.keep(HERE.values(), [variant.trick for variant in VARIANTS.values()])
    assert 1 <= spares.settle() <= MOST
    pids = [pid for keeper in keepers(spares) for pid in family(keeper)]
    for keeper in keepers(spares):
        wait_until_it_waits(family(keeper)[-1])
    taken = {pid: proportional(pid) for pid in pids}
    assert sum(taken.values()) / 2**20 < MEGABYTES, taken


def proportional(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE)[1]) << 10
