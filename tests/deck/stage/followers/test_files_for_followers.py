"""The table of files for followers: what the page loads, from the deck's folder, and no more."""

import pytest

from deck.stage.followers import files


@pytest.fixture
def folder(tmp_path):
    deck = tmp_path / "deck"
    (deck / "styles").mkdir(parents=True)
    (deck / "styles" / "a.css").write_text(
        '@import "b.css"; x { src: url(../font.woff2?v=1) } y { src: url("../../secret.css") }'
    )
    (deck / "styles" / "b.css").write_text("z { background: url(data:image/png;base64,AA) }" * 9)
    (deck / "font.woff2").write_bytes(b"font")
    (deck / "other.js").write_text("nobody asks for it")
    (deck / "notes.html").write_text("secret")
    (deck / "talk.py").write_text("secret")
    (tmp_path / "secret.css").write_text("secret")
    (deck / "link.css").symlink_to(tmp_path / "secret.css")
    (deck / "out").symlink_to(tmp_path)
    return deck


def test_what_styles_load_is_there_too(folder):
    found = files.collect(folder, ["styles/a.css?v=12"], {})
    assert set(found) == {"styles/a.css", "styles/b.css", "font.woff2"}
    assert found["styles/b.css"].packed and not found["font.woff2"].packed


@pytest.mark.parametrize(
    "address",
    [
        "../secret.css",
        "styles/../../secret.css",
        "%2e%2e/secret.css",
        "/etc/passwd",
        "link.css",
        "out/secret.css",
        "notes.html",
        "talk.py",
        "file:///etc/hosts.css",
        "//elsewhere.test/a.css",
        "http://elsewhere.test/a.css",
        "a.css\0",
        "styles",
        "nothing.css",
        "http://[",
        "",
        "data:,",
        "#place",
    ],
)
def test_nothing_else_is(folder, address):
    assert files.collect(folder, [address], {}) == {}


def test_what_is_too_large_for_the_air_is_left_out(folder, monkeypatch):
    monkeypatch.setattr(files, "LARGEST", 3)
    assert files.collect(folder, ["font.woff2"], {}) == {}


def test_what_has_not_changed_is_not_packed_again(folder):
    before = files.collect(folder, ["styles/a.css"], {})
    after = files.collect(folder, ["styles/a.css"], before)
    assert all(after[path] is before[path] for path in before)


def test_pictures_of_answers_come_with_them(crowd):
    assert crowd.get("/_images/end.png").status == 200
    assert crowd.get("/_images/surprise.png").status == 404
    assert crowd.get("/_images/tap.png").status == 404
    crowd.tell(type="at", at="#/the-surprise-in-the-title")
    with crowd.follow() as stream:
        stream.until("at")
    assert crowd.get("/_images/surprise.png").status == 200
    assert crowd.get("/_images/tap.png").status == 404


def test_the_page_and_its_scripts_are_served_small_and_known_again(crowd):
    page = crowd.get("/", Accept_Encoding="gzip")
    assert page.status == 200 and page.getheader("Content-Encoding") == "gzip"
    again = crowd.get("/", If_None_Match=page.getheader("ETag"))
    assert (again.status, again.body) == (304, b"")
    script = crowd.get("/_static/deck.js?v=1")
    assert script.getheader("Content-Type").startswith("text/javascript")
    assert crowd.get("/followers.svg").body.startswith(b"<svg")
