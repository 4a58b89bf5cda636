"""Other pages in the presenter's browser: foreign origins, foreign hosts, frames."""

import http.client
import socket

import pytest
from processes import PATIENCE
from stage_client import refused


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example",
        "http://localhost:{port}",
    ],
)
def test_foreign_origin(stage, origin):
    presenter = stage.presenter()
    origin = origin and origin.format(port=stage.port)
    assert refused(presenter, origin=origin) == 403


def test_localhost_is_an_origin_of_its_own(stage):
    with stage.presenter().socket(host=f"localhost:{stage.port}") as window:
        assert window.hear()["type"] == "hello"


FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:{port}",
    "127.0.0.1",
    "127.0.0.1:1",
    "127.0.0.1:{port}.evil.example",
    "localhost.evil.example:{port}",
    "[::1]:{port}",
    "0.0.0.0:{port}",
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ["/", "/deck.js", "/nothing", "/run"])
def test_foreign_host_gets_nothing(stage, host, path):
    response = stage.presenter().get(path, Host=host.format(port=stage.port))
    assert response.status == 421
    assert "deck" not in response.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1"])
def test_foreign_host_opens_no_socket(stage, host):
    """DNS rebinding: Host and Origin agree with each other, but not with us."""
    assert refused(stage.presenter(), host=host.format(port=stage.port)) == 403


def test_foreign_host_does_not_use_up_the_token(stage):
    path = stage.addresses[0].partition(str(stage.port))[2]
    assert stage.stranger().get(path, Host="evil.example").status == 421
    assert stage.presenter().cookie


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize("hosts", [[], ["127.0.0.1:{port}", "evil.example"]])
def test_no_host_and_two_hosts(stage, hosts):
    headers = "".join(f"Host: {host.format(port=stage.port)}\r\n" for host in hosts)
    answer = raw(stage.port, f"GET / HTTP/1.1\r\n{headers}\r\n".encode())
    assert answer.split()[1] in (b"400", b"421")
    assert b"A deck" not in answer


def test_no_other_page_may_frame_open_or_script_the_deck(stage):
    headers = stage.presenter().get("/").headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["frame-ancestors"] == "'self'"
    assert "unsafe" not in rules["script-src"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_pages_can_only_be_read(stage, method):
    connection = http.client.HTTPConnection("127.0.0.1", stage.port, timeout=PATIENCE)
    connection.request(method, "/index.html", headers={"Cookie": stage.presenter().cookie})
    assert connection.getresponse().status == 405
    connection.close()
