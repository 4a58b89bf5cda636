"""A database server that ends before it is ready is noticed at once, and its words are shown."""

import time

import pytest

from examples.support import databases

PROGRAM = """#!/bin/sh
echo "[ERROR] this disk is made of cheese" >&{stream}
exit 1
"""


@pytest.fixture
def cheese(tmp_path, monkeypatch):
    """Servers that say what is wrong, and end."""
    for name, stream in (("mariadbd", 2), ("redis-server", 1)):
        program = tmp_path / name
        program.write_text(PROGRAM.format(stream=stream))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


@pytest.mark.parametrize("server", [databases.mariadb, databases.redis])
def test_a_server_that_ends_is_noticed_at_once_with_its_words(server, cheese):
    began = time.monotonic()
    with (
        pytest.raises(ChildProcessError, match=r"has ended: .*made of cheese"),
        server(str(cheese)),
    ):
        raise AssertionError("it was never ready")
    assert time.monotonic() - began < databases.DEADLINE / 4
