"""A saved file is on the slide; a broken build leaves the deck as it was."""

import asyncio
from pathlib import Path

import pytest
from open_stage import StageProcess, write_deck
from stage_client import is_a

from deck.stage import watch
from deck.stage.warm import publish
from deck.stage.watch import Builder


def edit(root, text: str) -> None:
    (root / "slides" / "index.rst").write_text(f"Deck\n====\n\n{text}\n")


@pytest.mark.thorough(kind="saved and on the slide")
def test_a_saved_file_is_on_the_slide(root, started):
    browser = started.presenter()
    assert "first words" in browser.get("/").text
    with browser.socket() as window:
        window.hear()
        edit(root, "second words")
        assert window.hear() == {"type": "reload"}
    assert "second words" in browser.get("/").text


@pytest.mark.thorough(kind="saved and on the slide")
def test_what_is_measured_anew_is_on_the_slide(root):
    (root / "measurements").mkdir()
    with StageProcess(root, "--port", "0") as started, started.presenter().socket() as window:
        assert window.hear()["type"] == "hello"
        (root / "measurements" / "recorded.json").write_text("{}")
        assert window.hear() == {"type": "reload"}


@pytest.mark.parametrize(
    ("path", "anew"),
    [
        ("conf.py", True),
        ("deck/slides/theme/theme.toml", True),
        ("deck/directives/quiz.py", True),
        ("examples/unix/pass_fd.py", False),
        ("measurements/ping_pong.py", False),
        ("slides/index.rst", False),
    ],
)
def test_the_builder_begins_afresh_for_what_it_holds_in_memory(path, anew):
    assert watch.is_read_once(Path(path)) == anew


BEFORE = "\nOne\n---\n\n.. code-block:: python\n\n   print(1)\n\n.. note:: first\n"
AFTER = "\nTwo\n---\n\n.. code-block:: python\n\n   print(2)\n\nOne again\n---------\n\n* a\n"


@pytest.mark.thorough(kind="what is read again")
def test_a_warm_rebuild_gives_the_same_page_as_a_cold_build(tmp_path):
    """Whatever the warm process remembers, nobody can see it in the result."""

    async def built(root: Path, *saves: str) -> str:
        builder = Builder(root)
        for text in saves:
            (root / "slides" / "more.rst").write_text(f"More\n====\n{text}")
            outcome = await builder.build()
            assert outcome.ok, outcome.text
        await builder.close()
        return (root / "_build" / "slides" / "index.html").read_text()

    roots = [write_deck(tmp_path / name) for name in ("warm", "cold")]
    for root in roots:
        (root / "conf.py").write_text("extensions = ['deck']\nproject = 'A deck'\n")
        (root / "slides" / "index.rst").write_text("Deck\n====\n\n.. toctree::\n\n   more\n")
    warm = asyncio.run(built(roots[0], BEFORE, AFTER, BEFORE, AFTER))
    cold = asyncio.run(built(roots[1], AFTER))
    assert "Two" in warm
    assert warm == cold


def test_publishing_touches_only_what_changed(tmp_path):
    source, target = tmp_path / "new", tmp_path / "published"
    (source / "folder").mkdir(parents=True)
    for name in ("same", "changed", "folder/gone"):
        (source / name).write_text("first")
    publish(source, target)
    kept = (target / "same").stat().st_ino
    (source / "changed").write_text("second")
    (source / "folder" / "gone").unlink()
    (source / "folder").rmdir()
    publish(source, target)
    assert sorted(path.name for path in target.rglob("*")) == ["changed", "same"]
    assert (target / "changed").read_text() == "second"
    assert (target / "same").stat().st_ino == kept


@pytest.mark.thorough(kind="a broken build is told")
def test_a_broken_build_leaves_the_deck_and_says_so_until_it_is_mended(root, started):
    browser = started.presenter()
    with browser.socket() as window:
        window.hear()
        good = (root / "conf.py").read_text()
        (root / "conf.py").write_text(good + "\nraise ValueError('spoilt')\n")
        broken = window.hear_until(is_a("broken"))[-1]
        assert "spoilt" in broken["text"]
        assert "first words" in browser.get("/").text
        with browser.socket() as later:
            assert later.hear()["type"] == "hello"
            assert later.hear() == broken
        (root / "conf.py").write_text(good)
        edit(root, "mended words")
        window.hear_until(is_a("reload"))
    assert "mended words" in browser.get("/").text
