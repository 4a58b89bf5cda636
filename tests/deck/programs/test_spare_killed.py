"""A spare that dies, or says nothing: a run that would have had it is begun anew."""

import os
import signal

import pytest
from processes import family, wait_until_gone
from spared import keepers, spared, told, waiting

from deck.programs.runner import Kind, Result, Run
from deck.programs.running import Running

pytestmark = pytest.mark.usefixtures("namespaces")


def test_one_that_died_is_not_used(spares, trick):
    program = trick("print('done')")
    spares.keep([program])
    assert spares.settle() == 1
    (keeper,) = keepers(spares)
    os.kill(keeper, signal.SIGKILL)
    os.waitid(os.P_PID, keeper, os.WEXITED | os.WNOWAIT)
    run = Run(program, spares=spares)
    *events, end = run.events()
    assert [event.text for event in events if event.kind == Kind.STDOUT] == ["done"]
    assert (end.result, run.spared) == (Result.PASSED, False)
    assert spares.settle() == 1
    run = Run(program, spares=spares)
    assert list(run.events())[-1].result == Result.PASSED
    assert run.spared


def before(monkeypatch, moment, act):
    """Have this happen at a moment of an order to a spare: it is called so in Running."""
    usual = getattr(Running, moment)

    def changed(running, *words):
        act()
        return usual(running, *words)

    monkeypatch.setattr(Running, moment, changed)


KILLED = [(moment, who) for moment in ("order", "_heard") for who in ("keeper", "worker", "all")]


# A worker that dies after its answer has begun, and dies as any program does.
@pytest.mark.thorough(kind="a spare that is killed")
@pytest.mark.parametrize(
    "moment, who", [*KILLED, ("_was_killed", "keeper"), ("_was_killed", "all")]
)
def test_one_that_is_killed_at_any_moment_is_not_missed(spares, trick, monkeypatch, moment, who):
    """Before the order, before it is read, and after the answer: each line comes once."""
    program = trick("print('done')")
    spares.keep([program])
    assert spares.settle() == 1
    keeper, worker = waiting(spares)
    victims = {"keeper": [keeper], "worker": [worker], "all": family(keeper)}[who]

    def kill():
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        if who != "worker":
            os.waitid(os.P_PID, keeper, os.WEXITED | os.WNOWAIT)

    if moment == "_heard":  # it does not read the order before it is killed
        os.kill(worker, signal.SIGSTOP)
    before(monkeypatch, moment, kill)
    run = Run(program, spares=spares)
    *events, end = run.events()
    assert [event.text for event in events if event.kind == Kind.STDOUT] == ["done"]
    assert [event.kind for event in events].count(Kind.START) == 1
    assert (end.result, run.spared) == (Result.PASSED, False)
    monkeypatch.undo()
    assert spares.settle() == 1
    assert told(spared(spares, program)) == told([*events, end])


def test_what_ends_at_once_is_not_begun_anew(spares, trick, monkeypatch):
    """It has answered, and ended before anybody looks: a second run would do all of it twice."""
    program = trick("print('done')")
    spares.keep([program])
    assert spares.settle() == 1
    heard = Running._heard

    def late(running):
        answer = heard(running)
        os.waitid(os.P_PIDFD, running.keeper, os.WEXITED | os.WNOWAIT)
        return answer

    monkeypatch.setattr(Running, "_heard", late)
    run = Run(program, spares=spares)
    *events, end = run.events()
    assert [event.text for event in events if event.kind == Kind.STDOUT] == ["done"]
    assert (end.result, run.spared) == (Result.PASSED, True)


def test_one_that_does_not_answer_is_left(spares, trick, monkeypatch):
    monkeypatch.setattr("deck.programs.running.ANSWER", 0.2)
    program = trick("print('done')")
    spares.keep([program])
    assert spares.settle() == 1
    keeper, worker = waiting(spares)
    os.kill(worker, signal.SIGSTOP)
    run = Run(program, spares=spares)
    *events, end = run.events()
    assert [event.text for event in events if event.kind == Kind.STDOUT] == ["done"]
    assert (end.result, run.spared) == (Result.PASSED, False)
    wait_until_gone([keeper, worker])


def test_an_order_longer_than_a_socket_holds_is_heard(spares, trick):
    words = ("x" * (1 << 20),) * 2
    program = trick("import sys\nprint(len(sys.argv), len(sys.argv[2]))")
    assert spared(spares, program, arguments=words)[1].text == f"3 {1 << 20}"
