"""Code in colours."""

from sphinx.highlighting import PygmentsBridge

from deck.slides.highlighting import keep_formatters

CODE = "def act(x):\n    return x\n"
WANTED = [{}, {"hl_lines": [1]}, {"hl_lines": [2]}, {"linenos": "inline", "linenostart": 7}]


def test_what_is_kept_colours_as_a_new_one_would():
    kept = PygmentsBridge("html", "sphinx")
    keep_formatters(kept)
    fresh = PygmentsBridge("html", "sphinx")
    for wanted in WANTED * 2:
        found = kept.highlight_block(CODE, "python", **wanted)
        assert found == fresh.highlight_block(CODE, "python", **wanted)


def test_one_formatter_for_all_that_want_the_same():
    bridge = PygmentsBridge("html", "sphinx")
    keep_formatters(bridge)
    assert bridge.get_formatter(hl_lines=[1]) is bridge.get_formatter(hl_lines=[1])
    assert bridge.get_formatter(hl_lines=[1]) is not bridge.get_formatter(hl_lines=[2])
