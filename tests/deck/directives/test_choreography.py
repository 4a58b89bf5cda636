"""The steps of a drawing: parts that appear, leave and move, and what is refused."""

import re
from html import unescape

import pytest
import tiny
from docset import make

from deck.directives import choreography

PARTS = {"card", "cross"}
STEPS = """
[[step]]
says = "It falls."
move = { card = [0, 120] }

[[step]]
says = "It is lost."
show = ["cross"]
hide = ["card"]
"""


def read(tmp_path, text, parts=PARTS):
    path = tmp_path / "wire.toml"
    path.write_text(text)
    return choreography.read(path, parts, "figures/wire.toml")


def test_a_drawing_without_steps_has_none(tmp_path):
    assert choreography.read(tmp_path / "none.toml", PARTS) is None


def test_what_a_step_did_stays_and_what_will_be_shown_is_not_there_at_first(tmp_path):
    dance = read(tmp_path, STEPS)
    assert [dance.first[part].there for part in ("card", "cross")] == [True, False]
    assert dance.last["cross"].there
    card = dance.last["card"]
    assert (card.there, card.dx, card.dy) == (False, 0, 120)
    assert dance.said == "It falls. It is lost."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[step", "wire.toml: no well-formed TOML"),
        ("title = 1", r"wire.toml: it has to be made of \[\[step\]\]"),
        ('[[step]]\nshow = ["card"]', "wire.toml, step 1: no `says`"),
        ('[[step]]\nsays = "a"\nshows = ["card"]', "step 1: 'shows'; a step has says, show"),
        ('[[step]]\nsays = "a"\nshow = ["kard"]', "no part with the id 'kard'; it has card, cross"),
        ("step = [1]", r"wire.toml: it has to be made of \[\[step\]\]"),
        ('[[step]]\nsays = "a"\nshow = "card"', "show = 'card'; it is a list of ids"),
        ('[[step]]\nsays = "a"\nhide = [1]', r"hide = \[1\]; it is a list of ids"),
        ('[[step]]\nsays = "a"\nmove = ["card"]', r"move = \['card'\]; write move ="),
        ('[[step]]\nsays = "a"\nmove = { card = 3 }', r"card = 3; a way is \[to the right, down\]"),
    ],
)
def test_what_is_wrong_is_said_with_file_step_and_remedy(tmp_path, text, said):
    with pytest.raises(choreography.ChoreographyError, match=said):
        read(tmp_path, text)


def test_each_step_is_a_key_and_elsewhere_the_drawing_stands_as_after_the_last(tmp_path):
    svg = tiny.FIGURE.replace("</svg>", '<g id="card"/><g id="cross"/></svg>')
    files = {"_static/wire.svg": svg, "_static/wire.toml": STEPS}
    html = make(tmp_path, "A\n=\n\n.. diagram:: wire.svg\n", files=files).slides()
    assert re.findall(r'class="fragment custom" data-step="(\d)"', html) == ["1", "2"]
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    plain, slides = style.split("@media not (scripting: none)")
    assert re.search(r"-card \{ opacity: 0; .*translate\(0px, 120px\)", plain)
    assert re.search(r"\.reveal #\S+-cross \{ opacity: 0", slides)
    assert "It falls. It is lost.</desc>" in html
    # For a phone, each sentence comes with its step; for who hears the page, it is said once.
    assert "<p>It falls.</p><p>It is lost.</p></figcaption>" in html
    seen = '[data-step="2"].visible) + .steps-said > :nth-child(2) { visibility: visible }'
    assert seen in unescape(slides)
    assert 'class="steps-said" aria-hidden="true"' in html
