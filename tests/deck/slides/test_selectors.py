"""Selectors written out are for the same elements, and weigh the same."""

import pytest

from deck.slides import assets, selectors


@pytest.mark.parametrize(
    ("selector", "written"),
    [
        (".reveal :is(ul, ol)", [".reveal ul", ".reveal ol"]),
        ("p :is(.a, .b)::before", ["p .a::before", "p .b::before"]),
        ("figure:is(.byte, .lost)", ["figure.byte", "figure.lost"]),
        ("dl :where(dt, dd)", ["dl :where(dt)", "dl :where(dd)"]),
        ("p > :is(code, .math)", ["p > :where(code):not(._)", "p > .math"]),
        (":is(.a, .b) > :not(.c, .d)", [".a > :not(.c, .d)", ".b > :not(.c, .d)"]),
        (":is(.a, .b) > p", [":is(.a, .b) > p"]),
        ("li:not(:is(.a, .b))", ["li:not(:is(.a, .b))"]),
        ('[lang="a, b"] :is(q, p)', ['[lang="a, b"] q', '[lang="a, b"] p']),
    ],
)
def test_a_selector_that_ends_in_a_choice_is_a_list(selector, written):
    assert selectors.written_out(selector) == written


@pytest.mark.parametrize(
    ("selector", "weight"),
    [
        ("#a .b > li::marker", (1, 1, 2)),
        (":is(.a, li) :where(.b, #c)", (0, 1, 0)),
        ("p:not(.a, li li):hover", (0, 2, 1)),
        ("section > :nth-child(1 of aside.a, div.b.c)", (0, 3, 2)),
        ("tr:nth-child(2n+1) [data-x='.y']", (0, 2, 1)),
    ],
)
def test_weights(selector, weight):
    assert selectors.weight(selector) == weight


def test_all_of_the_style_sheet_keeps_its_weights():
    found = list(selectors_of("\n".join(assets._read("styles", f"{n}.css") for n in assets.STYLES)))
    assert len(found) > 500
    for selector in found:
        weights = {selectors.weight(one) for one in selectors.written_out(selector)}
        assert weights == {selectors.weight(selector)}, selector


def test_what_is_no_selector_stays():
    sheet = '@media (min-width: 1px) { a :is(b, i) { content: "/* {; */"; } } /* gone */'
    assert selectors.unfold(sheet) == '@media (min-width: 1px){a b,a i{ content: "/* {; */"}\n}\n'


def selectors_of(sheet):
    waiting = ""
    for piece in selectors._PIECE.findall(sheet):
        if piece == "{" and not waiting.strip().startswith("@"):
            yield from selectors.split(waiting.strip())
        waiting = "" if piece in "{};" or piece.startswith("/*") else waiting + piece
