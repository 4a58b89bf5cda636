"""What if? The variants of a trick on its slide: replayed, run by a stage, in two windows."""

import pytest
import tiny
from page_window import BESIDE, END, HOST, Window, build_deck

VARIANTS = """
[lost]
title = "What if it is never sent?"
replace = "    channel.send(text)\\n"
with = "    channel.close()\\n"
shows = "fails OSError"

[twice]
title = "What if it is sent twice?"
replace = 'print("sender: one")'
with = 'print("sender: two")'
shows = "passes"
"""
LOST, TWICE = "post.letter~lost", "post.letter~twice"
TITLE = ".what-if-title"


def vary(path):
    """Two variants of the program at this path, one on a line that a slide shows."""
    path.with_suffix(".toml").write_text(VARIANTS)
    lines = [(0.01, "sender: gone"), (0.02, "OSError: closed")]
    tiny.record(path.with_name("letter~lost.py"), lines)
    tiny.record(path.with_name("letter~twice.py"), [(0.01, "sender: two")])


@pytest.fixture(scope="session")
def deck(tmp_path_factory):
    return build_deck(tmp_path_factory.mktemp("varied"), vary)


def event(id: str, kind: str, text: str = "", result: str = "", run: int = 7) -> dict:
    told = {"kind": kind, "time": 0.25, "text": text, "result": result}
    return {"type": "event", "trick": id, "run": run, **told}


def output(window, of: str) -> list[str]:
    return [line.rstrip() for line in window.here(f"{of} .trick-output .line").all_text_contents()]


def ended(window, words: str) -> None:
    window.until(
        f"document.querySelector('.present .what-if output')?.textContent.includes('{words}')"
    )


# ---- without a stage


@pytest.mark.thorough(kind="a variant on its slide")
def test_w_shows_old_and_new_then_the_next_variant_then_the_original(window):
    window.go(BESIDE)
    assert window.here(".trick-code .line.new").count() == 0
    window.press("w")
    assert window.here(".trick-code .line.gone").text_content() == "    channel.send(text) ❶\n"
    assert window.here(".trick-code .line.new").text_content() == "    channel.close()\n"
    assert window.here(TITLE).inner_text() == "What if it is never sent? 1 / 2"
    assert output(window, ".what-if") == []  # the hall may guess first
    window.press("w")
    assert window.here(TITLE).inner_text() == "What if it is sent twice? 2 / 2"
    # Its line stands on no slide: the pane says what is changed.
    assert window.here(".what-if-change del").text_content().strip() == 'print("sender: one")'
    assert window.here(".what-if-change ins").text_content().strip() == 'print("sender: two")'
    assert window.here(".trick-code :is(.gone, .new)").count() == 0
    window.press("w")
    assert window.here(".what-if").count() == 0
    assert window.said() == tiny.LINES


@pytest.mark.thorough(kind="a variant on its slide")
def test_a_variant_is_replayed_beside_the_original_and_says_how_it_ended(window):
    window.go(BESIDE)
    window.press("w", "r")
    ended(window, "fails OSError, as it should · replay, recorded 2023-11-14, Linux 6.18.44")
    assert output(window, ".what-if") == ["sender: gone", "OSError: closed"]
    assert window.here(".what-if .line.error").text_content() == "OSError: closed\n"
    assert output(window, ".trick-screen:not(.what-if)") == tiny.LINES
    window.press("w", "p")
    ended(window, "passes, as it should")
    window.press("w", "r")  # the program itself again
    window.until("document.querySelector('.present .trick-run').textContent === 'Stop'")
    assert window.here(".what-if").count() == 0


@pytest.mark.thorough(kind="switches")
def test_the_switches_stand_at_the_line_and_in_the_bar(window):
    window.go(BESIDE)
    at_line, in_bar = window.here(".what-if-switch"), window.here(".what-if-open")
    assert at_line.get_attribute("aria-label") == "What if it is never sent?"
    assert at_line.get_attribute("aria-pressed") == "false"
    at_line.focus()
    window.press("Enter")
    assert at_line.get_attribute("aria-pressed") == "true"
    told = window.page.locator(".deck-told").text_content()
    assert told == ("What if it is never sent? Instead of channel.send(text): channel.close()")
    in_bar.click()
    assert at_line.get_attribute("aria-pressed") == "false"
    assert in_bar.get_attribute("aria-pressed") == "true"
    assert window.here(TITLE).inner_text().startswith("What if it is sent twice?")
    in_bar.click()
    assert window.page.locator(".deck-told").text_content() == "The program as it is"
    assert window.here(".what-if").count() == 0


@pytest.mark.thorough(kind="switches")
def test_a_finger_finds_the_switch_and_the_pane(phone):
    phone.go(BESIDE)
    phone.page.add_style_tag(content=".present h2 { margin-bottom: 600px !important }")
    switch = phone.here(".what-if-open")
    switch.evaluate("(button) => button.scrollIntoView({ block: 'end' })")
    box = switch.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    switch.tap()
    pane, bar = (phone.page.locator(one).bounding_box() for one in (".what-if", ".deck-bar"))
    assert pane["y"] >= 0 and pane["y"] + pane["height"] <= bar["y"]
    phone.here(".trick-run").tap()
    ended(phone, "fails OSError, as it should")
    pane = phone.here(".what-if").bounding_box()
    assert pane["x"] >= 0 and pane["x"] + pane["width"] <= 390


def test_the_switch_is_pressed_where_an_output_beside_the_code_comes_near(window):
    window.go(BESIDE)
    window.page.evaluate("""() => {
      const trick = document.querySelector('.present .trick');
      trick.dataset.layout = 'beside';
      trick.querySelector('.trick-screen').style.width = '100%';
    }""")
    window.here(".what-if-switch").click()
    assert window.here(TITLE).inner_text().startswith("What if it is never sent?")


def test_what_is_copied_is_the_program_as_it_is(window):
    window.go(BESIDE)
    window.press("w")
    window.page.evaluate(
        "navigator.clipboard.writeText = async (text) => { window.copied = text; }"
    )
    window.here(".trick-code .copy").click()
    window.until("window.copied")
    assert "channel.send(text)\n" in window.page.evaluate("copied")


def test_a_deck_without_variants_has_no_switch_and_w_does_nothing(window):
    window.go(END)
    window.press("w")
    assert window.here(".what-if").count() == 0


# ---- with a stage


@pytest.fixture
def served(desk, stage):
    stage.hello = {"variants": {LOST: {}, TWICE: {}}}
    desk.open(f"{HOST}/index.html")
    desk.go(BESIDE)
    desk.until("document.querySelector('.present .trick-run').textContent === 'Run'")
    return desk


@pytest.mark.thorough(kind="a run of a variant in the page")
def test_run_runs_the_variant_and_holds_it_against_what_it_must_show(served, stage):
    served.press("w", "r")
    assert stage.first(stage.heard) == [{"run": LOST}]
    stage.tell(event(LOST, "start"), event(LOST, "stdout", "sender: here"))
    stage.tell(event(LOST, "stderr", "OSError: [Errno 9] Bad"), event(LOST, "end", "", "failed"))
    ended(served, "fails OSError, as it should · 0.25 s")
    assert served.said() == [*tiny.LINES, "sender: here", "OSError: [Errno 9] Bad"]
    assert not served.here(".trick-replay").is_visible()  # nothing went wrong


@pytest.mark.thorough(kind="a run of a variant in the page")
def test_a_variant_that_ends_otherwise_says_so_and_one_key_replays_it(served, stage):
    served.press("w", "r")
    stage.tell(event(LOST, "start"), event(LOST, "end", "", "passed"))
    ended(served, "passes, and should end otherwise: fails OSError")
    stage.tell(event(LOST, "start", run=8), event(LOST, "end", "", "timed out", run=8))
    ended(served, "times out, and should end otherwise: fails OSError")
    assert served.here(".trick-replay").is_visible()
    served.press("p")
    ended(served, "as it should · replay")


@pytest.mark.thorough(kind="a run of a variant in the page")
def test_a_run_of_a_variant_is_seen_in_both_windows_and_after_a_reload(context, served, stage):
    other = Window(context, f"{HOST}/index.html")
    other.go(BESIDE)
    served.press("w")
    other.until("document.querySelector('.present .what-if')")
    stage.everywhere(event(LOST, "start"), event(LOST, "stdout", "sender: live"))
    for window in (served, other):
        window.until("document.querySelector('.present .what-if .line')")
        assert output(window, ".what-if") == ["sender: live"]
    stage.runs = [event(LOST, "start"), event(LOST, "stdout", "sender: live")]
    other.until("location.hash.includes('beside')")
    other.page.reload()
    other.until("document.querySelector('.present .what-if .line')")
    assert other.here(".trick-run").inner_text() == "Stop"
    served.press("w", "w")
    other.until("!document.querySelector('.present .what-if')")


@pytest.mark.thorough(kind="a run of a variant in the page")
def test_a_stage_that_knows_no_variants_leaves_their_recordings(context, stage):
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until("document.querySelector('.present .trick-run').textContent === 'Run'")
    window.press("w")
    assert window.here(".trick-run").inner_text() == "Replay"
