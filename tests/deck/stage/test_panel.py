"""The last preflight as a page of the stage."""

from deck.programs import preflight
from deck.programs.machine import CAUTION, GOOD, Check
from deck.programs.outlook import FAILS, LIVE, Outlook

REPORT = preflight.Report(
    0.0,
    "6.1",
    (
        Outlook("a.live", LIVE, seconds=0.25),
        Outlook("a.spoilt", FAILS, "failed: <b>no</b> luck", "python3 -m examples run a.spoilt"),
    ),
    (Check("port", GOOD, "8000 is free"), Check("power", CAUTION, "on battery", "plug it in")),
    ("a.spoilt does not run as recorded: python3 -m examples run a.spoilt",),
)


def test_the_presenter_sees_what_was_found(stage, root):
    preflight.keep(REPORT, root)
    page = stage.presenter().get("/preflight")
    assert page.status == 200
    assert page.getheader("Content-Security-Policy")
    assert "<h1>NO-GO: a.spoilt does not run as recorded" in page.text
    assert "failed: &lt;b&gt;no&lt;/b&gt; luck. python3 -m examples run a.spoilt" in page.text
    assert page.text.index("a.spoilt</td>") < page.text.index("a.live</td>")
    assert "plug it in" in page.text
    assert "Since then: this is Linux" in page.text


def test_nobody_else_does(stage, root):
    preflight.keep(REPORT, root)
    answer = stage.stranger().get("/preflight")
    assert (answer.status, "a.spoilt" in answer.text) == (403, False)


def test_without_one_it_says_how_to_make_one(stage):
    answer = stage.presenter().get("/preflight")
    assert (answer.status, "make preflight" in answer.text) == (404, True)


def test_the_stage_tells_of_it_when_it_opens(root, started):
    started.presenter()
    assert any(line.startswith("There was no preflight yet") for line in started.printed)
