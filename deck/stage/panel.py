"""The last preflight as a page of the stage, for the presenter alone: /preflight."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from deck.programs import preflight
from deck.programs.machine import BAD, CAUTION, GOOD, Check
from deck.programs.outlook import FAILS, WORDS, Outlook, counted
from deck.programs.preflight import Report
from deck.stage.gate import Gate

PATH = "/preflight"
NONE = "There was no preflight yet. In a terminal: make preflight\n"
CLOSED = "Open the address that the stage's terminal shows in this browser first.\n"
STYLE = """
:root { color-scheme: light dark; font: 1.1rem/1.4 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 2.5rem; margin: 0 }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
td, th { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #8886; overflow-wrap: break-word }
code { font-size: .95em }
"""
MARKS = {GOOD: "✔", CAUTION: "○", BAD: "✘"}
# Those that need a look first.
ORDER = sorted(WORDS, key=lambda how: (how != FAILS, list(WORDS).index(how)))


class Panel:
    """Answers with what the preflight of the talk below `root` has found."""

    def __init__(self, root: Path, gate: Gate) -> None:
        self._root = root
        self._gate = gate

    def answer(self, request: Request) -> Response:
        if not self._gate.admits(request):
            return PlainTextResponse(CLOSED, 403)
        report = preflight.last(self._root)
        if report is None:
            return PlainTextResponse(NONE, 404)
        page = render(report, preflight.outdated(report, self._root))
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})


def render(report: Report, since: str) -> str:
    """The page; `since` says why the report is not of now, or ""."""
    programs = sorted(report.programs, key=_first)
    checks = ((MARKS[one.state], one.name, one.text, _remedy(one)) for one in report.checks)
    verdict = "GO" if report.go else f"NO-GO: {report.faults[0]}"
    old = f"<p>Since then: {escape(since)}. In a terminal: make preflight</p>" if since else ""
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Preflight</title><style>{STYLE}</style><main><h1>{escape(verdict)}</h1>{old}"
        f"<p>{escape(report.sentence())}</p>"
        f"{_table(('', 'this machine', 'is', 'what to do'), checks)}"
        f"<p>{escape(counted(report.programs))}.</p>"
        f"{_table(('program', 'on its slide', 'why', 'longest run'), map(_row, programs))}"
        f"{_what_if(report)}"
        '<p><a href="/">The slides</a></p></main></html>'
    )


def _first(one: Outlook) -> tuple[int, float]:
    return ORDER.index(one.how), -one.seconds


def _what_if(report: Report) -> str:
    if not report.variants:
        return ""
    rows = map(_row, sorted(report.variants, key=_first))
    told = f"<p>What if ...? {escape(counted(report.variants))}.</p>"
    return told + _table(("variant", "on its slide", "why", "longest run"), rows)


def _remedy(check: Check) -> str:
    return check.remedy if check.state != GOOD else ""


def _row(one: Outlook) -> tuple[str, ...]:
    why = ". ".join(filter(None, (one.why, one.remedy)))
    return one.id, WORDS[one.how], why, f"{one.seconds:.2f} s" if one.seconds else ""


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
