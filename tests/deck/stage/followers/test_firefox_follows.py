"""Firefox follows as well; it is driven by marionette, which Debian's speaks."""

import pytest
from crowd import QUESTION
from firefox import opened

pytestmark = pytest.mark.thorough(kind="Firefox")


@pytest.fixture
def firefox(crowd):
    with opened(f"http://{crowd.host}/") as firefox:
        yield firefox


def test_firefox_follows_wanders_off_and_comes_back(crowd, firefox):
    at_question = f"Reveal.getIndices().h === {QUESTION}"
    wanders = "!document.querySelector('.deck-follow .back').hidden"
    firefox.until("document.querySelector('.followers figure') !== null")
    crowd.tell(type="at", at="#/which-one")
    firefox.until(at_question)
    assert not firefox.ask("document.documentElement.innerHTML.includes('shut')")
    crowd.tell(type="at", at="#/which-one/0")
    firefox.until("document.querySelector('.present .right.visible') !== null")
    assert not firefox.ask(wanders)
    firefox.press("\ue00e")  # page up
    firefox.until(wanders)
    firefox.ask("document.querySelector('.deck-follow .captions').click()")
    firefox.until("document.querySelector('.deck-captions')?.textContent.includes('It waits')")
    firefox.ask("document.querySelector('.deck-follow .back').click()")
    firefox.until(f"{at_question} && Reveal.getIndices().f === 0")
    assert not firefox.ask(wanders)
