"""What a world does when its machine is short of something, or its keeper is killed."""

import ast
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from processes import inside

from deck.programs import catalogue, isolation, recording, running, uml, worlds
from deck.programs import isolation_table as table
from deck.programs.runner import Run

FOREVER = "import signal\nprint('ready')\nsignal.pause()"


def test_when_the_keeper_is_killed_the_end_is_told_at_once(trick, any_machine, folder, monkeypatch):
    """Without a word of the program, which ends with it."""
    kept = []
    start = running.subprocess.Popen
    monkeypatch.setattr(
        running.subprocess, "Popen", lambda *a, **k: kept.append(start(*a, **k)) or kept[-1]
    )
    for event in Run(trick(FOREVER), deadline=60, **any_machine).events():
        if event.text == "ready":
            killed = time.monotonic()
            os.kill(kept[0].pid, signal.SIGKILL)
    assert time.monotonic() - killed < 10
    assert event.result == "failed"
    assert event.text == "the process that kept hold of it was killed (signal 9)"
    assert inside(folder) == []


LIMITED = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from deck.programs import catalogue
from deck.programs.runner import Run
most = int(sys.argv[4])
resource.setrlimit(getattr(resource, sys.argv[3]), (most, most))
*_, end = Run(catalogue.read(Path(sys.argv[2]))).events()
print(end.result, end.text)
"""


@pytest.mark.parametrize("limit, most", [("RLIMIT_NPROC", 255), ("RLIMIT_AS", 4_000_000 << 10)])
def test_a_lower_limit_of_the_machine_stays(trick, namespaces, limit, most):
    """`ulimit -u 255`, `ulimit -v 4000000`: ours are never above what is allowed."""
    program = trick(
        f"import resource\nassert resource.getrlimit(resource.{limit})[1] in ({most}, 256)"
    )
    command = [sys.executable, "-c", LIMITED, str(catalogue.ROOT), str(program.path), limit]
    done = subprocess.run([*command, str(most)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "passed", done


def test_whatever_goes_wrong_before_the_program_is_told(trick, namespaces, monkeypatch):
    monkeypatch.setattr(worlds, "capabilities", lambda _: ("no number",))
    *_, end = Run(trick("print('no')")).events()
    assert end.result in ("failed", "skipped")
    assert "no number" in end.text


@pytest.mark.parametrize("most, result", [(8, "skipped"), (64, "passed")])
def test_too_few_descriptors_are_a_skip_with_the_limit(trick, namespaces, most, result):
    program = trick("print('yes')")
    command = [sys.executable, "-c", LIMITED, str(catalogue.ROOT), str(program.path)]
    done = subprocess.run(
        [*command, "RLIMIT_NOFILE", str(most)], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith(result), done
    assert ("only 8 files may be open here: ulimit -n" in done.stdout) == (result == "skipped")


@pytest.mark.parametrize("most, result", [(0, "skipped"), (1 << 30, "passed")])
def test_files_that_may_not_grow_are_a_skip_with_the_limit(trick, namespaces, most, result):
    program = trick("import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'yes')")
    command = [sys.executable, "-c", LIMITED, str(catalogue.ROOT), str(program.path)]
    done = subprocess.run(
        [*command, "RLIMIT_FSIZE", str(most)], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith(result), done
    assert ("larger than 0 bytes here (ulimit -f)" in done.stdout) == (result == "skipped")


def test_a_world_that_cannot_start_leaks_no_descriptor(trick, monkeypatch):
    def fail(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(running.subprocess, "Popen", fail)
    made = trick("print('no')")
    before = os.listdir("/proc/self/fd")
    for _ in range(3):
        with pytest.raises(OSError, match="no more processes"):
            list(Run(made).events())
    assert os.listdir("/proc/self/fd") == before


def test_output_without_an_end_and_without_lines_is_cut(trick, any_machine):
    """1 GB without a newline takes neither our memory nor our time."""
    program = trick("import os\nfor _ in range(1 << 14):\n    os.write(1, b'x' * (1 << 16))")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    *_, end = Run(program, **any_machine).events()
    assert (end.result, end.text) == ("failed", "stopped: more than 1048576 bytes of output")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # kB


class Small:
    """A file system with one MB free."""

    f_bavail, f_frsize = 256, 4096


def test_a_lab_kernel_goes_where_its_memory_has_room(monkeypatch, tmp_path):
    """/dev/shm of 64 MB, as in a container: it would die at random."""
    truth = os.statvfs
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    small = {table.TMPDIR}
    monkeypatch.setattr(os, "statvfs", lambda path: Small if path in small else truth(path))
    folder = Path(worlds._folder(2 << 20))
    assert folder.parent == tmp_path
    folder.rmdir()
    small |= {str(tmp_path), "/var/tmp"}
    one_mb_is_there = Path(worlds._folder(1 << 20))
    assert one_mb_is_there.parent == Path(table.TMPDIR)
    one_mb_is_there.rmdir()
    with pytest.raises(worlds.NoRoom, match=r"needs 512 MB .* --shm-size"):
        worlds._folder(uml.MEMORY)


def test_want_of_room_is_a_skip(trick, monkeypatch):
    def none(*_, **__):
        raise worlds.NoRoom("needs 512 MB in /dev/shm")

    monkeypatch.setattr(worlds, "_folder", none)
    [end] = Run(trick("print('no')"), isolated=False).events()
    assert (end.result, end.text) == ("skipped", "needs 512 MB in /dev/shm")


@pytest.mark.parametrize("elsewhere, in_memory", [(1 << 30, False), (1 << 20, True)])
def test_a_bare_run_takes_a_folder_with_room_for_a_database(monkeypatch, elsewhere, in_memory):
    """64 MB of /dev/shm, as a container has, are too few; where none has more, they must do."""
    free = {table.TMPDIR: 64 << 20}
    monkeypatch.setattr(worlds, "_free", lambda path: free.get(path, elsewhere))
    folder = Path(worlds.Bare().scratch())
    folder.rmdir()
    assert (str(folder.parent) == table.TMPDIR) == in_memory


def test_the_last_words_of_a_lab_kernel_are_passed_on(trick, namespaces, monkeypatch):
    words = ["/bin/sh", "-c", "echo Kernel panic - no memory"]
    monkeypatch.setattr(uml, "command", lambda *_: words)
    kernel = uml.Kernel("6.1.0", "/usr/bin/linux.uml", "/usr/lib")
    *_, end = Run(trick("print('no')"), kernel=kernel).events()
    assert (end.result, end.text) == (
        "failed",
        "the lab kernel has died: Kernel panic - no memory",
    )


def test_a_recording_that_cannot_be_written_is_told(trick, monkeypatch):
    program = trick("print('one')")
    events = list(Run(program).events())

    def read_only(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", read_only)
    with pytest.raises(recording.RecordingError, match="Read-only file system; record in") as told:
        recording.write(program, events)
    assert str(program.recording) in str(told.value)


READ_ONLY_BY_REMOUNT = """
    import os
    from pathlib import Path
    rows = [row.split() for row in Path("/proc/self/mounts").read_text().splitlines()]
    print(sorted({row[1] for row in rows if "rw" in row[3].split(",")}))
"""


def test_before_linux_5_12_each_mount_is_made_read_only(trick, namespaces, folder):
    """A copy of the walls that has no mount_setattr(2)."""
    walls = (isolation.PACKAGE / "programs" / "isolation_walls.py").read_text()
    [call] = [
        ast.get_source_segment(walls, node)
        for node in ast.parse(walls).body
        if isinstance(node, ast.FunctionDef) and node.name == "_set_attributes"
    ]
    copy = folder / "old" / "deck" / "programs"
    copy.mkdir(parents=True)
    for path in (isolation.PACKAGE / "programs").glob("isolation*.py"):
        (copy / path.name).write_text(path.read_text())
    (copy / "isolation_walls.py").write_text(
        walls.replace(call, "def _set_attributes(*_):\n    return -1")
    )
    start = isolation.START.replace("sys.argv[1]", repr(str(folder / "old")))
    made = trick(READ_ONLY_BY_REMOUNT)
    told = {}
    for version, code in (("now", isolation.START), ("before", start)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(isolation, "START", code)
            *events, end = Run(made).events()
        told[version] = [event.text for event in events if event.kind == "stdout"], end.result
    assert told["before"] == told["now"] == (["['/dev/shm', '/proc']"], "passed")
