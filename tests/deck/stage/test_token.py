"""Who has no token gets no further than reading."""

import pytest
from stage_client import refused


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
