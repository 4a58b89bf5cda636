"""What conf.py may say: a value that no deck can be built with is told before anything is read."""

import pytest
from docset import build, write
from sphinx.errors import ConfigError

SLIDES = "A deck\n======\n\nA slide\n-------\n\n:math:`\\R`\n"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("slide_levels", "2", "slide_levels in conf.py is '2'; it is a number"),
        ("slide_theme_options", [], "slide_theme_options in conf.py is []; it is a table"),
        ("talk_minutes", "45", "talk_minutes in conf.py is '45'; it is a number"),
        ("talk_shorter", ["udp"], "it is a table of minutes, and the documents that go"),
        ("talk_shorter", {20: "udp"}, "talk_shorter in conf.py has 20: 'udp'; it is a table"),
        ("talk_shorter", {"20": ["udp"]}, "talk_shorter in conf.py has '20': ['udp']"),
        ("talk_shorter", {20: ["nope"]}, "talk_shorter in conf.py: there is no document 'nope'"),
        ("talk_appendix", "more", "talk_appendix in conf.py is 'more'; it is a list of documents"),
        ("talk_appendix", ["nope"], "talk_appendix in conf.py: there is no document 'nope'"),
        ("handout_without", ["nope"], "handout_without in conf.py: there is no document 'nope'"),
        ("page_kernel", 3, "page_kernel in conf.py is 3; it is the path of a folder"),
        (
            "mathjax3_config",
            {"tex": {"macros": {"R": 3}}},
            "the macro R in conf.py is 3; it is TeX",
        ),
    ],
)
def test_a_value_of_no_use_is_named_with_what_it_has_to_be(tmp_path, setting, value, said):
    conf = f"extensions = ['deck']\n{setting} = {value!r}\n"
    docs = write(tmp_path / "docs", {"conf.py": conf, "index.rst": SLIDES})
    with pytest.raises(ConfigError) as told:
        build(docs, strict=False)
    assert said in str(told.value)
