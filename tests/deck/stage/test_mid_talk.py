"""In the middle of a talk: a trick breaks, a variant is asked for; two windows, one key each."""

import subprocess
import sys

import pytest
import tiny
from open_stage import OpenStage, write_deck
from stage_in_browser import wait_for

SLIDES = """
Deck
====

A letter
--------

.. trick:: post.letter
   :show: main

.. note:: Press Run.

Last
----

And so on.
"""
BREAK = '    raise OSError("the network of the hall")\n'
ASKED = '[two]\ntitle = "What if there are two?"\nreplace = "sender: one"\nwith = "sender: two"\n'
STATUS = "document.querySelector('.present .trick-status')"
BUTTON = "document.querySelector('.present .trick-run')"


@pytest.fixture
def stage(tmp_path):
    root = write_deck(tmp_path)
    (root / "conf.py").write_text("extensions = ['deck']\n")
    (root / "slides" / "index.rst").write_text(SLIDES)
    path = tiny.program(root)
    path.write_text(path.read_text() + '\n\nif __name__ == "__main__":\n    main()\n')
    tiny.record(path, [(0.01, "sender: one")])
    path.with_suffix(".toml").write_text(f'{ASKED}shows = "passes"\n')
    tiny.record(path.with_name("letter~two.py"), [(0.01, "sender: two")])
    build = [sys.executable, "-m", "sphinx", "-b", "singlefile-slides", "-q", "-c", "."]
    subprocess.run([*build, "slides", "_build/slides"], cwd=root, check=True)
    with OpenStage(root) as stage:
        yield stage


@pytest.fixture
def hall(browser, stage):
    context = browser.new_context()
    page = context.new_page()
    page.goto(stage.addresses[-1])
    wait_for(page, "document.documentElement.dataset.deck === 'ready'")
    page.keyboard.press("PageDown")
    wait_for(page, "document.querySelector('.present .trick-run').textContent === 'Run'")
    yield page
    context.close()


def output(page, pane: str) -> list[str]:
    lines = page.locator(f".slides > .present {pane} .trick-output .line").all_text_contents()
    return [line.rstrip() for line in lines]


@pytest.mark.thorough(kind="a whole stage in the middle of a talk")
def test_a_trick_that_breaks_costs_one_key(stage, hall):
    path = stage.root / "examples" / "post" / "letter.py"
    path.write_text(path.read_text().replace('    print("sender: one")\n', BREAK))
    hall.keyboard.press("r")
    wait_for(hall, f"{STATUS}.dataset.result === 'failed'")
    assert hall.locator(".present .trick-replay").is_visible()
    summary = hall.locator(".present .traceback summary").inner_text()
    assert summary.startswith("OSError: the network of the hall")
    hall.keyboard.press("p")
    wait_for(hall, f"{STATUS}.dataset.result === 'replay' && {BUTTON}.textContent === 'Run'")
    assert output(hall, "") == ["sender: one"]
    hall.keyboard.press("PageDown")
    wait_for(hall, "Reveal.getCurrentSlide().id === 'last'")


@pytest.mark.thorough(kind="a whole stage in the middle of a talk")
def test_a_variant_is_run_from_either_window_and_seen_in_both(hall):
    with hall.expect_popup() as popup:
        hall.keyboard.press("s")
    speaker = popup.value
    wait_for(speaker, "document.documentElement.dataset.deck === 'ready'")
    run = "document.querySelector('.presenter-runs button')?.textContent"
    wait_for(speaker, f"{run} === 'Run'")
    speaker.keyboard.press("w")
    wait_for(hall, "document.querySelector('.present .what-if')")
    hall.keyboard.press("r")
    ended = "document.querySelector('.present .what-if .trick-status')?.dataset.result === 'passed'"
    for window in (hall, speaker):
        wait_for(window, ended)
        assert output(window, ".what-if") == ["sender: two"]
        assert output(window, ".trick-screen:not(.what-if)") == ["sender: one"]
    speaker.keyboard.press("w")
    speaker.locator(".presenter-runs button", has_text="Run").click()
    for window in (hall, speaker):
        wait_for(window, f"{STATUS}.dataset.result === 'passed'")
        wait_for(window, "!document.querySelector('.present .what-if')")
