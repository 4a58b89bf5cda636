"""The server of udp.dns answers dig, and its client asks the very bytes that dig asks."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator

import pytest

from examples.udp import dns

pytestmark = pytest.mark.skipif(
    not shutil.which("dig"), reason="needs the Debian package bind9-dnsutils"
)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """A server that answers one question."""
    with dns.open_server() as server:
        thread = threading.Thread(target=dns.serve, args=(server, 1))
        thread.start()
        yield server
        thread.join()


def dig(server: socket.socket, *question: str) -> str:
    address, port = server.getsockname()
    once = ["+tries=1", "+time=5"]
    command = ["dig", f"@{address}", "-p", str(port), *once, *question]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout


@pytest.mark.parametrize("options", [[], ["+noedns"], ["+norecurse"]])
def test_dig_finds_the_address(server, options):
    assert dig(server, *options, "+noall", "+answer", "talk.example", "A").split() == [
        *("talk.example.", "300", "IN", "A", "192.0.2.7")
    ]


def test_letters_may_be_large_or_small(server):
    assert dig(server, "+short", "TALK.example").strip() == "192.0.2.7"


def test_an_unknown_name_does_not_exist(server):
    answer = dig(server, "nobody.example", "A")
    assert "status: NXDOMAIN" in answer
    assert "flags: qr aa rd;" in answer
    assert "malformed" not in answer.lower()


def test_a_known_name_has_no_address_of_another_kind(server):
    answer = dig(server, "talk.example", "AAAA")
    assert "status: NOERROR" in answer
    assert "ANSWER: 0" in answer


def test_the_question_is_the_one_that_dig_asks():
    with dns.open_server() as server:
        command = threading.Thread(
            target=dig, args=(server, "+noedns", "+noadflag", "talk.example")
        )
        command.start()
        asked, client = server.recvfrom(512)
        server.sendto(dns.answer(asked), client)
        command.join()
    number = slice(0, 2)
    ours = dns.question(b"talk.example")
    assert asked[number.stop :] == ours[number.stop :]
