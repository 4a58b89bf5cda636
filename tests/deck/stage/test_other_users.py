"""Other users of the machine, who know the port, or stole a cookie or a token."""

import os
import subprocess
import sys

import pytest
from processes import PATIENCE

from deck.stage import peers

# What another user tries: argv is a uid, the stage's address, a cookie and a token; prints whether
# the deck came, whether it names the run socket, and how socket and token were answered.
FETCH = """
import encodings.idna, http.client, os, sys
uid, host, port, cookie, token = sys.argv[1:]
# Only now, so that Python itself may lie where the other user can't read.
if int(uid) != os.getuid():
    os.setgroups([])
    os.setgid(int(uid))
    os.setuid(int(uid))
here = f"127.0.0.1:{port}"
upgrade = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Origin": f"http://{here}",
    "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
def ask(path, **headers):
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    connection.request("GET", path, headers={"Host": here, "Cookie": cookie, **headers})
    return connection.getresponse()
page = ask("/").read()
print(b"A deck" in page, b"data-stage" in page, ask("/run", **upgrade).status,
      ask(f"/?token={token}").status)
"""
NOBODY = 65534
ANOTHER_USER = NOBODY if os.geteuid() == 0 else os.geteuid()
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")


def fetch_as(uid: int, port: int, cookie: str, token: str, host: str = "127.0.0.1") -> str:
    command = [sys.executable, "-I", "-S", "-c", FETCH, str(uid), host, str(port), cookie, token]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE)
    return done.stdout.strip()


def test_another_user_who_knows_the_port_sees_only_replays(stage):
    # To the stage, whoever has no cookie is another user; as root, it is one.
    assert fetch_as(ANOTHER_USER, stage.port, "", "guess") == "True False 403 403"


@only_root
def test_another_user_who_stole_the_cookie_is_found_out_by_the_kernel(stage):
    cookie = stage.presenter().cookie
    assert fetch_as(NOBODY, stage.port, cookie, "guess") == "True False 403 403"
    assert fetch_as(0, stage.port, cookie, "guess") == "True True 101 303"


@only_root
def test_another_user_who_read_the_token_can_t_use_it_up(stage):
    token = stage.addresses[0].partition("=")[2]
    assert fetch_as(NOBODY, stage.port, "", token) == "True False 403 403"
    assert len(stage.addresses) == 1
    assert "data-stage" in stage.presenter().get("/").text


@only_root
def test_another_user_can_t_hide_behind_ipv6(stage):
    """::ffff:127.0.0.1 is the same connection, but the kernel lists it in another table."""
    cookie = stage.presenter().cookie
    host = "::ffff:127.0.0.1"
    assert fetch_as(NOBODY, stage.port, cookie, "guess", host) == "True False 403 403"
    assert fetch_as(0, stage.port, cookie, "guess", host) == "True True 101 303"


def test_who_called_sudo_may_present(monkeypatch):
    monkeypatch.setenv("SUDO_UID", "4711")
    peers.presenters.cache_clear()
    assert peers.presenters() >= {0, os.geteuid(), 4711}
    peers.presenters.cache_clear()
