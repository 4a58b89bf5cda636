"""Where followers come in: asked for in words, on one address, and only when asked."""

import contextlib
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from open_stage import StageProcess, write_deck
from stage_client import Browser

from deck.stage.followers import address
from deck.stage.followers.address import open_at
from deck.stage.lock import StageError


@contextlib.contextmanager
def opened(wanted: str) -> Iterator[address.Entrance]:
    place = open_at(wanted)
    with place.listener:
        yield place


def test_an_address_and_a_port():
    with opened("127.0.0.1:0") as place:
        port = place.listener.getsockname()[1]
        assert place.address == f"http://127.0.0.1:{port}"
        assert place.hosts == {f"127.0.0.1:{port}"}


def test_a_name_may_be_asked_by_its_address_too():
    with opened("localhost:0") as place:
        number, port = place.listener.getsockname()[:2]
        assert place.address == f"http://localhost:{port}"
        name = f"[{number}]" if ":" in number else number
        assert place.hosts == {f"localhost:{port}", f"{name}:{port}"}


def test_by_default_it_is_this_machines_own_address(monkeypatch):
    monkeypatch.setattr(address, "_own", lambda: "127.0.0.1")
    with opened("") as place:
        assert place.address.startswith("http://127.0.0.1:")
    with opened(":0") as place:
        assert place.address.startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_is_changed_only_where_nobody_named_it(monkeypatch):
    with opened("127.0.0.1:0") as first:
        port = first.listener.getsockname()[1]
        with pytest.raises(StageError, match=r"already in use.*Choose another"):
            open_at(f"127.0.0.1:{port}")
        monkeypatch.setattr(address, "PORT", port)
        with opened("127.0.0.1") as other:
            assert other.listener.getsockname()[1] != port


@pytest.mark.parametrize(
    "wanted",
    [
        "0.0.0.0",
        "[::]:80",
        "::",
        "http://x",
        "a/b",
        "me@x",
        "x:port",
        "x:70000",
        "[::1",
        "0.0.0.0:1",
    ],
)
def test_what_is_no_address_of_one_machine_is_refused(wanted):
    with pytest.raises(StageError, match="write ADDRESS"):
        open_at(wanted)


def test_an_address_of_somebody_else_is_refused():
    with pytest.raises(StageError, match=r"192.0.2.1, port 80"):
        open_at("192.0.2.1:80")


def test_without_a_network_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(address, "FAR", ())
    with pytest.raises(StageError, match=r"on no network.*FOLLOWERS=ADDRESS"):
        open_at("")


def listening(pid: int) -> set[str]:
    """The local addresses at which this process and its children listen."""
    sockets = set()
    for child in (pid, *_children(pid)):
        for link in Path(f"/proc/{child}/fd").iterdir():
            with contextlib.suppress(OSError):
                sockets.add(os.readlink(link).removeprefix("socket:[").rstrip("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = [*row.split()[:4], row.split()[9]]
            if state == "0A" and inode in sockets:
                host = local.partition(":")[0]
                number = struct.pack("=I", int(host, 16)) if len(host) == 8 else None
                found.add(socket.inet_ntoa(number) if number else host)
    return found


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [each for child in map(int, text.split()) for each in (child, *_children(child))]


def test_without_the_flag_nothing_listens_beyond_loopback(tmp_path):
    with StageProcess(write_deck(tmp_path), "--port", "0") as stage:
        presenter = stage.presenter()
        assert listening(stage.process.pid) == {"127.0.0.1"}
        assert presenter.get("/followers.svg").status == 404


def test_with_the_flag_only_the_address_that_was_named_does(tmp_path):
    options = ("--port", "0", "--followers", "127.0.0.2:0")
    with StageProcess(write_deck(tmp_path), *options) as stage:
        presenter = stage.presenter()
        assert listening(stage.process.pid) == {"127.0.0.1", "127.0.0.2"}
        assert presenter.get("/followers.svg").text.startswith("<svg")
        assert Browser(presenter.port).get("/followers.svg").status == 404  # not let in
