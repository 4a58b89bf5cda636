"""What reaches a terminal: colours, and nothing that a program could do to it."""

import os
import subprocess
import sys

import pytest
from command_line import ROOT, examples, on_a_terminal, write_demo

NASTY = "\\x1b]52;c;aGk=\\x07\\x1b]0;title\\x07\\x1b[2Jred \\x1b[31mred\\x1b[0m \\u202etxet"


def test_on_a_terminal_a_program_has_colours_and_no_other_escape(clone):
    write_demo(clone, "one", f'print("{NASTY}")')
    written = on_a_terminal("run", "demo.one", cwd=clone)
    for escape in ("\x1b]", "\x1b[2J", "\x07", "\u202e"):
        assert escape not in written
    assert "␛]52;c;aGk=␇" in written and "<U+202E>txet" in written
    assert "\x1b[31mred\x1b[0m" in written


@pytest.mark.thorough(kind="without colours")
@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_there_is_no_escape_at_all(clone, environment):
    write_demo(clone, "one", f'print("{NASTY}")')
    assert "\x1b" not in on_a_terminal("run", "demo.one", cwd=clone, **environment)


def test_on_a_terminal_the_result_has_its_colour():
    assert "\x1b[32m✔\x1b[0m passed" in on_a_terminal("run", "tcp.echo")


def test_what_is_no_terminal_gets_the_bytes_as_they_are(clone):
    write_demo(clone, "one", f'print("{NASTY}")')
    ran = examples("run", "demo.one", cwd=clone)
    assert ran.stdout.startswith("\x1b]52;c;aGk=\x07") and "\x1b[32m" not in ran.stderr


def test_a_reader_who_goes_away_is_no_error():
    command = [sys.executable, "-S", "-m", "examples", "list"]
    listing = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    listing.stdout.readline()
    listing.stdout.close()
    assert listing.stderr.read() == b""
    listing.stderr.close()
    listing.wait(60)


@pytest.mark.thorough(kind="another encoding")
@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_another_encoding_is_no_error(encoding):
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    for command in (["list"], ["run", "tcp.echo"]):
        ran = subprocess.run(
            [sys.executable, "-S", "-m", "examples", *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        assert b"Traceback" not in ran.stderr
