"""A talk with two who follow it, in browsers: slides, output, answers, captions, the way back."""

import pytest
import tiny
from crowd import PICTURE, SLIDES
from docset import write
from open_stage import StageProcess
from processes import PATIENCE
from stage_in_browser import wait_for as wait_in_page

from deck.programs.catalogue import ROOT

pytestmark = pytest.mark.thorough

CONF = 'extensions = ["deck"]\n'
TRICK = """
A letter
--------

.. trick:: post.letter
   :show: send

   channel.send
      It *waits* until there is room.
"""
FIRST, QUESTION, ANSWER, _, END, LETTER = range(6)
READY = "document.documentElement.dataset.deck === 'ready'"
AT = "Reveal.getIndices().h === {}"


def wait_for(page, condition: str) -> None:
    wait_in_page(page, condition, PATIENCE)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("talk")
    write(root / "slides", {"index.rst": SLIDES + TRICK})
    (root / "slides" / "conf.py").unlink()
    for name in ("tap", "surprise", "end"):
        (root / "slides" / f"{name}.png").write_bytes(PICTURE + name.encode())
    (root / "conf.py").write_text(CONF)
    (root / "deck").symlink_to(ROOT / "deck")
    program = tiny.program(root)
    program.write_text(f"{program.read_text()}\n\nmain()\n")
    return root


@pytest.fixture(scope="module")
def stage(root):
    with StageProcess(root, "--port", "0", "--followers", "127.0.0.1:0") as stage:
        stage.followers = stage.printed_until("can follow").split()[-1]
        stage.address = stage.printed_until("The stage is open").split()[-1]
        yield stage


@pytest.fixture(scope="module")
def speaker(browser, stage):
    page = browser.new_context().new_page()
    page.goto(stage.address)
    wait_for(page, f"{READY} && document.querySelector('.followers figure')")
    return page


@pytest.fixture
def followers(browser, stage, speaker):
    contexts = [browser.new_context(), browser.new_context()]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.goto(stage.followers)
        wait_for(page, f"{READY} && document.querySelector('.followers figure')")
    yield pages
    for context in contexts:
        context.close()


def go(speaker, slide: int, step: int = -1) -> None:
    speaker.evaluate("([h, f]) => Reveal.slide(h, 0, f)", [slide, step])


def test_slides_steps_and_answers_follow(speaker, followers):
    go(speaker, QUESTION)
    for page in followers:
        wait_for(page, AT.format(QUESTION))
        assert "shut" not in page.content() and "It waits" not in page.content()
        assert page.locator(".present .right").count() == 0
    go(speaker, QUESTION, 0)
    for page in followers:
        wait_for(page, "document.querySelector('.present .right.visible .verdict')")
        wait_for(page, "Reveal.getIndices().f === 0")
        assert page.locator(".present .why").is_visible()
        assert page.locator(".present img").evaluate("image => image.decode().then(() => true)")
    go(speaker, ANSWER)
    for page in followers:
        wait_for(page, "document.querySelector('.present h2')?.textContent.includes('surp')")
        wait_for(page, "document.title.includes('surprise')")


def test_one_wanders_off_and_comes_back_by_one_button(speaker, followers):
    go(speaker, QUESTION)
    one, other = followers
    for page in followers:
        wait_for(page, AT.format(QUESTION))
        assert not page.locator(".deck-follow .back").is_visible()
    one.keyboard.press("PageUp")
    wait_for(one, AT.format(FIRST))
    go(speaker, END)
    wait_for(other, AT.format(END))
    wait_for(one, "document.querySelector('.deck-follow .where').textContent.includes('5')")
    assert one.evaluate(AT.format(FIRST))
    one.reload()  # who has wandered off stays where he is
    wait_for(one, f"{READY} && document.querySelector('.followers figure')")
    assert one.evaluate(AT.format(FIRST))
    one.get_by_role("button", name="Back to the speaker").click()
    wait_for(one, AT.format(END))
    go(speaker, QUESTION)
    wait_for(one, AT.format(QUESTION))


def test_what_runs_is_seen_as_it_runs_and_nobody_else_can_run(speaker, followers):
    go(speaker, LETTER, 1)
    for page in followers:
        wait_for(page, AT.format(LETTER))
        assert page.locator(".present .trick-run").text_content() == "Replay"
    wait_for(speaker, "document.querySelector('.present .trick-run').textContent === 'Run'")
    speaker.locator(".present .trick-run").click()
    said = "document.querySelector('.present .trick-output').textContent === 'sender: one\\n'"
    ended = "document.querySelector('.present .trick-status').dataset.result === 'passed'"
    for page in (speaker, *followers):
        wait_for(page, f"{said} && {ended}")
        assert not page.locator(".deck-follow .back").is_visible()  # a run is no wandering off
    late = followers[0]
    late.reload()
    wait_for(late, f"{READY} && {said} && {ended}")


def test_captions_are_for_those_who_want_them(speaker, followers):
    go(speaker, QUESTION)
    one, other = followers
    wait_for(one, AT.format(QUESTION))
    one.get_by_role("button", name="Captions").click()
    wait_for(one, "document.querySelector('.deck-captions')?.textContent === 'Hands, please.'")
    go(speaker, QUESTION, 0)
    text = "document.querySelector('.deck-captions').textContent === 'The second. It waits.'"
    wait_for(one, text)
    assert other.locator(".deck-captions").count() == 0
    assert "The second. It waits." not in other.content()
    # They have room of their own.
    slide = one.locator(".reveal").bounding_box()
    assert slide["y"] + slide["height"] <= one.locator(".deck-dock").bounding_box()["y"] + 1
    one.get_by_role("button", name="Captions").click()
    wait_for(one, "!document.querySelector('.deck-captions')")


def test_the_invitation_is_on_the_slide_with_its_picture(stage, speaker, followers):
    go(speaker, FIRST)
    for page in (speaker, *followers):
        wait_for(page, AT.format(FIRST))
        assert page.locator(".followers figcaption").inner_text() == stage.followers[7:]
        assert page.locator(".followers img").evaluate("image => image.decode().then(() => true)")
        assert not page.get_by_text("The slides: nowhere yet.").is_visible()


def test_a_follower_sees_no_note_no_token_and_has_no_key_to_the_stage(stage, followers):
    page = followers[0]
    html = page.content()
    for secret in ("Welcome", "token", "data-stage", '="notes'):
        assert secret not in html
    assert page.context.cookies() == []
    page.keyboard.press("s")
    assert len(page.context.pages) == 1
    assert not page.evaluate("document.querySelector('.icon-notes')")


def test_a_slide_that_is_saved_comes_without_a_reload(root, speaker, followers):
    go(speaker, END)
    for page in followers:
        wait_for(page, AT.format(END))
        page.evaluate("window.same = true")
    index = root / "slides" / "index.rst"
    index.write_text(index.read_text().replace("The end\n-------", "The very\n--------"))
    for page in followers:
        wait_for(page, "document.querySelector('.present h2').textContent === 'The very'")
        assert page.evaluate("window.same") and page.evaluate(AT.format(END))
