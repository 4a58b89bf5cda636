"""Measurements on slides: the directive, the role, and measuring again on the stage."""

# ruff: noqa: RUF001 - the sign of multiplication

import json
import os
import re
import shutil

import pytest
from docset import build, write
from open_stage import OpenStage, write_deck
from tricks import write_program

from deck.measuring import live

PROGRAM = """
import json
import sys

assert sys.argv[1:] == ["--quick"]
print(json.dumps({"plan": 4}))
for number in range(2):
    for way in ("pipe", "TCP"):
        names = {"measure": "round trip", "way": way, "size": 64, "cores": "same core"}
        rest = {"by": "Python", "unit": "µs", "round": number, "figures": [7.1, 9, 6]}
        print(json.dumps(names | rest), flush=True)
"""
MACHINE = {
    **{"cpu": "AMD EPYC", "cpus": 2, "virtual": "KVM", "kernel": "6.18.44-x"},
    **{"python": "3.11.7", "governor": "not shown", "date": "2026-11-23"},
}
SLIDES = """
Speed
=====

Which?
------

.. chart:: post
   :ways: TCP, pipe
   :as-listed:
   :labels: TCP = the net

A pipe takes :measured:`post: pipe` and is :measured:`post: pipe / TCP` TCP.
"""


def record(root, pipe=4.9, tcp=9.8, spread=1.0):
    names = {"measure": "round trip", "size": 64, "cores": "same core", "by": "Python"}
    cells = []
    for way, figure in (("pipe", pipe), ("TCP", tcp)):
        medians = (figure / spread, figure, figure * spread)
        rounds = [[each, 2 * each, each / 2] for each in medians]
        cells.append(names | {"way": way, "unit": "µs", "rounds": rounds})
    told = {"machine": MACHINE, "questions": {"post": {"cells": cells, "skipped": []}}}
    write_program(root, "measurements.post", PROGRAM, title="Which way is faster?")
    (root / "measurements" / "recorded.json").write_text(json.dumps(told))


@pytest.fixture
def deck(tmp_path):
    root = write(tmp_path / "deck", {"index.rst": SLIDES})
    record(root)
    return root


def test_a_slide_has_the_chart_its_figures_and_the_machine(deck):
    html = build(deck).slides()
    assert re.search(r'data-chart="post" data-key="[0-9a-f]{12}"', html)
    assert html.count("<svg") == 4 and ">the net</text>" in html and ">4.9 µs</text>" in html
    said = re.sub("<.*?>", "", html).replace("\N{NO-BREAK SPACE}", " ")
    assert "A pipe takes 4.9 µs and is 2.0× as fast as TCP." in said
    assert (
        "Python 3.11.7, Linux 6.18.44, AMD EPYC, KVM, 2 CPUs; 2026-11-23;"
        " a run of its own, median of 3 rounds" in said
    )
    assert "whiskers" not in said, "the rounds do not differ, so none is drawn"


def test_new_figures_change_the_words_and_the_chart(deck):
    build(deck)
    assert build(deck).documents_read == []
    record(deck, pipe=6.3, tcp=6.3, spread=1.5)
    path = deck / "measurements" / "recorded.json"
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    built = build(deck)
    assert built.documents_read == ["index"]
    html = built.slides().replace("\N{NO-BREAK SPACE}", " ")
    assert "6.3 µs</span> and is" in html and ">6.3 µs</text>" in html and "4.9" not in html
    assert ">as fast as</span> TCP" in html
    assert "median of 3 rounds, whiskers: spread over rounds" in html


@pytest.mark.thorough(kind="a chart in another builder")
@pytest.mark.parametrize("builder", ["text", "latex", "man", "html"])
def test_every_builder_says_it_in_words(deck, builder):
    output = build(deck, builder).output
    patterns = ("index.html", "index.txt", "*.tex", "*.1")
    [path] = [path for pattern in patterns for path in output.glob(pattern)]
    text = " ".join(path.read_text().split())
    assert re.search(r"the net 9\.8 .?µs, pipe 4\.9", text.replace("\\", "")), text[-900:]


@pytest.mark.parametrize("builder", ["handout", "singlefile-handout"])
def test_the_handout_has_all_figures(deck, builder):
    page = build(deck, builder).page()
    table = re.search(r'<table class="[^"]*measured.*?</table>', page, re.S)[0]
    cells = re.findall(r"<t[hd].*?<p>(.*?)</p>", table, re.S)
    assert cells[9:16] == ["64 B", "same core", "Python", *("9.8 µs", "20 µs", "4.9 µs"), cells[15]]
    assert cells[15] == "9.8 µs to 9.8 µs"
    assert ("<details" in page) == (builder == "handout")


def test_the_stage_is_told_what_to_draw(deck):
    output = build(deck).output
    [chart] = live.charts_in(output, "post")
    assert chart.ways == ("TCP", "pipe") and live.charts_in(output, "past") == []
    assert live.charts_in(deck, "post") == []


def with_option(text):
    return SLIDES.replace("   :ways: TCP, pipe\n   :as-listed:\n", f"   {text}\n")


BROKEN = [
    (SLIDES.replace("chart:: post", "chart:: past"), r"rst:8.*no trick 'measurements.past'"),
    (with_option(":ways: fax"), r"rst:8.*no way begins 'fax'; there is pipe, TCP"),
    (with_option(":size: 1 KiB"), r"rst:8.*no size '1 KiB'; there is 64 B"),
    (with_option(":measure: speed"), r"rst:8.*no measure 'speed'; there is round trip"),
    (with_option(":compare: pipe"), r"rst:8.*names no two ways; write `A / B`"),
    (with_option(":compare: pipe / TCP\n   :size: 64 B"), r"rst:8.*:size: and :compare: exclude"),
    (SLIDES.replace("TCP = the", "fax = the"), r"rst:8.*:labels: 'fax = the net' is no"),
    (SLIDES.replace("`post: pipe`", "`post: fax`"), r"rst:13.*no way begins 'fax'"),
    (SLIDES.replace("`post: pipe`", "`post`"), r"rst:13.*'post' has no colon"),
    (SLIDES.replace("`post: pipe`", "`past: pipe`"), r"rst:13.*no measurement 'past'.*but post"),
]


def test_what_was_measured_has_a_label_of_its_own_too(deck):
    text = SLIDES.replace("TCP = the net", "round trip = there and back, TCP = the net")
    html = build(write(deck, {"index.rst": text})).slides()
    assert (
        ">there and back, 64 B, same core: shorter is better<" in html and ">the net</text>" in html
    )


def test_a_date_is_not_broken_at_its_hyphens(deck, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto((build(deck).output / "index.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.deck === 'ready'")
    date = page.locator(".chart-made .date")
    assert date.text_content() == "2026-11-23"
    assert date.evaluate("date => getComputedStyle(date).whiteSpace") == "nowrap"
    page.close()


def test_what_was_measured_beside_comes_with_the_next_step(deck, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto((build(deck).output / "index.html").as_uri() + "#/1")
    page.wait_for_function("document.documentElement.dataset.deck === 'ready'")
    seen = []
    for _ in range(2):
        svgs = page.locator("div.chart svg").filter(visible=True)
        small = page.locator(".chart-made").is_visible()
        seen.append([svgs.count(), svgs.get_attribute("class"), small])
        page.keyboard.press("ArrowRight")
    page.close()
    assert seen == [[1, "chart-hall chart-wide", False], [1, "chart-detail chart-wide", True]]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_what_is_missing_is_said_with_place_and_remedy(deck, text, said):
    built = build(write(deck, {"index.rst": text}), strict=False)
    assert re.search(said, built.warnings), built.warnings
    assert "broken" in built.slides()


@pytest.fixture
def stage(tmp_path):
    root = write_deck(tmp_path / "stage")
    record(root)
    source = write(tmp_path / "source", {"index.rst": SLIDES})
    built = build(source, deck_root=str(root)).output
    shutil.copytree(built, root / "_build" / "slides", dirs_exist_ok=True)
    with OpenStage(root) as stage:
        yield stage


def test_a_measurement_made_anew_sends_charts_and_no_lines(stage):
    with stage.presenter().socket() as talk:
        assert talk.hear()["tricks"]["measurements.post"]["runnable"]
        heard = talk.run("measurements.post")
    kinds = [message["kind"] for message in heard]
    assert kinds == ["start", "status", "chart", "chart", "end"] and heard[-1]["result"] == "passed"
    assert heard[1]["text"] == "2 of 4 figures"
    [(wide, narrow, *detail)] = json.loads(heard[-2]["text"]).values()
    assert all("4.9 µs, now 7.1 µs" in svg for svg in (wide, narrow, *detail))
    with stage.presenter().socket() as late:
        past = [event["kind"] for event in late.hear()["runs"]]
    assert past == ["start", "status", "chart", "end"], "one chart is enough for who comes late"


def test_a_program_that_fails_says_why(stage):
    failing = PROGRAM + "sys.exit('no such thing here')\n"
    write_program(stage.root, "measurements.post", failing)
    with stage.presenter().socket() as talk:
        talk.hear()
        end = talk.run("measurements.post")[-1]
    assert (end["result"], end["text"]) == ("failed", "no such thing here")


@pytest.mark.thorough(kind="measure again")
def test_the_button_measures_again(stage, browser):
    page = browser.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(stage.addresses[-1])
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Measure again").click()
    page.get_by_text("measured in").wait_for()
    values = page.locator(".chart-hall.chart-wide .c-value").all_text_contents()
    page.close()
    assert values == ["9.8 µs, now 7.1 µs", "4.9 µs, now 7.1 µs"]
    assert not complaints
