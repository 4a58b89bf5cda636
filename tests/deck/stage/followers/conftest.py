"""A deck with notes and answers, built once, and the process that serves it to followers."""

import pytest
from crowd import PICTURE, SLIDES, Crowd
from docset import build, write


@pytest.fixture(scope="session")
def deck(tmp_path_factory):
    """The built deck's folder."""
    source = tmp_path_factory.mktemp("followers") / "deck"
    write(source, {"index.rst": SLIDES})
    for name in ("tap", "surprise", "end"):
        (source / f"{name}.png").write_bytes(PICTURE + name.encode())
    return build(source).output


@pytest.fixture
def crowd(deck):
    with Crowd(deck) as crowd:
        yield crowd
