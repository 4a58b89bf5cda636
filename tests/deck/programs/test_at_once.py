"""Many runs: as many at once as there are CPUs, told in order, and all of them ended together."""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading

import pytest
from command_line import write_demo
from processes import PATIENCE, family, processes_of, wait_until_gone

from deck.programs import at_once, catalogue
from deck.programs.runner import Event, Kind, Result, Run

HERE = Event(Kind.END, 0.0, "here", Result.SKIPPED)


def test_as_many_at_once_as_there_are_jobs():
    both = threading.Barrier(2)

    def start(_):
        both.wait(PATIENCE)  # ends only when two have begun
        return HERE

    assert len(list(at_once.run(range(6), start, jobs=2))) == 6


def test_they_are_told_in_the_order_in_which_they_were_asked_for():
    second = threading.Event()

    def start(number):
        if number == 1:
            second.set()
        elif number == 0:
            assert second.wait(PATIENCE)
        return HERE

    assert [each for each, _ in at_once.run(range(9), start, jobs=2)] == list(range(9))


def test_what_goes_wrong_is_told_and_not_swallowed():
    def start(number):
        if number == 1:
            raise ValueError("the machinery's own fault")
        return HERE

    runs = at_once.run(range(3), start, jobs=1)
    assert next(runs) == (0, [HERE])
    with pytest.raises(ValueError, match="own fault"):
        next(runs)


class OnTheMachine:
    """In place of a run on the machine's network: counts how many there are at a time."""

    now, most, lock = 0, 0, threading.Lock()

    def __init__(self, trick):
        self.trick = trick

    def events(self):
        cls = type(self)
        with cls.lock:
            cls.now += 1
            cls.most = max(cls.most, cls.now)
        yield HERE
        with cls.lock:
            cls.now -= 1

    def cancel(self):
        pass


def test_of_those_on_the_machines_network_there_is_one_at_a_time(trick):
    program = trick("", "root, module bluetooth")
    assert list(at_once.run([program] * 20, OnTheMachine, jobs=4))
    assert OnTheMachine.most == 1
    assert not at_once._on_the_machine(Run(trick("", "own net")))


def test_closed_early_it_ends_what_runs(trick, isolated):
    """And begins nothing more."""
    program = trick("import signal\nprint('on', flush=True)\nsignal.pause()")
    begun, before = threading.Semaphore(0), family(os.getpid())
    made = []

    class Noticed(Run):
        def events(self):
            for event in super().events():
                if event.kind == Kind.STDOUT:
                    begun.release()
                yield event

    def start(number):
        made.append(number)
        return HERE if number == 0 else Noticed(program, isolated=isolated)

    with contextlib.closing(at_once.run(range(9), start, jobs=2)) as runs:
        assert next(runs) == (0, [HERE])
        assert begun.acquire(timeout=PATIENCE)
    assert family(os.getpid()) == before
    assert len(made) <= 4


class Endless:
    """In place of a run that waits to be cancelled; its own thread takes the signal."""

    def __init__(self, trick):
        self.trick = trick
        self.cancelled, self.in_time = threading.Event(), queue.SimpleQueue()

    def events(self):
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        self.in_time.put(self.cancelled.wait(PATIENCE))
        yield HERE

    def cancel(self):
        self.cancelled.set()


def test_a_signal_is_heard_whichever_thread_got_it(trick):
    """The kernel wakes one thread; another one may be waiting for a run to end."""
    run = Endless(trick(""))
    with pytest.raises(KeyboardInterrupt):
        next(at_once.run([run], lambda run: run))
    assert run.in_time.get(timeout=PATIENCE)


def test_ctrl_c_ends_all_runs_of_a_command(tmp_path):
    """The first that ends is told; the two that wait are ended."""
    (tmp_path / "examples").mkdir()
    for name in ("__init__.py", "__main__.py"):
        (tmp_path / "examples" / name).write_text((catalogue.ROOT / "examples" / name).read_text())
    write_demo(tmp_path, "ends", "print('done')")
    for name in ("waits", "waits_too"):
        write_demo(tmp_path, name, "import signal\nprint('on', flush=True)\nsignal.pause()")
    # A shell that starts its tests in the background has them ignore SIGINT.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "examples", "run"]
    command += ["demo.ends", "demo.waits", "demo.waits_too"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(catalogue.ROOT), "LANG": "C.UTF-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "demo.ends" in process.stderr.readline()
        while not (begun := family(process.pid)[1:]):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        wait_until_gone(begun)
        assert not processes_of("demo.waits_too")
