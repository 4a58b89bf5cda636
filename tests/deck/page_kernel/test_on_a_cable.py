"""A program of two hosts: two Linuxes in one page, and a cable between them."""

import pytest
from page_programs import SAID
from page_window import READY

pytestmark = pytest.mark.thorough(kind="two machines on a cable")
LIMIT = 110_000  # ms: two of them start, and the machine may be busy with other tests
RUN, STATUS, CABLE = ".present .trick-run", ".present .trick-status", ".present .cable"


@pytest.fixture
def page(browser, site):
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    page.goto(f"{site.url}#/post.cable")
    page.wait_for_function(READY)
    yield page
    context.close()


def start(page):
    page.click(RUN)
    page.wait_for_selector(f"dialog .yes, {STATUS}[data-result='running']")
    if page.locator("dialog .yes").count():
        page.click("dialog .yes")


def ends(page, result="passed"):
    page.wait_for_selector(f"{STATUS}[data-result='{result}']")


def said(page, host):
    lines = page.locator(f".present .trick-output .line[style*='--lane: {host}']:not(.error)")
    return [line.rstrip() for line in lines.all_text_contents()]


def says(page, text):
    page.wait_for_selector(f".present .trick-output .line:has-text('{text}')")


def as_recorded(page):
    ends(page)
    for column, host in enumerate(("alice", "bob")):
        wanted = [line for line in SAID["post.cable"] if line.startswith(host)]
        assert said(page, column) == wanted


@pytest.mark.timeout(300)
def test_each_host_has_a_linux_and_a_lane_of_its_own(page):
    names = page.locator(".present .lane")
    assert names.all_text_contents() == ["alice", "bob"]
    left, right = (name.bounding_box()["x"] for name in names.all())
    assert left + 100 < right
    start(page)
    as_recorded(page)
    assert "on one cable" in page.inner_text(STATUS)
    assert len(page.workers) == 2
    start(page)
    as_recorded(page)
    assert len(page.workers) == 2, "the second run starts none anew"


@pytest.mark.timeout(300)
def test_nothing_passes_a_pulled_cable_until_it_is_plugged_in(page):
    start(page)
    ends(page)
    assert page.inner_text(CABLE) == "Pull the cable"
    page.click(CABLE)
    assert page.inner_text(CABLE) == "Plug it in"
    start(page)
    says(page, "who is there?")
    assert said(page, 1) == []
    page.click(CABLE)
    as_recorded(page)


@pytest.mark.timeout(300)
def test_stop_stops_both(page):
    start(page)
    ends(page)
    page.click(CABLE)
    start(page)
    says(page, "who is there?")
    page.click(RUN)
    ends(page, "stopped")
    page.click(CABLE)
    start(page)
    as_recorded(page)


@pytest.mark.timeout(300)
def test_a_changed_program_runs_on_both_and_is_compared_by_host(page):
    page.click(".present .trick-edit")
    page.wait_for_selector(".deck-workbench[open] .cm-content")
    page.click(".deck-workbench .run")
    page.wait_for_selector("dialog .yes")
    page.click("dialog .yes")
    status = ".deck-workbench .status"
    page.wait_for_selector(f"{status}:has-text(' as recorded')")
    page.click(".deck-workbench .cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text('import sys\nprint(f"{sys.argv[1]}: I am here")\n')
    page.click(".deck-workbench .run")
    page.wait_for_selector(f"{status}:has-text('not as recorded')")
    pane = page.inner_text(".deck-workbench .said")
    assert "+ alice: I am here" in pane and "+ bob: I am here" in pane
