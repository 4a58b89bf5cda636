"""No program outlives its run, whatever it does, or holds up the stage."""

import socket
from pathlib import Path

import pytest
from open_stage import WAITS, OpenStage, write_trick
from processes import processes_of
from stage_client import ends, lines

from deck.stage.runs import AT_ONCE, MAX_LINES


def is_answer(message: dict) -> bool:
    """Whether a run was refused, or has come as far as WAITS goes by itself."""
    return message["type"] == "error" or message.get("text") == "ready"


@pytest.mark.thorough(kind="a hundred runs")
def test_a_hundred_runs_at_once(stage):
    ids = [write_trick(stage.root, WAITS) for _ in range(100)]
    with stage.presenter().socket() as window:
        for id in ids:
            window.say(run=id)
        window.hear_all(is_answer, 100)
        running = [id for id in ids if processes_of(id)]
        assert running == ids[:AT_ONCE]
        stage.close()
    assert not any(map(processes_of, ids))


@pytest.mark.thorough(kind="a hundred runs")
def test_a_hundred_times_the_same_from_many_windows(stage):
    id = write_trick(stage.root, WAITS)
    browser = stage.presenter()
    with browser.socket() as one, browser.socket() as two:
        for window in (one, two) * 50:
            window.say(run=id)
        # One of the hundred ran, and both windows see it.
        heard = one.hear_all(is_answer, 50) + two.hear_all(is_answer, 51)
        assert sum(message["type"] == "error" for message in heard) == 99
        assert len({message["run"] for message in heard if "run" in message}) == 1
        one.say(stop=id)
        one.hear_all(ends(id), 1)
    assert not processes_of(id)


DAEMONS = """
    import os, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    read, write = os.pipe()
    for _ in range(20):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(write, b"!")
                os.close(1)
                while True:
                    signal.pause()
            os._exit(0)
    for _ in range(20):
        os.read(read, 1)
    print("ready")
"""


def test_daemons_that_ignore_sigterm_are_stopped(stage):
    id = write_trick(stage.root, DAEMONS + "    signal.pause()\n")
    with stage.presenter().socket() as window:
        window.start(id)
        assert len(processes_of(id)) > 20
        window.say(stop=id)
        assert window.hear_until(ends(id))[-1]["result"] == "cancelled"
        assert not processes_of(id)


def test_daemons_do_not_outlive_the_program(stage):
    id = write_trick(stage.root, DAEMONS)
    with stage.presenter().socket() as window:
        assert window.run(id)[-1]["result"] == "passed"
        assert not processes_of(id)


def test_a_program_whose_children_fork_and_fork(stage):
    id = write_trick(
        stage.root,
        """
        import os, signal
        print("ready")
        # 512 processes; without end it would be the machine's trouble, where it grants root more.
        for _ in range(9):
            try:
                os.fork()
            except OSError:
                break
        signal.pause()
        """,
    )
    with stage.presenter().socket() as window:
        window.start(id)
        window.say(stop=id)
        assert window.hear_until(ends(id))[-1]["result"] == "cancelled"
        assert not processes_of(id)


@pytest.mark.thorough(kind="prints without end")
@pytest.mark.parametrize(
    "body",
    [
        "while True: print('and on')",
        "while True: print()",
        "import os\nwhile True: os.write(1, b'x' * 65536)",
        "import os\nwhile True: os.write(2, b'\\xff\\x1b[2J' * 1000)",
        "import os\nif os.fork(): os.wait()\nos.setsid()\nwhile True: print('and on')",
    ],
)
def test_a_program_that_prints_without_end(stage, body):
    id = write_trick(stage.root, body)
    with stage.presenter().socket() as window:
        heard = window.run(id)
        end = heard[-1]
        assert end["result"] == "failed"
        assert end["text"].startswith("stopped: more than")
        assert len(heard) <= MAX_LINES + 2
        assert not processes_of(id)


def test_a_window_that_does_not_listen_is_dropped_and_holds_up_nobody(root):
    burst = MAX_LINES + 100
    with OpenStage(root, backlog=burst) as stage:
        # What the kernel keeps for a window, so that it is soon full.
        stage.stage.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        noisy = write_trick(root, "while True: print('x' * 60)")
        browser = stage.presenter()
        with browser.socket(deaf=True) as deaf, browser.socket() as listening:
            assert deaf.hear()["type"] == listening.hear()["type"] == "hello"
            assert stage.windows == 2
            while stage.windows == 2:
                assert listening.run(noisy)[-1]["kind"] == "end"


def test_a_program_that_never_ends(root):
    with OpenStage(root, deadline=1.0) as stage, stage.presenter().socket() as window:
        id = write_trick(root, "while True: pass")
        end = window.run(id)[-1]
        assert (end["result"], end["text"]) == ("timed out", "stopped after 1 s")
        assert not processes_of(id)


def test_a_window_that_leaves_does_not_leave_its_run_behind(stage):
    """The run goes on for the other windows; it is the stage that ends it."""
    id = write_trick(stage.root, WAITS)
    with stage.presenter().socket() as window:
        window.start(id)
    assert processes_of(id)
    stage.close()
    assert not processes_of(id)


def test_a_program_can_t_reach_the_stage(stage):
    """A run has a network of its own, so that no trick can press the button for another."""
    id = write_trick(
        stage.root,
        f"""
        import socket
        try:
            socket.create_connection(("127.0.0.1", {stage.port}))
        except ConnectionRefusedError:
            print("refused")
        """,
    )
    with stage.presenter().socket() as window:
        start, *said = window.run(id)[1:]
    if "own" not in start["text"]:
        pytest.skip("this machine gives runs no network of their own")
    assert lines(said) == ["refused"]


def test_a_program_sees_nothing_of_the_stages_settings(stage, monkeypatch):
    monkeypatch.setenv("STAGE_SECRET", "for us alone")
    id = write_trick(stage.root, "import os\nprint(os.environ.get('STAGE_SECRET'))")
    with stage.presenter().socket() as window:
        assert lines(window.run(id)) == ["None"]


def test_a_trick_that_is_a_link_or_a_folder_elsewhere(stage, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text("print('outside')")
    (Path(stage.root) / "examples" / "demo" / "linked.py").symlink_to(outside)
    with stage.presenter().socket() as window:
        window.hear()
        window.say(run="demo.linked")
        # It lacks what every trick says of itself.
        assert "no docstring" in window.hear()["text"]
