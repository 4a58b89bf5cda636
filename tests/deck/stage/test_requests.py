"""What may be asked for: files of the deck, ids of programs, and nothing else."""

import json
import socket

import pytest
from open_stage import TALKS, write_trick
from processes import PATIENCE
from stage_client import lines


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
        assert lines(window.run(honest)) == ["server: hello", "client: goodbye"]


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


def test_messages_are_small(stage):
    with stage.presenter().socket() as window:
        window.hear()
        window.connection.send(json.dumps({"run": "x" * 2000}))
        # Message too big (RFC 6455)
        with pytest.raises(Exception, match="1009"):
            window.hear()
    with socket.create_connection(("127.0.0.1", stage.port), timeout=PATIENCE):
        assert "data-stage" in stage.presenter().get("/").text
