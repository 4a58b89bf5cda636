"""Somebody on the hall's network means harm. A test for each thing to try."""

import contextlib
import select
import socket

import pytest
from crowd import Crowd
from processes import PATIENCE


@pytest.fixture(scope="module")
def crowd(deck):
    with Crowd(deck) as crowd:
        yield crowd


def gone(sock: socket.socket) -> bool:
    """Whether the other side closes, before we lose patience."""
    with contextlib.suppress(ConnectionError):
        while sock.recv(1 << 16):
            pass
    return True


# What is not there


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/run",
        "/preflight",
        "/?token=x/",
        "/_static/",
        "/_static/../index.html",
        "/_static/%2e%2e/index.html",
        "/objects.inv",
        "/.buildinfo",
        "/_static/charts.json",
        "/../../../etc/passwd",
        "//etc/passwd",
        "/_sources/index.rst.txt",
        "/parts/notes.js",
        "/%00",
    ],
)
def test_there_is_nothing_but_the_page_and_what_it_loads(crowd, path):
    response = crowd.get(path)
    if path.startswith("/?"):
        assert response.status == 200 and response.getheader("Set-Cookie") is None
    else:
        assert response.status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X"])
def test_one_only_reads(crowd, method):
    assert crowd.get("/", method).status == 405
    assert crowd.get("/follow", method).status == 405


def test_nobody_runs_anything_by_a_socket(crowd):
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert crowd.get("/run", **upgrade, **key).status == 404
    assert crowd.get("/", **upgrade, **key).status == 200  # the page, and no socket


@pytest.mark.parametrize(
    "host",
    ["evil.test", "127.0.0.1", "localhost:{port}", "127.0.0.1:{port}.evil.test", "", "[::1]"],
)
def test_a_name_that_was_bent_to_us_is_not_ours(crowd, host):
    assert crowd.get("/", Host=host.format(port=crowd.port)).status in (400, 421)


def test_two_names_are_none(crowd):
    with crowd.connect() as sock:
        head = f"GET / HTTP/1.1\r\nHost: {crowd.host}\r\nHost: {crowd.host}\r\n\r\n"
        sock.sendall(head.encode())
        assert b" 200 " not in sock.recv(1 << 16).split(b"\r\n")[0]


def test_nobody_frames_it_scripts_it_or_learns_where_one_came_from(crowd):
    for path in ("/", "/_static/deck.js", "/nothing", "/followers.svg"):
        headers = crowd.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy and "connect-src 'self';" in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Set-Cookie"] is None and headers["Server"] is None


def test_what_a_follower_sends_is_thrown_away(crowd):
    with crowd.follow() as stream, crowd.follow() as other:
        stream.until("at")
        other.until("at")
        stream.file.raw._sock.sendall(b'{"at": "#/the-end"}\n' * 1000)
        crowd.tell(type="at", at="#/which-one")
        assert other.until("at") == [{"type": "at", "h": 1, "f": -1}]


# Too much


@pytest.mark.thorough
def test_one_address_has_so_many_connections(deck):
    with Crowd(deck, per_address=3) as crowd, contextlib.ExitStack() as open:
        socks = [open.enter_context(crowd.connect()) for _ in range(3)]
        socks[0].sendall(f"GET / HTTP/1.1\r\nHost: {crowd.host}\r\n\r\n".encode())
        assert socks[0].recv(1)
        assert gone(open.enter_context(crowd.connect()))
        for sock in socks:
            sock.close()
        # What was closed counts no longer.
        while True:
            with contextlib.suppress(ConnectionError):
                assert crowd.get("/").status == 200
                break


@pytest.mark.thorough
def test_all_together_have_so_many(deck):
    with Crowd(deck, in_all=2) as crowd, contextlib.ExitStack() as open:
        for _ in range(2):
            open.enter_context(crowd.connect())
        assert gone(open.enter_context(crowd.connect()))


@pytest.mark.thorough
def test_one_address_has_so_many_streams_and_so_has_the_hall(deck):
    for limit in ("STREAMS_PER_ADDRESS", "STREAMS"):
        with Crowd(deck, **{limit: 1}) as crowd:
            with crowd.follow() as first:
                first.until("at")
                with crowd.follow() as second:
                    assert second.status == 503
            # The place is free again as soon as its follower has left.
            while True:
                with crowd.follow() as third:
                    if third.status == 200:
                        break


@pytest.mark.thorough
def test_who_asks_for_nothing_is_closed_also_after_a_first_request(deck):
    with Crowd(deck, SILENCE=0.3) as crowd:
        ask = f"GET /nothing HTTP/1.1\r\nHost: {crowd.host}\r\n\r\n"
        for said in ("", "G", ask.replace("nothing", "") + "G", ask.replace("nothing", "")):
            with crowd.connect() as sock:
                sock.sendall(said.encode())
                assert gone(sock)


@pytest.mark.thorough
def test_a_reader_who_takes_nothing_is_dropped(deck):
    with Crowd(deck, stalled=0.3) as crowd, crowd.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        ask = f"GET /_static/deck.js HTTP/1.1\r\nHost: {crowd.host}\r\n\r\n"
        sock.sendall(ask.encode() * 60)
        # More than all buffers hold is waiting; with nobody taking it, the connection ends.
        sock.settimeout(PATIENCE)
        while True:
            try:
                sock.send(b"X")
            except ConnectionError:
                break


@pytest.mark.thorough
def test_a_follower_who_falls_behind_is_given_up_and_the_others_are_not(deck):
    with Crowd(deck, BACKLOG=50, stalled=0.5) as crowd, crowd.connect() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with crowd.follow() as stream:
            stream.until("at")
            since = crowd.page.partition('data-since="')[2].partition('"')[0]
            ask = f"GET /follow?since={since} HTTP/1.1\r\nHost: {crowd.host}\r\n\r\n"
            deaf.sendall(ask.encode())
            deaf.recv(16)
            ended = select.poll()
            ended.register(deaf, 0)  # of errors and the end one hears anyway
            line = {"type": "event", "trick": "demo.a", "run": 1, "kind": "stdout", "time": 0}
            while not ended.poll(0):
                crowd.tell(**line, text="x" * 20_000)
                stream.hear()


@pytest.mark.parametrize(
    "text",
    [
        "GET / HTTP/1.1\r\nHost: {host}\r\nX: " + "x" * 20_000,
        "GET /" + "x" * 20_000,
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "GET http://{host}/ HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_turned_away(crowd, text):
    with crowd.connect() as sock:
        sock.sendall(text.format(host=crowd.host).encode("latin-1"))
        assert gone(sock)
    assert crowd.get("/").status == 200


@pytest.mark.thorough
def test_a_body_is_not_kept(deck):
    with Crowd(deck, SILENCE=0.5) as crowd, crowd.connect() as sock:
        head = f"GET / HTTP/1.1\r\nHost: {crowd.host}\r\nContent-Length: 1000000000\r\n\r\n"
        sock.sendall(head.encode())
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                sock.sendall(b"x" * 65536)
        assert crowd.get("/").status == 200
