"""`python3 -m examples` as a learner types it, on a bare Python."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from deck.programs import catalogue, cli, proof, uml

ROOT = catalogue.ROOT


def examples(*arguments, **options):
    command = [sys.executable, "-S", "-m", "examples", *arguments]
    return subprocess.run(
        command, cwd=options.pop("cwd", ROOT), capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def clone(tmp_path):
    """A plain clone, in a folder with spaces, that tests may change."""
    folder = tmp_path / "a folder with spaces"
    (folder / "examples" / "demo").mkdir(parents=True)
    shutil.copytree(ROOT / "deck", folder / "deck", ignore=shutil.ignore_patterns("theme"))
    for name in ("__init__.py", "__main__.py"):
        (folder / "examples" / name).write_text((ROOT / "examples" / name).read_text())
    shutil.copytree(ROOT / "examples" / "support", folder / "examples" / "support")
    return folder


def test_alone_it_lists_the_tricks_by_family():
    listed = examples()
    assert listed.returncode == 0
    for trick in catalogue.tricks().values():
        assert f"{trick.id} " in listed.stdout and trick.title in listed.stdout


def test_the_list_is_there_for_programs():
    rows = json.loads(examples("list", "--json").stdout)
    assert {row["id"] for row in rows} == set(catalogue.tricks())
    for row in rows:
        assert list(row) == [
            "id", "title", "claim", "needs", "man", "since", "runnable", "reason",
        ]  # fmt: skip
        assert isinstance(row["runnable"], bool) and bool(row["reason"]) != row["runnable"]


def test_show_prints_the_code():
    shown = examples("show", "unix.pass_fd").stdout
    assert shown == (ROOT / "examples" / "unix" / "pass_fd.py").read_text()


def test_run_prints_what_is_recorded():
    ran = examples("run", "unix.pass_fd")
    assert ran.returncode == 0
    assert ran.stdout == (ROOT / "examples" / "unix" / "pass_fd.out").read_text()
    assert "passed" in ran.stderr


def test_a_trick_runs_with_no_machinery_at_all(tmp_path):
    """Without deck/: the trick and its scene are enough."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    bare = [sys.executable, "-I", "-S", "-u", "-c"]
    code = "import sys; sys.path.insert(0, '.'); import runpy; "
    code += "runpy.run_module('examples.unix.pass_fd', run_name='__main__')"
    ran = subprocess.run([*bare, code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.stdout == (ROOT / "examples" / "unix" / "pass_fd.out").read_text(), ran.stderr


@pytest.mark.parametrize("command", ["run", "show"])
def test_an_unknown_id_names_the_nearest(command):
    failed = examples(command, "unix.pass_df")
    assert failed.returncode == 2
    assert "did you mean unix.pass_fd" in failed.stderr


@pytest.mark.parametrize(
    "code, needs, status, word",
    [
        ("pass", "none", 0, "passed"),
        ("assert False", "none", 1, "failed"),
        ("pass", "program no-such-program", 77, "skipped"),
    ],
)
def test_the_status_says_how_it_ended(clone, code, needs, status, word):
    (clone / "examples" / "demo" / "one.py").write_text(
        f'"""One.\n\nIt ends.\n\n:needs: {needs}\n:man: none(7)\n:since: 2.6\n"""\n{code}\n'
    )
    ran = examples("run", "demo.one", cwd=clone)
    assert ran.returncode == status, ran.stderr
    assert word in ran.stderr


def test_a_changed_output_fails_and_names_the_trick(clone):
    source = (ROOT / "examples" / "unix" / "pass_fd.py").read_text()
    demo = clone / "examples" / "demo"
    (demo / "one.py").write_text(source)
    assert examples("record", "demo.one", cwd=clone).returncode == 0
    assert examples("run", "--all", cwd=clone).returncode == 0
    (demo / "one.py").write_text(source.replace('"reader: ', '"somebody: '))
    failed = examples("run", "--all", cwd=clone)
    assert failed.returncode == 1
    assert "failed demo.one" in failed.stderr and "+somebody: " in failed.stderr


def test_a_failing_trick_keeps_its_recording(clone):
    program = clone / "examples" / "demo" / "one.py"
    program.write_text((ROOT / "examples" / "unix" / "pass_fd.py").read_text())
    examples("record", "demo.one", cwd=clone)
    before = program.with_suffix(".out").read_text()
    program.write_text(program.read_text() + "    assert False\n")
    assert examples("record", "demo.one", cwd=clone).returncode == 1
    assert program.with_suffix(".out").read_text() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_tricks_from_a_read_only_clone():
    python = "/usr/bin/python3"
    if not os.path.exists(python):
        pytest.skip("this machine has no Python that other users may run")
    ran = subprocess.run(
        [python, "-m", "examples", "run", "unix.pass_fd", "pipes.fifo", "tcp.echo"],
        cwd=ROOT, user="nobody", group="nogroup", extra_groups=[],
        capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "3 passed, 0 failed" in ran.stdout


@pytest.mark.parametrize(("options", "tables"), [([], 1), (["--check"], 0)])
def test_prove_counts_for_each_kernel_and_keeps_the_table(options, tables, monkeypatch, capsys):
    written = []
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(proof, "write", written.append)
    assert cli.main(["prove", "unix.pass_fd", *options]) == 0
    assert capsys.readouterr().out == f"Linux {os.uname().release}: 1 passed, 0 failed\n"
    assert len(written) == tables
