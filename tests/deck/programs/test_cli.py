"""What a learner types: list, show, run, record."""

import json
import os
import resource
import subprocess
import sys

import pytest
from command_line import ROOT, examples, python, write_demo

from deck.programs import catalogue, cli, cli_options


@pytest.mark.thorough(kind="the list of tricks")
def test_alone_it_lists_the_tricks_by_family():
    listed = examples()
    assert listed.returncode == 0
    for trick in catalogue.tricks().values():
        assert f"{trick.id} " in listed.stdout and trick.title in listed.stdout


@pytest.mark.thorough(kind="the list of tricks")
def test_the_list_is_there_for_programs():
    rows = json.loads(examples("list", "--json").stdout)
    assert {row["id"] for row in rows} == set(catalogue.tricks())
    for row in rows:
        assert list(row) == [
            "id", "title", "claim", "needs", "man", "since", "runnable", "reason", "world",
            "variants",
        ]  # fmt: skip
        assert isinstance(row["runnable"], bool) and bool(row["reason"]) != row["runnable"]
        assert bool(row["world"]) == row["runnable"]


def test_show_prints_the_code():
    shown = examples("show", "unix.pass_fd").stdout
    assert shown == (ROOT / "examples" / "unix" / "pass_fd.py").read_text()


def test_show_names_the_helpers_of_a_trick_and_prints_them_if_asked():
    named = examples("show", "tcp.multipath").stderr
    for helper in ("mptcp", "hosts", "rtnetlink", "scene"):
        assert f"examples/support/{helper}.py" in named
    printed = examples("show", "--all", "tcp.multipath").stdout
    assert "# ---- examples/support/mptcp.py" in printed and "def announce(" in printed


def test_what_is_read_does_not_depend_on_the_encoding_of_the_locale():
    strict = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning", "-m", "examples"]
    shown = subprocess.run(
        [sys.executable, *strict, "show", "--all", "tcp.nagle~nagle_on"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (shown.returncode, shown.stderr) == (0, "")


def test_show_prints_a_variant_changed():
    shown = examples("show", "tcp.nagle~nagle_on").stdout
    assert "socket.TCP_NODELAY, 0" in shown and "socket.TCP_NODELAY, 1" not in shown


def test_run_says_title_and_claim_and_prints_what_is_recorded():
    trick = catalogue.find("unix.pass_fd")
    ran = examples("run", "unix.pass_fd")
    assert ran.returncode == 0
    assert ran.stdout == trick.recording.read_text()
    title, claim = ran.stderr.split("\n", 1)
    assert title == trick.title
    assert trick.claim in claim.replace("\n", " ")
    assert "unix(7)" in ran.stderr and "passed" in ran.stderr


def test_run_takes_a_variant_and_says_what_has_to_come_of_it():
    ran = examples("run", "unix.pass_fd~wrong_fd")
    assert ran.returncode == 0, ran.stderr
    assert "as it must: fails ChildProcessError" in ran.stderr


@pytest.mark.thorough(kind="another way to write an id")
@pytest.mark.parametrize("id", ["examples/unix/pass_fd.py", "examples.unix.pass_fd"])
def test_a_path_and_a_module_are_ids_too(id):
    assert examples("run", id).returncode == 0


def test_a_trick_started_by_its_path_runs_and_one_that_needs_a_world_says_how():
    ran = python("examples/tcp/echo.py")
    assert ran.stdout == (ROOT / "examples" / "tcp" / "echo.out").read_text(), ran.stderr
    if len(os.listdir("/sys/class/net")) > 1:
        refused = python("examples/ip/v6.py")
        assert refused.stderr.endswith("python3 -m examples run ip.v6\n")


def test_each_family_finds_the_package_when_started_by_path():
    ways = {path.parent.name: path.read_text() for path in ROOT.glob("examples/*/examples.py")}
    families = {trick.family for trick in catalogue.tricks().values()}
    assert set(ways) == families, "copy the file examples.py of another family"
    assert len(set(ways.values())) == 1


@pytest.mark.thorough(kind="without assertions")
@pytest.mark.parametrize("arguments", [["-m", "examples.tcp.echo"], ["-m", "examples", "list"]])
def test_without_assertions_nothing_runs(arguments):
    refused = python("-O", *arguments)
    assert refused.returncode == 1
    assert "leaves those out" in refused.stderr
    assert refused.stdout == ""


def test_a_trick_runs_with_no_machinery_at_all(tmp_path):
    """Without deck/: the trick and its scene are enough."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    bare = [sys.executable, "-I", "-S", "-u", "-c"]
    code = "import sys; sys.path.insert(0, '.'); import runpy; "
    code += "runpy.run_module('examples.unix.pass_fd', run_name='__main__')"
    ran = subprocess.run([*bare, code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ran.stdout == (ROOT / "examples" / "unix" / "pass_fd.out").read_text(), ran.stderr


@pytest.mark.thorough(kind="an unknown id")
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
    write_demo(clone, "one", code, needs=needs)
    ran = examples("run", "demo.one", cwd=clone)
    assert ran.returncode == status, ran.stderr
    assert word in ran.stderr


@pytest.mark.thorough(kind="a changed output")
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


@pytest.mark.thorough(kind="a broken file")
@pytest.mark.parametrize("broken", ["def (:", "pass"])
def test_one_broken_file_harms_no_other(clone, broken):
    """A syntax error, and a program without docstring."""
    write_demo(clone, "good", "print('here')")
    path = clone / "examples" / "demo" / "bad.py"
    path.write_text(broken)
    listed = examples("list", cwd=clone)
    assert listed.returncode == 0
    assert "demo.good" in listed.stdout and f"{path}:1: " in listed.stdout
    assert examples("run", "demo.good", cwd=clone).stdout == "here\n"
    ran = examples("run", "--all", cwd=clone)
    assert ran.returncode == 1 and "1 passed, 1 failed" in ran.stdout
    assert f"{path}:1: " in ran.stderr
    assert "1 passed, 1 failed" in examples("run", "demo", cwd=clone).stdout
    assert examples("run", "demo.bad", cwd=clone).returncode == 2


def test_one_broken_table_of_variants_harms_nothing_else(clone):
    write_demo(clone, "good", "print('here')")
    table = write_demo(clone, "odd", "print('there')").with_suffix(".toml")
    table.write_text("[loud")
    said = f"{table}:1: "
    listed = examples("list", cwd=clone)
    assert listed.returncode == 0 and said in listed.stdout and "demo.good" in listed.stdout
    rows = examples("list", "--json", cwd=clone)
    assert [row["id"] for row in json.loads(rows.stdout)] == ["demo.good", "demo.odd"]
    assert said in rows.stderr
    kept = examples("record", "demo", cwd=clone)
    assert kept.returncode == 1 and said in kept.stderr
    assert kept.stdout == "demo.good: recorded\ndemo.odd: recorded\n"


@pytest.mark.thorough(kind="a changed output")
def test_a_changed_output_fails_one_run_as_it_fails_many(clone):
    path = write_demo(clone, "one", "print('before')")
    assert examples("record", "demo.one", cwd=clone).returncode == 0
    path.write_text(path.read_text().replace("before", "after"))
    for command in (["demo.one"], ["demo.one", "demo.one"], ["--all"]):
        ran = examples("run", *command, cwd=clone)
        assert ran.returncode == 1
        assert "+after" in ran.stderr and "examples record demo.one" in ran.stderr


def test_a_failure_names_its_line_of_code(clone):
    path = write_demo(clone, "one", "def main():\n    moved = 0\n    assert moved\n\nmain()")
    number = path.read_text().splitlines().index("    assert moved") + 1
    assert (
        f"examples/demo/one.py:{number}: assert moved"
        in examples("run", "demo.one", cwd=clone).stderr.splitlines()[-1]
    )


@pytest.mark.thorough(kind="odd output recorded")
@pytest.mark.parametrize("odd", ["\\r", "\\f", "\\v", "\\u2028", "\\x85", "\\x1c", ""])
def test_whatever_a_trick_prints_can_be_recorded(clone, odd):
    write_demo(clone, "one", f'print("one{odd}two")' if odd else "pass")
    assert examples("record", "demo.one", cwd=clone).returncode == 0
    ran = examples("run", "demo.one", cwd=clone)
    assert ran.returncode == 0, ran.stderr
    assert "unchanged" in examples("record", "demo.one", cwd=clone).stdout


@pytest.mark.thorough(kind="an unknown id")
@pytest.mark.parametrize("id", ["UNIX.PASS_FD", "pass_fd", "unix.passfd", "unix/pass_fd"])
def test_a_wrong_id_gets_the_right_one_for_an_answer(id):
    assert "did you mean unix.pass_fd" in examples("run", id).stderr


@pytest.mark.thorough(kind="rounds")
@pytest.mark.parametrize("times", ["0", "-1", "some"])
def test_a_number_of_rounds_is_one_or_more(times):
    refused = examples("run", "tcp.echo", "--times", times)
    assert refused.returncode == 2 and "write 1 or more" in refused.stderr


def cpu_of(*command):
    """The least of five, in seconds of CPU, of a command and all that it started."""
    used = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(used)


def test_to_run_a_trick_costs_little_more_than_the_trick():
    """Two to three times as much, of which half is the start of Python and of its isolation."""
    bare = cpu_of(sys.executable, "-m", "examples.unix.pass_fd")
    assert cpu_of(sys.executable, "-m", "examples", "run", "unix.pass_fd") <= 4 * bare


LATER = (
    "argparse gettext ast ctypes inspect dataclasses shutil tempfile json difflib tomllib"
    " concurrent socket deck.measuring"
)
OF_OTHERS = (
    "cli_options proof spare stand_in at_once failure outlook preflight cli_read cli_prove kernels"
)


@pytest.mark.parametrize("id", ["unix.pass_fd", "nothing.of_the_kind", "tcp", ""])
def test_run_of_one_id_has_the_options_that_argparse_reads(id):
    quick = vars(cli.read(["run", id], "examples"))
    assert quick == vars(cli_options.parser().parse_args(["run", id]))


def test_what_is_no_id_is_read_by_argparse(capsys):
    with pytest.raises(SystemExit):
        cli.read(["run", "--times"], "examples")
    assert vars(cli.read(["run", "--all"], "examples"))["all"] is True


def test_run_loads_nothing_that_it_does_not_need():
    unwanted = (*LATER.split(), *(f"deck.programs.{name}" for name in OF_OTHERS.split()))
    code = (
        "import sys; from deck.programs import cli; cli.main(['run', 'unix.pass_fd']);"
        f"print([name for name in {unwanted} if name in sys.modules])"
    )
    assert python("-c", code).stdout.splitlines()[-1] == "[]"
