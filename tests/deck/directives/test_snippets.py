"""The shown part of a program: what is selected, and what is refused."""

import pytest
import tiny

from deck.directives import snippets


def test_a_marker_selects_what_stands_between(tmp_path):
    path = tiny.program(tmp_path)
    lines = snippets.select(path, ["[reading]"])
    assert [line.text for line in lines] == [
        "text = channel.recv(100)",
        'print("reader:", text)',
    ]
    assert path.read_text().splitlines()[lines[0].number - 1].strip() == lines[0].text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    pass\n" * 16, r":1: 17 lines to show, and a slide has room for 16; show fewer"),
        (f"    x = '{'y' * 62}'\n", r":2: 72 columns, and a slide has room for 68; break"),
    ],
)
def test_what_does_not_fit_a_slide_is_refused(tmp_path, body, said):
    path = tmp_path / "big.py"
    path.write_text(f"def big():\n{body}")
    with pytest.raises(snippets.SnippetError, match=said):
        snippets.select(path, ["big"])


def test_a_marker_is_closed_and_used_once(tmp_path):
    path = tmp_path / "marked.py"
    path.write_text("# [a]\nx = 1\n# [b]\n# [b]\n# [end b]\n")
    with pytest.raises(snippets.SnippetError, match=r":1: no line `# \[end a\]`"):
        snippets.select(path, ["[a]"])
    with pytest.raises(snippets.SnippetError, match=r":4: a second `# \[b\]`"):
        snippets.select(path, ["[b]"])


def test_a_changed_program_is_read_again_at_once(tmp_path):
    path = tmp_path / "moving.py"
    path.write_text("def f():\n    return 1\n")
    assert snippets.select(path, ["f"])[0].number == 1
    path.write_text("import os\n\n\ndef f():\n    return 2\n")
    assert [line.text for line in snippets.select(path, ["f"])] == ["def f():", "    return 2"]
