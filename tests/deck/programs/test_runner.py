"""Every way a run can end, and that nothing of it is left then."""

import os
import select
import signal
import subprocess
import sys
import threading

import pytest
from processes import inside, pids_inside

from deck.programs import catalogue, needs, recording
from deck.programs.runner import Run

ROGUE = """
    import os, signal, sys
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _ in range(5):
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pause()
    print("ready")
    {}
"""


def output(events, kind="stdout"):
    return [event.text for event in events if event.kind == kind]


def test_output_comes_line_by_line_and_the_end_last(trick, any_machine):
    events = list(Run(trick("print('one')\nprint('two')"), **any_machine).events())
    assert [event.kind for event in events] == ["start", "stdout", "stdout", "end"], events
    assert output(events) == ["one", "two"]
    assert events[-1].result == "passed"
    assert [event.time for event in events] == sorted(event.time for event in events)


def test_a_line_arrives_while_the_program_still_runs(trick):
    run = Run(trick("print('first')\nimport signal\nsignal.pause()"), deadline=20)
    events = run.events()
    assert next(event for event in events if event.kind == "stdout").text == "first"
    run.cancel()
    assert list(events)[-1].result == "cancelled"


def test_a_failure_gives_the_error_as_its_reason(trick, any_machine):
    end = list(Run(trick("assert 1 == 2, 'not so'"), **any_machine).events())[-1]
    assert (end.result, end.text) == ("failed", "AssertionError: not so")


def test_a_program_killed_by_a_signal_has_failed(trick, any_machine):
    end = list(Run(trick("import os; os.kill(os.getpid(), 9)"), **any_machine).events())[-1]
    assert (end.result, end.text) == ("failed", "ended with status 137")


def test_what_it_needs_and_has_not_is_the_reason_of_a_skip(trick):
    end = list(Run(trick("print('no')", "program no-such-program")).events())
    assert [event.kind for event in end] == ["end"]
    assert end[-1].result == "skipped"
    assert end[-1].text == "needs the program no-such-program"


@pytest.mark.parametrize(
    "last, result",
    [
        ("signal.pause()", "timed out"),
        ("while True: print('x' * 1000)", "failed"),
        ("os._exit(0)", "passed"),
    ],
)
def test_of_a_rogue_nothing_is_left(trick, any_machine, folder, last, result):
    """It forks, leaves its session, ignores SIGTERM, and never ends, or only prints, or goes."""
    end = list(Run(trick(ROGUE.format(last)), deadline=3, **any_machine).events())[-1]
    assert end.result == result, end
    assert inside(folder) == []


def test_cancel_from_another_thread_ends_a_rogue(trick, any_machine, folder):
    run = Run(trick(ROGUE.format("signal.pause()")), deadline=20, **any_machine)
    for event in run.events():
        if event.text == "ready":
            assert inside(folder) != []
            threading.Thread(target=run.cancel).start()
    assert event.result == "cancelled"
    assert inside(folder) == []
    run.cancel()


def test_an_iterator_closed_early_leaves_nothing(trick, any_machine, folder):
    events = Run(trick(ROGUE.format("signal.pause()")), deadline=20, **any_machine).events()
    assert next(event for event in events if event.text == "ready")
    events.close()
    assert inside(folder) == []


def test_a_rogue_cannot_end_its_own_keeper(trick, folder, namespaces):
    """The keeper is PID 1 of the namespace, and deaf to SIGKILL from inside (pid_namespaces(7))."""
    kill = ROGUE.format("os.kill(os.getppid(), signal.SIGKILL); signal.pause()")
    assert list(Run(trick(kill), deadline=2).events())[-1].result == "timed out"
    assert inside(folder) == []


RUN_ALONE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from deck.programs import catalogue
from deck.programs.runner import Run
for event in Run(catalogue.read(Path(sys.argv[2]))).events():
    print(event.text, flush=True)
"""


def test_a_world_dies_with_its_runner(trick, folder):
    """SIGKILL the process that runs the trick: the leash goes with it."""
    path = trick(ROGUE.format("signal.pause()")).path
    command = [sys.executable, "-c", RUN_ALONE, catalogue.ROOT, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as runner:
        while runner.stdout.readline() != "ready\n":
            assert runner.poll() is None
        world = [os.pidfd_open(pid) for pid in pids_inside(folder)]
        assert world
        runner.send_signal(signal.SIGKILL)
    for process in world:
        assert select.select([process], [], [], 10)[0], "a process outlived its runner"
        os.close(process)


WORLD = """
    import os, socket
    print("interfaces:", [name for _, name in socket.if_nameindex()])
    print("capabilities:", open("/proc/self/status").read().split("CapEff:")[1].split()[0])
    print("root:", os.getuid() == 0)
    print("environment:", sorted(os.environ))
    print("descriptors:", sorted(map(int, os.listdir("/proc/self/fd")))[:-1])
    print("port 8000:", socket.create_server(("127.0.0.1", 8000)) is not None)
    open(os.path.join(os.environ["TMPDIR"], "mine"), "w").close()
    print("own file is read-only:", os.statvfs(__file__).f_flag & os.ST_RDONLY == 1)
    print("processes:", len([p for p in os.listdir("/proc") if p.isdigit()]))
"""


def test_the_world_of_a_run_is_small_and_private(trick, namespaces):
    said = output(list(Run(trick(WORLD)).events()))
    assert said == [
        "interfaces: ['lo']",
        "capabilities: 0000000000000000",
        "root: False",
        "environment: ['HOME', 'LANG', 'PATH', 'PYTHONDONTWRITEBYTECODE',"
        " 'PYTHONUNBUFFERED', 'TMPDIR']",
        "descriptors: [0, 1, 2]",
        "port 8000: True",
        "own file is read-only: True",
        "processes: 2",
    ]


def test_a_network_of_its_own_comes_with_the_right_to_change_it(trick, namespaces):
    code = "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(); print('raw')"
    assert output(list(Run(trick(code, "own net")).events())) == ["raw"]
    assert list(Run(trick(code)).events())[-1].result == "failed"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs real root")
def test_bluetooth_has_the_network_of_the_machine(trick, monkeypatch):
    """It exists in the first network namespace only; all else is shut off as ever."""
    monkeypatch.setattr(needs, "check", lambda *_, **__: needs.Verdict(True))
    code = "import os\nprint(os.readlink('/proc/self/ns/net'), os.getpid())"
    for need, same in (("root, module bluetooth", True), ("root", False)):
        [said] = output(list(Run(trick(code, need)).events()))
        network, pid = said.split()
        assert (network == os.readlink("/proc/self/ns/net")) is same
        assert pid == "2"


def test_a_recording_stays_the_same_when_nothing_changed(trick):
    program = trick("print('one')\nprint('two')")
    assert recording.read(program) is None
    events = list(Run(program).events())
    assert recording.write(program, events)
    before = program.cast.read_text()
    again = list(Run(program).events())
    assert recording.differences(program, again) == ""
    assert not recording.write(program, again)
    assert program.cast.read_text() == before
    kept = recording.read(program)
    assert kept.lines == ["one", "two"]
    assert [text for _, text in kept.events] == kept.lines


def test_another_output_is_shown_as_a_difference(trick):
    program = trick("print('one')")
    recording.write(program, Run(program).events())
    other = list(Run(trick("print('other')")).events())
    assert recording.differences(program, other).splitlines()[-2:] == ["-one", "+other"]


@pytest.mark.parametrize("damage", ["", "{}", '{"version": 2}\n[0.1, "o", "x"]', "no json"])
def test_a_damaged_recording_names_the_file_and_the_remedy(trick, damage):
    program = trick("print('one')")
    recording.write(program, Run(program).events())
    program.cast.write_text(damage)
    with pytest.raises(recording.RecordingError, match="record it again") as error:
        recording.read(program)
    assert str(program.cast) in str(error.value)


def test_a_recording_that_is_no_utf8_names_the_file_and_the_remedy(trick):
    program = trick("print('one')")
    recording.write(program, Run(program).events())
    program.recording.write_bytes("\xe4".encode("latin-1"))
    with pytest.raises(recording.RecordingError, match="record it again") as error:
        recording.read(program)
    assert str(program.recording) in str(error.value)
