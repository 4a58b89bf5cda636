"""Runs on the stage, as the page shows them."""

import json
import subprocess
import sys

import pytest
import tiny
from open_stage import OpenStage, write_deck, write_trick
from page_window import BESIDE, HOST, READY, Window, event, label, status


def test_run_streams_both_streams_and_tells_how_it_ended(served, stage):
    served.here(".trick-run").click()
    assert stage.first(stage.heard) == [{"run": "post.letter"}]
    stage.tell(event("start"), event("stdout", 0.01, "server: <i>hello</i>"))
    served.until("document.querySelectorAll('.present .line[data-place]').length === 1")
    assert served.here(".trick-run").inner_text() == "Stop"
    assert served.here(".trick-output i").count() == 0
    stage.tell(event("stderr", 0.5, "took 3 ms"), event("end", 0.51, "", "passed"))
    served.until(status("passed in 0.51 s"))
    assert served.said() == ["server: <i>hello</i>", "took 3 ms"]
    assert served.here(".line.error").count() == 1
    assert served.here(".line").last.get_attribute("data-time") == "0.50 s"
    assert served.here(".trick-run").inner_text() == "Run"


@pytest.mark.thorough(kind="a run's end on the page")
@pytest.mark.parametrize(
    ("result", "word"),
    [
        ("failed", "failed after 2.00 s: exit 1"),
        ("cancelled", "stopped after 2.00 s"),
        ("timed out", "timed out after 2.00 s"),
        ("skipped", "skipped after 2.00 s"),
    ],
)
def test_each_end_is_a_word_and_a_shape(served, stage, result, word):
    stage.tell(event("start"), event("end", 2.0, "exit 1" if result == "failed" else "", result))
    served.until(status(word))
    shape = (
        "getComputedStyle(document.querySelector('.present .trick-status'), '::before').maskImage"
    )
    assert "svg" in served.page.evaluate(shape)


def test_stop_asks_the_stage_and_waits_for_the_end(served, stage):
    stage.tell(event("start"))
    served.until(label("Stop"))
    served.press("x")
    assert stage.first(stage.heard) == [{"stop": "post.letter"}]
    assert served.here(".trick-run").inner_text() == "Stop"
    stage.tell(event("end", 1.0, "", "cancelled"))
    served.until(label("Run"))


def test_long_output_scrolls_in_its_pane_and_moves_nothing(served, stage):
    code = served.here(".trick-code").bounding_box()
    stage.tell(event("start"))
    served.until(label("Stop"))
    # All at once into the page: to send so many messages takes longer than to show them.
    lines = [event("stdout", i / 100, f"line {i}") for i in range(2100)]
    served.page.evaluate("lines => lines.forEach(line => Deck.hear(Deck.sources[0], line))", lines)
    served.until("document.querySelector('.present .trick-output').textContent.includes('2099')")
    assert served.here(".trick-code").bounding_box() == code
    assert served.here(".line").last.is_visible()
    assert served.page.evaluate(
        "(([o]) => o.scrollTop + o.clientHeight > o.scrollHeight - 60)"
        "(document.querySelectorAll('.present .trick-output'))"
    )
    assert served.here(".trick-output .line").count() == 2000


def test_what_cannot_run_here_replays_and_says_why(context, stage):
    stage.runnable["post.letter"] = {"runnable": False, "reason": "needs tipc"}
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until(status("needs tipc"))
    assert window.here(".trick-run").inner_text() == "Replay"


@pytest.mark.thorough(kind="a run seen in another window")
def test_a_window_opened_later_shows_the_run_so_far(context, stage):
    stage.runs = [event("start"), event("stdout", 0.1, "server: before")]
    window = Window(context, f"{HOST}/index.html")
    window.go(BESIDE)
    window.until(label("Stop"))
    assert window.said() == ["server: before"]


def test_a_turn_before_the_stage_answers_is_told_when_it_does(context, stage):
    """The first key of a talk may come before its stage has answered."""
    stage.answers = False
    window = Window(context, f"{HOST}/index.html")
    window.press("ArrowRight")
    assert window.place == (1, -1)
    stage.greet()
    window.until("Deck.sources[0].tricks !== null")
    window.press("ArrowRight")
    window.until("Reveal.getIndices().f === 0")
    assert stage.first(stage.places, 2) == ["#/a-chapter", "#/a-chapter/0"]


def test_a_lost_stage_leaves_replays_and_no_dead_button(served, stage):
    stage.tell(event("start"))
    served.until(label("Stop"))
    stage.sockets[-1].close()
    served.until(label("Replay"))
    assert served.here(".trick-status").inner_text().startswith("lost")
    served.until(label("Run"))  # it comes back when the stage does


@pytest.mark.thorough(kind="a reload by the stage")
def test_a_new_deck_reloads_the_page_in_its_place(served, stage):
    served.go(BESIDE, 1)
    served.page.evaluate("document.documentElement.dataset.old = 'yes'")
    stage.tell({"type": "reload"})
    served.until(f"!document.documentElement.dataset.old && {READY}")
    assert served.place == (BESIDE, 1)


@pytest.mark.thorough(kind="a reload by the stage")
def test_a_reload_waits_for_the_run_in_progress(served, stage):
    stage.tell(event("start"), {"type": "reload"}, event("stdout", 0.1, "late"))
    served.until("document.querySelector('.present .trick-output').textContent.includes('late')")
    served.page.evaluate("document.documentElement.dataset.old = 'yes'")
    stage.tell(event("end", 0.2, "", "passed"))
    served.until(f"!document.documentElement.dataset.old && {READY}")


def test_a_broken_rebuild_is_told_and_the_old_deck_stays(served, stage):
    stage.tell({"type": "broken", "text": "slides/a.rst:3: <b>no</b> such trick"})
    alert = served.page.get_by_role("alert")
    alert.wait_for()
    assert "slides/a.rst:3: <b>no</b> such trick" in alert.inner_text()
    alert.get_by_role("button").click()
    assert alert.count() == 0


@pytest.mark.thorough(kind="a run seen in another window")
def test_every_window_shows_a_run_whoever_started_it(served, stage, context):
    other = Window(context, f"{HOST}/index.html")
    other.go(BESIDE)
    for socket in stage.sockets:
        for message in (event("start"), event("stdout", 0.1, "server: both")):
            socket.send(json.dumps(message))
    for window in (served, other):
        window.until(
            "document.querySelector('.present .trick-output').textContent.includes('both')"
        )


def test_without_a_stage_no_connection_is_tried(browser, deck):
    context = browser.new_context()
    context.add_init_script(
        "window.tried = 0; window.WebSocket = class { constructor() { tried++ } }"
    )
    window = Window(context, f"file://{deck}/index.html")
    assert window.page.evaluate("tried") == 0
    context.close()


WATCH = """() => {
  window.setTimeout = () => 1; // nothing that is put off happens
  window.added = [];
  const pre = document.querySelector(".present .trick-output pre");
  new MutationObserver((changes) => {
    const lines = changes.flatMap(({ addedNodes }) => [...addedNodes]);
    if (lines.length) window.added.push(lines.length);
  }).observe(pre, { childList: true });
}"""


def test_the_first_line_is_shown_at_once_and_those_close_behind_it_together(served, stage):
    lines = [event("stdout", 0.01 * n, f"line {n}") for n in range(5)]
    served.page.evaluate(WATCH)
    stage.tell(event("start"), *lines, event("end", 0.1, "", "passed"))
    served.until("window.added.length === 2")
    assert served.page.evaluate("window.added") == [1, 4]
    assert served.said() == [f"line {n}" for n in range(5)]


# ---- a real stage, and a real program


@pytest.fixture
def real_stage(tmp_path):
    root = write_deck(tmp_path)
    (root / "conf.py").write_text("extensions = ['deck']\n")
    id = write_trick(root, "import sys\nprint('server: alive', flush=True)\nsys.stdin.read()\n")
    slides = f"Deck\n====\n\n.. trick:: {id}\n   :show: [all]\n   :unrecorded: It is new.\n"
    path = root / "examples" / f"{id.replace('.', '/')}.py"
    # A pause ends only with a signal: whoever sees it end has seen Stop work.
    path.write_text(path.read_text().replace("import sys", "# [all]\nimport signal"))
    path.write_text(path.read_text().replace("sys.stdin.read()", "signal.pause()\n# [end all]"))
    (root / "slides" / "index.rst").write_text(slides)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "singlefile-slides", "-c", "."]
    subprocess.run([*command, "slides", "_build/slides"], cwd=root, check=True)
    with OpenStage(root) as stage:
        yield stage


@pytest.mark.thorough(kind="a real run in the page")
def test_a_real_run_streams_and_stop_ends_it(context, real_stage):
    page = context.new_page()
    page.goto(real_stage.addresses[-1])
    button, status = page.locator(".trick-run"), page.locator(".trick-status")
    page.locator(".trick-run", has_text="Run").click()
    page.locator(".trick-output .line", has_text="server: alive").wait_for()
    assert button.inner_text() == "Stop"
    page.keyboard.press("x")
    page.locator(".trick-status[data-result=stopped]").wait_for()
    assert status.inner_text().startswith("stopped after")
    assert button.inner_text() == "Run"


# ---- after a run that went wrong

TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "/x/examples/post/letter.py", line 99, in <module>',
    "    main()",
    '  File "/x/examples/post/letter.py", line 3, in send',
    "    channel.send(text)",
    "    ~~~~~~~~~~~~^^^^^^",
    "BrokenPipeError: [Errno 32] Broken pipe",
]


@pytest.mark.thorough(kind="the recording after a run that went wrong")
@pytest.mark.parametrize("result", ["failed", "timed out", "cancelled"])
def test_after_a_run_that_went_wrong_the_recording_is_one_click_away(served, stage, result):
    again = served.here(".trick-replay")
    assert not again.is_visible()
    stage.tell(event("start"), event("stdout", 0.1, "half"), event("end", 1.0, "", result))
    served.until(label("Run"))
    again.click()
    served.until("document.querySelector('.present .trick-status').dataset.result === 'replay'")
    served.until(label("Run"))
    assert served.said() == tiny.LINES
    assert not again.is_visible()


@pytest.mark.thorough(kind="the recording after a run that went wrong")
def test_after_a_lost_stage_the_recording_can_be_replayed(served, stage):
    stage.tell(event("start"))
    served.until(label("Stop"))
    stage.sockets[-1].close()
    served.until(status("lost"))
    served.until(label("Run"))  # the stage is back, the run is not
    assert served.here(".trick-replay").is_visible()


@pytest.mark.thorough(kind="the recording after a run that went wrong")
def test_p_always_replays_and_the_run_that_hung_is_stopped_and_not_heard_again(served, stage):
    stage.tell(event("start"), event("stdout", 0.1, "hangs"))
    served.until(label("Stop"))
    served.press("p")
    assert stage.first(stage.heard) == [{"stop": "post.letter"}]
    stage.tell(event("stdout", 0.2, "too late"), event("end", 0.3, "", "cancelled"))
    served.until(label("Run"))
    assert served.said() == tiny.LINES
    assert served.here(".trick-status").get_attribute("data-result") == "replay"


@pytest.mark.thorough(kind="a run's end on the page")
def test_a_passed_run_has_one_button(served, stage):
    stage.tell(event("start"), event("end", 1.0, "", "passed"))
    served.until(status("passed"))
    assert not served.here(".trick-replay").is_visible()
    served.press("p")
    served.until("document.querySelector('.present .trick-status').dataset.result === 'replay'")


def test_a_traceback_is_folded_to_what_it_says_and_the_line_it_names(served, stage):
    lines = [event("stderr", 0.1, text) for text in TRACEBACK]
    stage.tell(event("start"), event("stdout", 0, "before"), *lines, event("end", 1, "", "failed"))
    served.until(status("failed"))
    summary = served.here(".traceback summary")
    said = "BrokenPipeError: [Errno 32] Broken pipe\nline 3: channel.send(text)"
    assert summary.inner_text() == said
    assert not served.here(".traceback .line").first.is_visible()
    assert "channel.send(text)" in served.here(".trick-code .line.failed").inner_text()
    summary.click()
    assert served.here(".traceback .line").first.is_visible()
    stage.tell({**event("start"), "run": 2})
    served.until("!document.querySelector('.present .line.failed')")


def test_who_speaks_is_the_talks_own_knowledge(served, stage):
    words = ["kernel: one", "router: two", "reader: three"]
    stage.tell(event("start"), *[event("stdout", 0, text) for text in words])
    served.until("document.querySelectorAll('.present .trick-output .line').length === 3")
    places = served.page.evaluate(
        "[...document.querySelectorAll('.present .trick-output .line')].map(l => l.dataset.place)"
    )
    assert places == ["kernel", "wire", "process"]
