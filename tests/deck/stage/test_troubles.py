"""What a machine can't do, or no longer: said on the page and in the terminal, with a remedy."""

import asyncio
import errno
import os
import socket
import subprocess
import sys

import pytest
from open_stage import OpenStage, StageProcess, write_trick
from processes import PATIENCE
from stage_client import is_a

from deck.programs.catalogue import ROOT
from deck.stage import connections
from deck.stage.command import listen, main
from deck.stage.server import Stage
from deck.stage.survey import survey
from deck.stage.watch import Watcher


def edit(root, text: str) -> None:
    (root / "slides" / "index.rst").write_text(f"Deck\n====\n\n{text}\n")


# Saved files


def test_a_save_while_the_stage_is_starting_is_seen(root):
    async def start() -> set:
        with listen("127.0.0.1", 0) as listener:
            stage = Stage(root, listener)
            build = stage.builder.build

            async def build_and_save():
                outcome = await build()
                edit(root, "saved after this build had read it")
                return outcome

            stage.builder.build = build_and_save
            try:
                await stage.prepare()
                return await asyncio.wait_for(stage.watcher.changes(), PATIENCE)
            finally:
                await stage.close()

    assert {path.name for path in asyncio.run(start())} == {"index.rst"}


def unshared(*commands: str) -> tuple[str, ...]:
    """Start what follows after these commands, in a user and mount namespace of its own."""
    first = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")
    probe = subprocess.run([*first, "; ".join(commands)], capture_output=True, text=True)
    if probe.returncode:
        pytest.skip(f"this machine does not let us: {probe.stderr.strip()}")
    return (*first, "; ".join([*commands, 'exec "$@"']), "sh")


def test_where_saved_files_are_not_told_of_they_are_looked_for(root):
    no_inotify = unshared("echo 0 >/proc/sys/user/max_inotify_instances")
    # Who looks for changes compares times by the second.
    os.utime(root / "slides" / "index.rst", (0, 0))
    with StageProcess(root, "--port", "0", first=no_inotify) as started:
        browser = started.presenter()
        assert any("sudo sysctl fs.inotify" in line for line in started.printed)
        with browser.socket() as window:
            window.hear()
            assert "sudo sysctl fs.inotify" in window.hear()["text"]
            edit(root, "second words")
            window.hear_until(is_a("reload"))
        assert "second words" in browser.get("/").text


def test_a_watcher_that_ends_is_told(root):
    async def watch() -> list[str]:
        told: list[str] = []
        watcher = Watcher(root, told.append)

        async def ends(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, "gone")

        watcher._note = ends
        await watcher.begin()
        await asyncio.wait(watcher._tasks, timeout=PATIENCE)
        return told

    told = asyncio.run(watch())
    assert any("Saved files are not seen any more" in text for text in told)


def test_a_full_disk_is_told_on_the_page_and_in_the_terminal(root):
    small = root / "_build" / "stage"
    small.mkdir()
    full = unshared(f"mount -t tmpfs -o size=64k small {small}")
    with StageProcess(root, "--port", "0", first=full) as started:
        browser = started.presenter()
        assert any("No space left on device" in line for line in started.printed)
        assert "Free some room, and save a file again." in started.printed
        with browser.socket() as window:
            window.hear()
            broken = window.hear_until(is_a("broken"))[-1]
        assert "Free some room" in broken["text"]
        assert "Traceback" not in broken["text"]


def test_what_cannot_be_kept_is_told(root):
    with OpenStage(root) as stage:
        (root / "_build" / "stage").write_text("in the way")
        with stage.presenter().socket() as window:
            window.hear()
            trouble = window.hear()
            assert "each browser that was let in needs the fresh address" in trouble["text"]
            window.say(at="#/pipes")
            assert "after a crash the talk opens at its first slide" in window.hear()["text"]


# Connections


def silent(stage: OpenStage, number: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", stage.port), PATIENCE) for _ in range(number)]


def test_silent_connections_shut_nobody_out(stage):
    crowd = silent(stage, 1100)
    try:
        with stage.presenter().socket() as window:
            assert window.hear()["type"] == "hello"
        # The first ones are closed; the last ones may still ask for something.
        assert crowd[0].recv(1) == b""
        crowd[-1].sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{stage.port}\r\n\r\n".encode())
        assert crowd[-1].recv(15) == b"HTTP/1.1 200 OK"
    finally:
        for connection in crowd:
            connection.close()


def test_a_silent_connection_is_closed_after_a_while(stage, monkeypatch):
    monkeypatch.setattr(connections, "SILENCE", 0.05)
    for request in (b"", b"GET / HT"):
        [connection] = silent(stage, 1)
        with connection:
            connection.sendall(request)
            assert connection.recv(1) == b""


def test_a_lack_of_descriptors_is_told_once(root, capsys):
    async def lack() -> list[str]:
        with listen("127.0.0.1", 0) as listener:
            stage = Stage(root, listener)
            connections.tell_once(stage.trouble)
            window = stage.runs.join()
            loop = asyncio.get_running_loop()
            for _ in range(1000):
                error = OSError(errno.EMFILE, "Too many open files")
                loop.call_exception_handler({"message": "accept", "exception": error})
            return [window.messages.get_nowait() for _ in range(window.messages.qsize())]

    hello, trouble = asyncio.run(lack())
    assert "hello" in hello
    assert "Too many open files" in trouble
    assert capsys.readouterr().err.count("Too many open files") == 1


def test_as_many_descriptors_as_there_may_be():
    """The soft limit is often 1024, and the hard one half a million."""
    code = (
        "import resource; from deck.stage import connections;"
        "before = resource.getrlimit(resource.RLIMIT_NOFILE);"
        "print(connections.descriptors(), before[1], resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        ["sh", "-c", 'ulimit -Sn 64; exec "$0" -c "$1"', sys.executable, code],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert len(set(done.stdout.split())) == 1, done.stderr


# Addresses


def test_a_forwarded_port_must_be_the_same_one(stage):
    answer = stage.stranger().get("/", Host="localhost:9611")
    assert answer.status == 421
    assert f"ssh -L {stage.port}:localhost:{stage.port}" in answer.text
    assert "at port 9611" in answer.text


@pytest.mark.parametrize("host", ["evil.example:9611", "localhost:9611evil", "localhost:"])
def test_a_foreign_name_learns_no_port(stage, host):
    answer = stage.stranger().get("/", Host=host)
    assert (answer.status, str(stage.port) in answer.text) == (421, False)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "OPTIONS"])
def test_only_get_uses_the_token_up(stage, method):
    path = stage.addresses[0].partition(str(stage.port))[2]
    browser = stage.stranger()
    assert browser.get(path, method=method).getheader("Set-Cookie") is None
    assert len(stage.addresses) == 1
    assert browser.enter(stage.addresses[0]).status == 303


@pytest.mark.parametrize("port", ["99999", "-1", "http", "8000x", ""])
def test_a_port_that_is_none_is_a_sentence(port, capsys):
    with pytest.raises(SystemExit):
        main([f"--port={port}"])
    assert f"'{port}' is no port; write a number up to 65535" in capsys.readouterr().err


# What can run


def test_what_was_installed_since_is_found(root):
    """A survey asks anew, the talk's own probes too."""
    (root / "examples" / "talk.py").write_text(
        "from pathlib import Path\n"
        "def there():\n"
        "    '''the file `there`'''\n"
        "    return '' if (Path(__file__).parent / 'there').exists() else 'it is not there'\n"
        "PROBES = {'there': there}\n"
    )
    id = write_trick(root, "print('here')", needs="there")
    assert not survey(root).verdicts[id].runnable
    (root / "examples" / "there").write_text("")
    assert survey(root).verdicts[id].runnable


def test_the_page_hears_of_new_slides_first_and_of_programs_only_when_they_changed(root, started):
    with started.presenter().socket() as window:
        window.hear()
        for text in ("second words", "third words"):
            edit(root, text)
            assert window.hear() == {"type": "reload"}
        id = write_trick(root, "print('here')")
        assert window.hear() == {"type": "reload"}
        assert window.hear_until(is_a("tricks"))[-1]["tricks"][id]["runnable"] is True


def test_one_file_that_cannot_be_read_hides_no_other(root):
    id = write_trick(root, "print('here')")
    (root / "examples" / "demo" / "spoilt.py").write_text("def (\n")
    found = survey(root)
    assert found.verdicts[id].runnable
    assert "spoilt.py:1" in found.verdicts["demo.spoilt"].reason
    assert "spoilt.py:1" in found.faults[0]
