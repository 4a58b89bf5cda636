"""An example on a slide: what the directive makes of it, and what it says when it can't."""

import json
import os
import re

import pytest
import tiny
from docset import build, make

CALLOUTS = """\
Post
====

.. trick:: post.letter
   :show: send, Reader.read

   channel.recv
      It *waits*.

   return channel
      It does not.
"""


@pytest.fixture
def deck(tmp_path):
    tiny.program(tmp_path / "deck")
    return tmp_path


def slide(options: str = "", below: str = "", id: str = "post.letter") -> str:
    return f"Post\n====\n\n.. trick:: {id}\n{options}\n\n{below}\n"


def test_a_trick_shows_its_own_lines_its_recording_and_the_command(deck):
    html = make(deck, slide("   :show: send")).slides()
    assert 'data-trick="post.letter"' in html and 'id="post.letter"' in html
    assert '<span class="nf">send</span>' in html
    assert '<b class="who">sender:</b> one' in html
    assert "recorded 2023-11-14, Linux 6.18.44<" in html
    assert "python3 -m examples run </span>post.letter</code>" in html


def test_what_a_program_prints_is_text_never_markup(deck):
    html = make(deck, slide()).slides()
    assert "&lt;b&gt;two&lt;/b&gt; &amp; three" in html
    assert "<b>two" not in html
    data = re.search(r'class="trick-data">(.*?)</script>', html)[1]
    assert "<" not in data
    assert [text for _, text in json.loads(data)["events"]] == tiny.LINES


def test_the_kernel_speaks_in_the_colour_of_its_place(deck):
    html = make(deck, slide()).slides()
    assert re.findall(r'data-place="(\w+)"', html) == ["process", "kernel", "process"]


def test_methods_and_functions_are_joined_and_markers_are_not_shown(deck):
    text = make(deck, slide("   :show: send, Reader.read"), "text").output / "index.txt"
    shown = text.read_text()
    assert "return channel\n\n   def read(self, channel):\n       text" in shown
    assert "[reading]" not in shown


def test_annotations_are_numbered_by_line_not_by_order_of_writing(deck):
    html = make(deck, CALLOUTS).slides()
    told = re.findall(r'<li class="callout.*?data-mark="(\d)".*?<code[^>]*>(.*?)</code>', html)
    assert [(number, re.sub("<.*?>", "", term)) for number, term in told] == [
        ("1", "return channel"),
        ("2", "channel.recv"),
    ]
    marked = re.findall(r'<span class="line" data-mark="(\d)">(.*)<span class="mark"', html)
    assert [(number, re.sub("<.*?>", "", code).strip()) for number, code in marked] == [
        ("1", "return channel"),
        ("2", "text = channel.recv(100)"),
    ]


def test_the_output_is_the_step_after_the_explanations(deck):
    html = make(deck, CALLOUTS).slides()
    assert re.search(r'class="trick-screen fragment custom" data-fragment-index="2"', html)


def test_output_stands_below_the_code_unless_it_is_wanted_beside(deck):
    assert 'data-layout="below"' in make(deck, slide("   :show: send")).slides()
    beside = make(deck, slide("   :show: send\n   :layout: beside")).slides()
    assert 'data-layout="beside"' in beside


def test_there_is_no_button_that_does_nothing(deck):
    on_slides = make(deck, slide()).slides()
    assert re.findall(r"<button[^>]*>", on_slides) == [
        '<button type="button" class="trick-run" hidden>'
    ]
    page = make(deck, slide(), "html", html_theme="basic").page()
    assert "<button" not in page and "<script type" not in page.split("<h1")[1].split("footer")[0]


@pytest.mark.thorough(kind="a trick in another builder")
@pytest.mark.parametrize("builder", ["html", "text", "latex", "man"])
def test_other_builders_write_code_explanations_and_output(deck, builder):
    output = make(deck, CALLOUTS, builder).output
    name = {"html": "index.html", "text": "index.txt"}.get(builder)
    [path] = [output / name] if name else [*output.glob("*.tex"), *output.glob("*.1")]
    words = re.sub(r"<[^>]+>|\\-|\\PYG\{\w+\}|[{}\\]", "", path.read_text())
    for said in ("channel.send", "It does not", "the last word"):
        assert said in words


def test_needs_and_kernels_are_badges(tmp_path):
    path = tiny.program(tmp_path / "deck", needs="own net, program ip")
    row = tiny.proof(path, {"6.18.4": "passed", "6.1.2": "passed", "5.10.1": "skipped: too old"})
    table = {"examples/proven.json": json.dumps({"post.letter": row})}
    html = make(tmp_path, slide(), files=table).slides()
    badges = re.findall(r'class="badge" title="[^"]*">(.*?)<', html)
    assert badges == ["proven on 6.1, 6.18", "needs own net, ip"]


def test_two_slides_of_one_trick_share_no_id(deck):
    html = make(deck, slide() + "\nMore\n----\n" + slide().split("\n\n", 1)[1]).slides()
    assert html.count('data-trick="post.letter"') == 2
    assert html.count('id="post.letter"') == 1


def test_what_has_no_recording_says_why(tmp_path):
    tiny.program(tmp_path / "deck", recorded=False)
    html = make(tmp_path, slide("   :unrecorded: It needs two machines.")).slides()
    assert ">It needs two machines.</output>" in html


# ---- what fails a build, each with the place in the document, the file and the remedy

# As many annotations as there are marks, and one more.
ELEVEN = "\n".join(f"   step {n:02}\n      One." for n in range(11))
BROKEN = [
    ("", "", "post.leter", r"index.rst:4.*no trick .post.leter.; did you mean post.letter"),
    ("   :show: sent", "", "post.letter", r"index.rst:4.*py:1: it defines no 'sent'; it has"),
    ("   :show: [writing]", "", "post.letter", r"letter.py:1: no line `# \[writing\]`; add it"),
    (
        "   :layout: beside\n   :show: wide",
        "",
        "post.letter",
        r"letter.py:24: .*89 columns.*leave out",
    ),
    ("", "   nowhere\n      No.", "post.letter", r"index.rst:7.*no shown line holds 'nowhere'"),
    ("   :show: send", "   channel\n      Which?", "post.letter", r"py:10: 'channel' occurs on"),
    ("", "   Just words.", "post.letter", r"index.rst:7.*only its annotations"),
    ("   :unrecorded: Because.", "", "post.letter", r"letter.out:1.*remove :unrecorded:"),
    ("   :show: steps", ELEVEN, "post.letter", r"index.rst:27.*more than 10 annotations; join"),
]


@pytest.mark.parametrize(("options", "below", "id", "said"), BROKEN)
def test_what_is_missing_is_said_with_place_and_remedy(deck, options, below, id, said):
    built = make(deck, slide(options, below, id), strict=False)
    assert re.search(said, built.warnings), built.warnings
    assert 'class="broken"' in built.slides()


def test_a_missing_recording_names_the_command_that_makes_it(tmp_path):
    tiny.program(tmp_path / "deck", recorded=False)
    warnings = make(tmp_path, slide(), strict=False).warnings
    assert "index.rst:4" in warnings
    assert "examples/post/letter.out: no such recording" in warnings
    assert "python3 -m examples record post.letter" in warnings


@pytest.mark.thorough(kind="a slide built again")
@pytest.mark.parametrize("suffix", [".py", ".out", ".cast"])
def test_a_slide_is_built_again_when_its_trick_changes(deck, suffix):
    make(deck, slide())
    path = (deck / "deck/examples/post/letter.py").with_suffix(suffix)
    assert make_again(deck).documents_read == []
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    assert make_again(deck).documents_read == ["index"]


def make_again(deck):
    return build(deck / "deck")


def test_no_escape_of_a_recording_reaches_the_slide(tmp_path):
    """Neither the lines that stand there, nor those that the script replays."""
    said = "\x1b]52;c;aGk=\x07\x1b[31mred\x1b[0m \u202etxet"
    tiny.record(tiny.program(tmp_path / "deck"), [(0.01, said)])
    html = make(tmp_path, slide()).slides()
    assert "␛]52;c;aGk=␇red &lt;U+202E&gt;txet" in html
    assert not {"\x1b", "\x07", "\u202e"} & set(html)
    data = re.search(r'class="trick-data">(.*?)</script>', html)[1]
    assert json.loads(data)["events"][0][1] == "␛]52;c;aGk=␇red <U+202E>txet"


LANES = "   :show: send\n   :lanes: {}"


def test_in_lanes_each_speaker_has_a_line_of_its_own(deck):
    html = make(deck, slide(LANES.format("sender, kernel, reader"))).slides()
    heads = re.findall(r'class="lane" data-place="(\w+)" style="--lane: (\d)"><span>(\w+)<', html)
    assert heads == [
        ("process", "0", "sender"),
        ("kernel", "1", "kernel"),
        ("process", "2", "reader"),
    ]
    line = r'class="line" data-place="\w+" data-lane style="--lane: (\d)"><b class="who">(\w+)'
    said = re.findall(line, html)
    assert said == [("0", "sender"), ("1", "kernel"), ("2", "reader")]


@pytest.mark.parametrize("names", ["sender, kernel", "sender, kernel, reader, nobody", "sender"])
def test_lanes_are_for_those_who_speak(deck, names):
    built = make(deck, slide(LANES.format(names)), strict=False)
    assert "but who speaks is sender, kernel, reader: name each of them once" in built.warnings


def test_a_table_in_the_output_is_known_as_one(deck):
    assert '<pre class="columns">' not in make(deck, slide()).slides()
    path = deck / "deck" / "examples" / "post" / "letter.py"
    tiny.record(path, [(0.01, "name:   size  read"), (0.02, "a file: 5     yes")])
    assert '<pre class="columns">' in make(deck, slide()).slides()
