"""The page's style sheet and script, as the builder joins them."""

import gzip
import re

from deck.slides import assets

SPELT_OUT = re.compile(r'(?:textContent|title|placeholder) = "[^"]*[a-z]|aria-label", ["`][a-zA-Z]')

OUT = ("/*", "//")
LITERAL = re.compile(
    r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    r"""|(?<=[=(,:?&|!;>\[{] )/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/"""
    r"""|(?<=[=(,:?&|!;\[{])/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/""",
    re.S,
)


def test_style_and_script_are_small():
    """As they travel, compressed."""
    assert len(gzip.compress(assets.style_sheet().encode())) < 17_500
    assert len(gzip.compress(assets.script().encode())) < 26_800


def test_packing_leaves_what_is_written_in_the_script_as_it_is():
    """Strings, templates and patterns; the packer takes one behind `=>` for a division."""
    sources = [path.read_text() for path in (assets.THEME / "scripts").glob("*.js")]
    packed = assets.script()
    written = [
        text for source in sources for text in LITERAL.findall(source) if text[:2] not in OUT
    ]
    assert len(written) > 500
    assert [text for text in written if text not in packed] == []


def test_each_part_lies_in_the_list():
    assert {p.stem for p in (assets.THEME / "styles").glob("*.css")} == set(assets.STYLES)
    assert {p.stem for p in (assets.THEME / "scripts").glob("*.js")} == set(assets.SCRIPTS)


def test_no_words_are_spelt_out_in_the_script():
    assert not SPELT_OUT.findall(assets.script())
