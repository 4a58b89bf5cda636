"""A deck on a plain web server runs its tricks on a Linux of its own, in the page."""

import re

import pytest
from page_window import READY

from deck.programs.catalogue import ROOT

pytestmark = pytest.mark.thorough
LIMIT = 90_000  # ms: the machine may be busy with other tests
STATUS = ".present .trick-status"
RUN = ".present .trick-run"


@pytest.fixture
def page(browser, site):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    context.close()
    assert page.complaints == []


def open_at(page, site, id):
    page.goto(f"{site.url}#/{id}")
    page.wait_for_function(READY)


def ends(page, result):
    page.wait_for_selector(f"{STATUS}[data-result='{result}']")


def said(page):
    return page.locator(".present .trick-output .line").all_inner_texts()


def run(page, result="passed"):
    page.click(RUN)
    page.wait_for_selector(f"dialog .yes, {STATUS}[data-result='running']")
    if page.locator("dialog .yes").count():
        page.click("dialog .yes")
    ends(page, result)


def test_run_asks_once_fetches_once_and_prints_what_is_recorded(page, site):
    open_at(page, site, "post.letter")
    assert page.inner_text(RUN) == "Run"
    page.click(RUN)
    asked = page.inner_text("dialog.deck-linux-ask")
    assert "fetches a Linux once" in asked and " MB" in asked
    page.click("dialog button:not(.yes)")
    ends(page, "skipped")
    run(page)
    assert [line.rstrip() for line in said(page)] == ["sender: one letter", "reader: it is here"]
    assert "in this page" in page.inner_text(STATUS)
    site.asked.clear()
    page.reload()
    page.wait_for_function(READY)
    run(page)
    assert not [path for path in site.asked if "state" in path or "wasm" in path]


def test_replay_stands_beside_run(page, site):
    open_at(page, site, "post.letter")
    page.click(".present .trick-replay")
    ends(page, "replay")
    assert not [path for path in site.asked if path.endswith("machine.js")][1:]


def test_stop_ends_what_does_not_end_and_the_linux_goes_on(page, site):
    open_at(page, site, "post.endless")
    run(page, "running")
    page.wait_for_selector(".present .trick-output .line:has-text('I do not end')")
    page.click(RUN)
    ends(page, "stopped")
    page.keyboard.press("Home")
    open_at(page, site, "post.letter")
    run(page)


def test_a_flood_of_output_is_ended_and_the_page_lives(page, site):
    open_at(page, site, "post.flood")
    run(page, "failed")
    assert page.evaluate("document.querySelectorAll('.present .trick-output .line').length") <= 2000


def test_a_fork_bomb_costs_one_stop(page, site):
    open_at(page, site, "post.forks")
    run(page, "running")
    page.wait_for_selector(".present .trick-output .line:has-text('we are many')")
    page.click(RUN)
    ends(page, "stopped")
    open_at(page, site, "post.letter")
    run(page)


def open_workbench(page):
    page.click(".present .trick-edit")
    page.wait_for_selector(".deck-workbench[open] .cm-content")


def tab_to(page, selector):
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no Tab leads to {selector}")


def type_program(page, text):
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def result(page, text):
    page.wait_for_selector(f".deck-workbench .status:has-text('{text}')")


def test_a_program_is_changed_broken_and_reset_by_keyboard_alone(page, site):
    open_at(page, site, "post.letter")
    page.keyboard.press("r")
    page.wait_for_selector("dialog .yes:focus")
    page.keyboard.press("Enter")
    ends(page, "passed")
    tab_to(page, ".present .trick-edit")
    page.keyboard.press("Enter")
    page.wait_for_selector(".deck-workbench[open] .cm-content:focus")
    whole = page.evaluate("document.querySelector('.cm-content').innerText")
    assert "def main" in whole
    type_program(page, 'print("sender: another")')
    page.keyboard.press("Control+Enter")
    result(page, "not as recorded")
    pane = page.inner_text(".deck-workbench .said")
    assert "+ sender: another" in pane and "- reader: it is here" in pane
    type_program(page, 'print("a")\nassert 1 == 2')
    page.keyboard.press("Control+Enter")
    result(page, "line 2")
    page.reload()
    page.wait_for_function(READY)
    open_workbench(page)
    kept = page.evaluate("document.querySelector('.cm-content').innerText")
    assert "assert 1 == 2" in kept
    tab_to(page, ".deck-workbench footer button:nth-child(2)")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    result(page, "as recorded")
    page.keyboard.press("Escape")
    page.wait_for_selector(".deck-workbench", state="hidden")
    page.keyboard.press("PageDown")
    page.wait_for_selector("section.present:has-text('post.pipe')")


def test_a_link_carries_a_program_and_runs_nothing(page, site):
    open_at(page, site, "post.letter")
    open_workbench(page)
    type_program(page, 'print("sender: carried")')
    page.click(".deck-workbench footer button:has-text('Copy a link')")
    page.wait_for_selector(".deck-workbench .status:not(:empty)")
    address = page.inner_text(".deck-workbench .status")
    if not address.startswith("http"):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        address = page.evaluate("navigator.clipboard.readText()")
    other = page.context.new_page()
    other.set_default_timeout(LIMIT)
    other.goto(address)
    other.wait_for_selector(".deck-workbench[open] .cm-content")
    assert "carried" in other.evaluate("document.querySelector('.cm-content').innerText")
    assert other.inner_text(".deck-workbench .status") == ""
    assert "edit:" not in other.url


def test_it_is_all_there_on_a_phone_and_by_touch(browser, site):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    open_at(page, site, "post.letter")
    page.tap(RUN)
    page.tap("dialog .yes")
    ends(page, "passed")
    page.tap(".present .trick-edit")
    page.wait_for_selector(".deck-workbench[open] .cm-content")
    for button in page.locator(".deck-workbench button").all():
        box = button.bounding_box()
        assert box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.tap(".deck-workbench .run")
    result(page, "as recorded")
    context.close()


def test_the_policy_that_is_documented_is_enough(page, site):
    text = (ROOT / "docs/publishing.rst").read_text()
    policy = re.search(r"^ +(default-src [^\n]+\n[^\n]+)\n\n", text, re.M)[1]
    strict = type(site)(site.folder, " ".join(policy.split()))
    said = []
    page.on("console", lambda message: said.append(message.text))
    open_at(page, strict, "post.cable")
    run(page)
    strict.close()
    assert not [text for text in said if "Content Security Policy" in text or "refused" in text]


def test_a_page_from_a_file_replays_and_says_why(page, site):
    page.goto(f"{(site.folder / 'index.html').as_uri()}#/post.letter")
    page.wait_for_function(READY)
    assert page.inner_text(RUN) == "Replay"
    assert "opened from a file" in page.get_attribute(RUN, "title")
