"""The Linux in the page runs in Firefox, too."""

import pytest
from firefox import opened

LIMIT = 110  # seconds: the first start, on a busy machine
STATUS = "document.querySelector('.present .trick-status').dataset.result"


@pytest.fixture
def firefox(site):
    with opened(f"{site.url}#/post.letter") as firefox:
        yield firefox


@pytest.mark.timeout(180)
def test_a_trick_runs_as_recorded(firefox):
    firefox.ask("document.querySelector('.present .trick-run').click()")
    firefox.until("document.querySelector('dialog .yes') !== null")
    firefox.ask("document.querySelector('dialog .yes').click()")
    firefox.until(f"['passed', 'failed'].includes({STATUS})", LIMIT)
    said = "document.querySelector('.present .trick-output').textContent"
    assert firefox.ask(said).split("\n")[:2] == ["sender: one letter", "reader: it is here"]
    assert firefox.ask(STATUS) == "passed"
