"""A trick on a slide: explanations, replays, copies; and a question."""

import pytest
import tiny
from page_window import BELOW, BESIDE, GUESS, UNRECORDED, Window

# ---- explanations


@pytest.mark.thorough(kind="explanations by keyboard")
def test_the_slides_own_keys_step_through_the_explanations(window):
    window.go(BESIDE)
    shown = window.here(".callout.current-fragment")
    window.press("ArrowRight")
    assert "waits" in shown.inner_text() and window.here(".line.explained").count() == 1
    assert "channel.send" in window.here(".line.explained").inner_text()
    assert window.here(".trick-output").is_visible()
    window.press("Space")
    assert "does not wait" in shown.inner_text()
    window.press("ArrowRight")
    assert shown.count() == 0 and window.here(".trick-output").is_visible()
    assert window.place == (BESIDE, 2)


@pytest.mark.thorough(kind="explanations by keyboard")
def test_an_explanation_opens_from_its_mark_by_keyboard_and_the_keys_go_on_from_there(window):
    window.go(BESIDE)
    window.here(".mark").nth(1).focus()
    window.press("Enter")
    assert window.place == (BESIDE, 1)
    assert window.here(".mark").nth(1).get_attribute("aria-expanded") == "true"
    window.press("ArrowLeft")
    assert window.place == (BESIDE, 0)
    window.here(".mark").nth(0).focus()
    window.press("Space")  # the mark's, not the slide's: it closes what is open
    assert window.place == (BESIDE, -1)


def test_an_explanation_stands_near_its_line_and_covers_nothing_that_is_written(window):
    window.go(BESIDE, 0)
    callout = window.here(".callout.current-fragment")
    # It is placed when it is there to be measured.
    top = "document.querySelector('.present {}').getBoundingClientRect().top".format
    line, card = top(".line.explained"), top(".callout.current-fragment")
    window.until(f"Math.abs({line} - {card}) < 100")
    mark = window.here(".line.explained .mark").bounding_box()
    assert callout.bounding_box()["x"] > mark["x"] + mark["width"]


REACH = """(lead) => {
    const callout = document.querySelector('.present .callout.current-fragment');
    callout.dataset.lead = lead;
    for (const [name, value] of [['lead', 120], ['from', -30]])
        callout.style.setProperty(`--${name}`, `${value}px`);
    const stroke = getComputedStyle(callout, '::after'), card = getComputedStyle(callout);
    const [start, border] = lead === 'up'
        ? [stroke.bottom, card.borderTopWidth] : [stroke.top, card.borderBottomWidth];
    const edge = callout.clientHeight + parseFloat(border);
    return [parseFloat(start) + parseFloat(stroke.height) - edge, parseFloat(stroke.width)];
}"""


@pytest.mark.parametrize("lead", ["up", "down"])
def test_the_stroke_from_an_explanation_ends_at_its_line(window, lead):
    """It begins 20 units inside, and on its way passes the side of the card."""
    window.go(BESIDE, 0)
    # What it has to bridge is from the card's outer edge, border included.
    assert window.page.evaluate(REACH, lead) == pytest.approx([100, 30], abs=0.5)


def test_the_button_that_copies_the_code_makes_way_for_an_explanation(window):
    window.go(BESIDE)
    copy = window.here(".trick-code .copy")
    assert copy.is_visible()
    window.go(BESIDE, 0)
    window.until("document.querySelector('.present .current-fragment[data-covers]')")
    assert not copy.is_visible()
    window.page.evaluate(
        "document.querySelector('.present .current-fragment').removeAttribute('data-covers')"
    )
    assert copy.is_visible()


def explain_at_length(window, change: str) -> None:
    """Open an explanation of many words, once the slide is changed; it is placed anew."""
    window.go(BESIDE)
    window.page.evaluate(
        """([text, change]) => {
          const slide = document.querySelector('.present');
          for (const each of slide.querySelectorAll('.callout')) each.textContent = text;
          new Function('slide', change)(slide);
          dispatchEvent(new Event('resize'));
        }""",
        ["socket " * 20, change],
    )
    window.go(BESIDE, 0)


CARD = "document.querySelector('.present .callout.current-fragment').getBoundingClientRect()"
FRAME = "document.querySelector('.present .trick-screen').getBoundingClientRect()"


def test_an_explanation_beside_long_lines_is_no_column_of_few_words(window):
    explain_at_length(
        window,
        """for (const line of slide.querySelectorAll('.line'))
             line.prepend('x'.repeat(47 - line.textContent.trimEnd().length));""",
    )
    window.until(f"{CARD}.height < {CARD}.width")


def test_an_explanation_does_not_cross_the_frame_of_an_output_beside_the_code(window):
    explain_at_length(window, "slide.querySelector('.trick').dataset.layout = 'beside';")
    window.until(
        f"{CARD}.right <= {FRAME}.left || {CARD}.bottom <= {FRAME}.top"
        f" || {CARD}.top >= {FRAME}.bottom"
    )


def test_words_of_the_language_have_one_colour(window):
    window.go(BESIDE)
    keyword, operator = window.page.evaluate("""['k', 'ow'].map((name) => {
      const word = document.createElement('span');
      word.className = name;
      document.querySelector('.present .trick-code .line').append(word);
      return getComputedStyle(word).color;
    })""")
    assert keyword == operator


# ---- replays


@pytest.mark.thorough(kind="replay without a stage")
def test_without_a_stage_the_button_replays_and_says_so(window):
    window.go(BESIDE)
    button = window.here(".trick-run")
    assert button.inner_text() == "Replay"
    assert button.evaluate("button => { button.click(); return button.textContent; }") == "Stop"
    window.until("document.querySelector('.present .trick-run').textContent === 'Replay'")
    assert window.said() == tiny.LINES
    status = window.here(".trick-status")
    assert status.inner_text() == "replay, recorded 2023-11-14, Linux 6.18.44"
    assert status.get_attribute("data-result") == "replay"
    assert window.place == (BESIDE, 2)  # the output is what one sees


def test_a_replay_keeps_its_pace_and_can_be_stopped(window):
    window.go(BELOW)  # its third line came an hour later
    window.press("r")
    window.until("document.querySelectorAll('.present .trick-output .line').length === 2")
    assert window.said() == tiny.LINES[:2]
    window.press("x")
    assert window.here(".trick-status").inner_text().startswith("stopped replay")
    assert window.here(".trick-run").inner_text() == "Replay"
    assert window.said() == tiny.LINES[:2]
    assert window.place == (BELOW, None)  # it has no steps


def test_what_has_no_recording_has_no_button(window):
    window.go(UNRECORDED)
    assert not window.here(".trick-run").is_visible()
    assert "two machines" in window.here(".trick-status").inner_text()
    window.press("r")
    assert window.said() == []


def test_without_script_there_is_no_button_and_all_slides_can_be_read(browser, deck):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{deck}/index.html")
    assert page.locator("button:visible").count() == 0
    assert page.get_by_text("It does not wait.").is_visible()
    assert page.get_by_text("The end").is_visible()
    context.close()


def test_the_code_and_the_command_can_be_copied(browser, deck):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    window = Window(context, f"file://{deck}/index.html")
    window.go(BESIDE)
    copied = "navigator.clipboard.readText()"
    window.here(".trick-code .copy").click()
    window.until("document.querySelector('.present .copy[data-done=yes]')")
    assert window.page.evaluate(copied) == (
        "def send(channel, text):\n    channel.send(text)\n    return channel\n"
    )
    window.here(".trick-bar .copy").click()
    window.until("document.querySelectorAll('.present .copy[data-done=yes]').length === 2")
    assert window.page.evaluate(copied) == "python3 -m examples run post.letter"
    context.close()


def test_the_next_key_reveals_the_answer(window):
    window.go(GUESS)
    assert not window.here(".why").is_visible()
    window.press("ArrowRight")
    assert window.place == (GUESS, 0)
    assert window.here(".why").is_visible()
    assert window.here(".right").text_content() == "Right: It makes the writer wait."
