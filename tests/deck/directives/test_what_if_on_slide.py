"""What a slide is told of a trick's variants."""

from dataclasses import asdict

import pytest
import tiny

from deck.directives import snippets, what_if
from deck.programs import catalogue, variants


def variant(tmp_path, replace: str, new: str) -> variants.Variant:
    path = tiny.program(tmp_path)
    table = f'[v]\ntitle = "What if?"\nreplace = """{replace}"""\nwith = """{new}"""\n'
    path.with_suffix(".toml").write_text(table + 'shows = "fails OSError"\n')
    return variants.of(catalogue.read(path))["v"]


@pytest.mark.parametrize(
    ("replace", "new", "old_lines", "new_lines"),
    [
        ("channel.send(text)", "pass", ["    channel.send(text)"], ["    pass"]),
        ("    channel.send(text)\n", "", ["    channel.send(text)"], []),
        (
            "    return channel\n",
            "    channel.close()\n    return channel\n",
            [],
            ["    channel.close()"],
        ),
    ],
    ids=["changed", "left out", "put in"],
)
def test_a_change_is_whole_lines(tmp_path, replace, new, old_lines, new_lines):
    found = what_if.change(variant(tmp_path, replace, new))
    assert (found.old, found.new) == (old_lines, new_lines)


def shown(path, *names: str) -> list[snippets.Line]:
    return snippets.select(path, list(names))


def test_it_stands_where_its_lines_are_shown_and_as_far_to_the_left(tmp_path):
    one = variant(tmp_path, "text = channel.recv(100)", "text = b''")
    lines = shown(one.trick.path, "[reading]")
    told = what_if.told(one, lines)
    assert (told["at"], told["gone"], told["new"]) == (0, [0], ["text = b''"])
    assert told["old"] == ["        text = channel.recv(100)"]


def test_what_is_put_in_stands_behind_the_line_above(tmp_path):
    one = variant(tmp_path, "    return channel\n", "    channel.close()\n    return channel\n")
    told = what_if.told(one, shown(one.trick.path, "send"))
    assert (told["at"], told["gone"]) == (1, [])


def test_what_no_slide_shows_has_no_place(tmp_path):
    one = variant(tmp_path, "channel.send(text)", "pass")
    told = what_if.told(one, shown(one.trick.path, "main"))
    assert (told["at"], told["gone"], told["events"]) == (-1, [], [])
    assert asdict(what_if.change(one))["old"] == ["    channel.send(text)"]
