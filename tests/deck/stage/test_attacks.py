"""Who is not the presenter gets no further than reading, and no program outlives its run."""

import http.client
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from open_stage import (
    PATIENCE,
    Browser,
    OpenStage,
    ends,
    lines,
    processes_of,
    write_deck,
    write_trick,
)
from websockets.exceptions import InvalidStatus

from deck.stage import gate
from deck.stage.runs import AT_ONCE, MAX_LINES

TALKS = "print('server: hello')"
WAITS = """
    import signal
    print("ready")
    signal.pause()
"""


@pytest.fixture
def root(tmp_path):
    return write_deck(tmp_path)


@pytest.fixture
def stage(root):
    with OpenStage(root) as stage:
        yield stage


def refused(browser: Browser, **options: str) -> int:
    """The status with which the run socket is refused."""
    with pytest.raises(InvalidStatus) as error, browser.socket(**options):
        pass
    return error.value.response.status_code


# The token


def test_no_token_is_a_page_that_only_replays(stage):
    stranger = stage.stranger()
    response = stranger.get("/")
    assert response.status == 200
    assert "data-stage" not in response.text
    assert response.getheader("Set-Cookie") is None
    assert refused(stranger) == 403


@pytest.mark.parametrize("token", ["", "wrong", "x" * 43, "%00", "\u00fc".encode().hex()])
def test_wrong_token(stage, token):
    stranger = stage.stranger()
    response = stranger.enter(f"http://127.0.0.1:{stage.port}/?token={token}")
    assert response.status == 403
    assert not stranger.cookie
    assert len(stage.addresses) == 1, "the right token is still unused"
    assert "data-stage" in stage.presenter().get("/").text


def test_a_token_works_once(stage):
    stage.presenter()
    second = stage.stranger()
    response = second.enter(stage.addresses[0])
    assert response.status == 403
    assert "fresh one" in response.text
    assert not second.cookie
    assert refused(second) == 403


def test_the_token_is_nowhere_but_in_the_address(stage):
    token = stage.addresses[0].partition("=")[2]
    for path in ("/", "/deck.js", "/?token=wrong"):
        response = stage.stranger().get(path)
        assert token not in response.text + str(response.headers)


@pytest.mark.parametrize(
    "cookie", ["stage-{port}=", "stage-{port}=wrong", "stage-1={right}", "{right}"]
)
def test_forged_cookie(stage, cookie):
    right = stage.presenter().cookie.partition("=")[2]
    forger = stage.stranger()
    forger.cookie = cookie.format(port=stage.port, right=right)
    assert "data-stage" not in forger.get("/").text
    assert refused(forger) == 403


def test_scripts_can_t_read_the_cookie_and_other_sites_can_t_send_it(stage):
    response = stage.stranger().enter(stage.addresses[0])
    cookie = response.getheader("Set-Cookie").lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


# Other users of the machine

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
    gate.presenters.cache_clear()
    assert gate.presenters() >= {0, os.geteuid(), 4711}
    gate.presenters.cache_clear()


# Other pages in the presenter's browser


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


# Paths and ids


@pytest.mark.parametrize(
    "path",
    [
        "/../../secret.txt",
        "/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2fsecret.txt",
        "/..\\..\\secret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/link.txt",
        "/folder/secret.txt",
        "/deck.js%00.html",
    ],
)
def test_no_file_beside_the_deck(stage, path):
    deck = stage.root / "_build" / "slides"
    (deck / "link.txt").symlink_to(stage.root / "secret.txt")
    (deck / "folder").symlink_to(stage.root)
    response = stage.presenter().get(path)
    assert response.status == 404
    assert "not for the web" not in response.text


@pytest.mark.parametrize(
    "id",
    [
        "",
        "demo",
        "demo.nothing",
        "../demo/trick",
        "demo/../../secret",
        "/etc/passwd",
        "demo.trick; touch /tmp/x",
        "os.system",
        "-c",
        "demo.\u0000",
        "examples.demo",
        "demo.__init__",
    ],
)
def test_unknown_id_and_path_tricks(stage, id):
    with stage.presenter().socket() as window:
        window.hear()
        window.say(run=id)
        answer = window.hear()
        assert answer["type"] == "error"
        assert "there is no trick" in answer["text"]
        # The connection lives on for honest requests.
        honest = write_trick(stage.root, TALKS)
        assert lines(window.run(honest)) == ["server: hello"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "run",
        "[]",
        "{}",
        "null",
        '{"run": 1}',
        '{"run": ["demo.a"]}',
        '{"run": {"id": "demo.a"}}',
        '{"run": "demo.a", "code": "import os"}',
        '{"run": "demo.a", "stop": "demo.a"}',
        '{"command": "id"}',
        "[" * 1000,
        '{"run": NaN}',
    ],
)
def test_what_is_no_request_is_refused(stage, text):
    with stage.presenter().socket() as window:
        window.hear()
        window.connection.send(text)
        assert window.hear()["type"] == "error"


def test_binary_messages_end_the_connection(stage):
    with stage.presenter().socket() as window:
        window.hear()
        window.connection.send(json.dumps({"run": "demo.a"}).encode())
        with pytest.raises(Exception, match="no close frame"):
            window.hear()
    assert "data-stage" in stage.presenter().get("/").text


# Rogue programs


def is_answer(message: dict) -> bool:
    """Whether a run was refused, or has come as far as WAITS goes by itself."""
    return message["type"] == "error" or message.get("text") == "ready"


def test_a_hundred_runs_at_once(stage):
    ids = [write_trick(stage.root, WAITS) for _ in range(100)]
    with stage.presenter().socket() as window:
        for id in ids:
            window.say(run=id)
        window.hear_all(is_answer, 100)
        running = [id for id in ids if processes_of(id)]
        assert running == ids[:AT_ONCE]
        stage.close()
    assert not any(map(processes_of, ids))


def test_a_hundred_times_the_same_from_many_windows(stage):
    id = write_trick(stage.root, WAITS)
    browser = stage.presenter()
    with browser.socket() as one, browser.socket() as two:
        for window in (one, two) * 50:
            window.say(run=id)
        # One of the hundred ran, and both windows see it.
        heard = one.hear_all(is_answer, 50) + two.hear_all(is_answer, 51)
        assert sum(message["type"] == "error" for message in heard) == 99
        assert len({message["run"] for message in heard if "run" in message}) == 1
        one.say(stop=id)
        one.hear_all(ends(id), 1)
    assert not processes_of(id)


DAEMONS = """
    import os, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    read, write = os.pipe()
    for _ in range(20):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(write, b"!")
                os.close(1)
                while True:
                    signal.pause()
            os._exit(0)
    for _ in range(20):
        os.read(read, 1)
    print("ready")
"""


def test_daemons_that_ignore_sigterm_are_stopped(stage):
    id = write_trick(stage.root, DAEMONS + "    signal.pause()\n")
    with stage.presenter().socket() as window:
        window.start(id)
        assert len(processes_of(id)) > 20
        window.say(stop=id)
        assert window.hear_until(ends(id))[-1]["result"] == "cancelled"
        assert not processes_of(id)


def test_daemons_do_not_outlive_the_program(stage):
    id = write_trick(stage.root, DAEMONS)
    with stage.presenter().socket() as window:
        assert window.run(id)[-1]["result"] == "passed"
        assert not processes_of(id)


def test_a_program_whose_children_fork_and_fork(stage):
    id = write_trick(
        stage.root,
        """
        import os, signal
        print("ready")
        # 512 processes; without end it would be the machine's trouble, where it grants root more.
        for _ in range(9):
            try:
                os.fork()
            except OSError:
                break
        signal.pause()
        """,
    )
    with stage.presenter().socket() as window:
        window.start(id)
        window.say(stop=id)
        assert window.hear_until(ends(id))[-1]["result"] == "cancelled"
        assert not processes_of(id)


@pytest.mark.parametrize(
    "body",
    [
        "while True: print('and on')",
        "while True: print()",
        "import os\nwhile True: os.write(1, b'x' * 65536)",
        "import os\nwhile True: os.write(2, b'\\xff\\x1b[2J' * 1000)",
        "import os\nif os.fork(): os.wait()\nos.setsid()\nwhile True: print('and on')",
    ],
)
def test_a_program_that_prints_without_end(stage, body):
    id = write_trick(stage.root, body)
    with stage.presenter().socket() as window:
        heard = window.run(id)
        end = heard[-1]
        assert end["result"] == "failed"
        assert end["text"].startswith("stopped: more than")
        assert len(heard) <= MAX_LINES + 2
        assert not processes_of(id)


def test_a_window_that_does_not_listen_is_dropped_and_holds_up_nobody(root):
    burst = MAX_LINES + 100
    with OpenStage(root, backlog=burst) as stage:
        # What the kernel keeps for a window, so that it is soon full.
        stage.stage.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        noisy = write_trick(root, "while True: print('x' * 60)")
        browser = stage.presenter()
        with browser.socket(deaf=True) as deaf, browser.socket() as listening:
            assert deaf.hear()["type"] == listening.hear()["type"] == "hello"
            assert stage.windows == 2
            while stage.windows == 2:
                assert listening.run(noisy)[-1]["kind"] == "end"


def test_a_program_that_never_ends(root):
    with OpenStage(root, deadline=1.0) as stage, stage.presenter().socket() as window:
        id = write_trick(root, "while True: pass")
        end = window.run(id)[-1]
        assert (end["result"], end["text"]) == ("timed out", "stopped after 1 s")
        assert not processes_of(id)


def test_a_window_that_leaves_does_not_leave_its_run_behind(stage):
    """The run goes on for the other windows; it is the stage that ends it."""
    id = write_trick(stage.root, WAITS)
    with stage.presenter().socket() as window:
        window.start(id)
    assert processes_of(id)
    stage.close()
    assert not processes_of(id)


def test_a_program_can_t_reach_the_stage(stage):
    """A run has a network of its own, so that no trick can press the button for another."""
    id = write_trick(
        stage.root,
        f"""
        import socket
        try:
            socket.create_connection(("127.0.0.1", {stage.port}))
        except ConnectionRefusedError:
            print("refused")
        """,
    )
    with stage.presenter().socket() as window:
        start, *said = window.run(id)[1:]
    if "own" not in start["text"]:
        pytest.skip("this machine gives runs no network of their own")
    assert lines(said) == ["refused"]


def test_a_program_sees_nothing_of_the_stages_settings(stage, monkeypatch):
    monkeypatch.setenv("STAGE_SECRET", "for us alone")
    id = write_trick(stage.root, "import os\nprint(os.environ.get('STAGE_SECRET'))")
    with stage.presenter().socket() as window:
        assert lines(window.run(id)) == ["None"]


def test_a_trick_that_is_a_link_or_a_folder_elsewhere(stage, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text("print('outside')")
    (Path(stage.root) / "examples" / "demo" / "linked.py").symlink_to(outside)
    with stage.presenter().socket() as window:
        window.hear()
        window.say(run="demo.linked")
        # It lacks what every trick says of itself.
        assert "no docstring" in window.hear()["text"]
