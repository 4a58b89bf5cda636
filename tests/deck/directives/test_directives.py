"""What the directives make of a document, and what they say when they can't."""

import json
import os
import re

import pytest
import tiny
from docset import build, write

from deck.directives import snippets, svg
from deck.programs import proof

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


def make(tmp_path, text: str, builder: str = "singlefile-slides", strict: bool = True, **files):
    source = write(tmp_path / "deck", {"index.rst": text, **files})
    return build(source, builder, strict=strict)


@pytest.fixture
def deck(tmp_path):
    tiny.program(tmp_path / "deck")
    return tmp_path


def slide(options: str = "", below: str = "", id: str = "post.letter") -> str:
    return f"Post\n====\n\n.. trick:: {id}\n{options}\n\n{below}\n"


# ---- a trick


def test_a_trick_shows_its_own_lines_its_recording_and_the_command(deck):
    html = make(deck, slide("   :show: send")).slides()
    assert 'data-trick="post.letter"' in html and 'id="post.letter"' in html
    assert '<span class="nf">send</span>' in html
    assert '<b class="who">sender:</b> one' in html
    assert "recorded 2023-11-14, Linux 6.18.44<" in html
    assert '<code class="command">python3 -m examples run post.letter</code>' in html


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


def test_a_marker_selects_what_stands_between(deck):
    path = deck / "deck" / "examples" / "post" / "letter.py"
    lines = snippets.select(path, ["[reading]"])
    assert [line.text for line in lines] == [
        "text = channel.recv(100)",
        'print("reader:", text)',
    ]
    assert path.read_text().splitlines()[lines[0].number - 1].strip() == lines[0].text


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


def test_narrow_code_stands_beside_its_output_wide_code_alone(deck):
    assert 'data-layout="beside"' in make(deck, slide("   :show: send")).slides()
    assert 'data-layout="below"' in make(deck, slide("   :show: wide")).slides()


def test_there_is_no_button_that_does_nothing(deck):
    on_slides = make(deck, slide()).slides()
    assert re.findall(r"<button[^>]*>", on_slides) == [
        '<button type="button" class="trick-run" hidden>'
    ]
    page = make(deck, slide(), "html", html_theme="basic").page()
    assert "<button" not in page and "<script type" not in page.split("<h1")[1].split("footer")[0]


@pytest.mark.parametrize("builder", ["html", "text", "latex", "man"])
def test_other_builders_write_code_explanations_and_output(deck, builder):
    output = make(deck, CALLOUTS, builder).output
    name = {"html": "index.html", "text": "index.txt"}.get(builder)
    [path] = [output / name] if name else [*output.glob("*.tex"), *output.glob("*.1")]
    words = re.sub(r"<[^>]+>|\\-|\\PYG\{\w+\}|[{}\\]", "", path.read_text())
    for said in ("channel.send", "It does not", "the last word"):
        assert said in words


def test_needs_and_kernels_are_badges(tmp_path):
    tiny.program(tmp_path / "deck", needs="own net, program ip")
    rows = {"post.letter": {"kernels": {"6.18": "passed", "6.1": "passed", "5.10": "skipped"}}}
    html = make(tmp_path, slide(), **{"examples/proven.json": json.dumps(rows)}).slides()
    badges = re.findall(r'class="badge">(.*?)<', html)
    assert badges == ["needs own net", "needs program ip", "proven on 6.1, 6.18"]


def test_many_kernels_make_a_short_badge():
    results = dict.fromkeys(["6.18.44-x", "5.10.46", "7.2.7", "6.1.176"], "passed")
    assert proof.badge({"kernels": results}) == "proven on 4 kernels, 5.10 to 7.2"
    assert proof.badge({"kernels": results | {"7.2.7": "skipped: too new"}}) == (
        "proven on 5.10, 6.1, 6.18"
    )
    assert proof.badge({}) == ""


def test_two_slides_of_one_trick_share_no_id(deck):
    html = make(deck, slide() + "\nMore\n----\n" + slide().split("\n\n", 1)[1]).slides()
    assert html.count('data-trick="post.letter"') == 2
    assert html.count('id="post.letter"') == 1


def test_what_has_no_recording_says_why(tmp_path):
    tiny.program(tmp_path / "deck", recorded=False)
    html = make(tmp_path, slide("   :unrecorded: It needs two machines.")).slides()
    assert ">It needs two machines.</output>" in html


# ---- what fails a build, each with the place in the document, the file and the remedy

BROKEN = [
    ("", "", "post.leter", r"index.rst:4.*no trick .post.leter.; did you mean post.letter"),
    ("   :show: sent", "", "post.letter", r"index.rst:4.*py:1: it defines no 'sent'; it has"),
    ("   :show: [writing]", "", "post.letter", r"letter.py:1: no line `# \[writing\]`; add it"),
    ("   :layout: beside\n   :show: wide", "", "post.letter", r"letter.py:25: 63 columns.*44"),
    ("", "   nowhere\n      No.", "post.letter", r"index.rst:7.*no shown line holds 'nowhere'"),
    ("   :show: send", "   channel\n      Which?", "post.letter", r"py:11: 'channel' occurs on"),
    ("", "   Just words.", "post.letter", r"index.rst:7.*only its annotations"),
    ("   :unrecorded: Because.", "", "post.letter", r"letter.out:1.*remove :unrecorded:"),
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


@pytest.mark.parametrize("suffix", [".py", ".out", ".cast"])
def test_a_slide_is_built_again_when_its_trick_changes(deck, suffix):
    make(deck, slide())
    path = (deck / "deck/examples/post/letter.py").with_suffix(suffix)
    assert make_again(deck).documents_read == []
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 60))
    assert make_again(deck).documents_read == ["index"]


def make_again(deck):
    return build(deck / "deck")


# ---- drawings


def test_a_drawing_is_inlined_with_ids_of_its_own_and_words(tmp_path):
    files = {"_static/a.svg": tiny.FIGURE, "_static/b.svg": tiny.FIGURE}
    html = make(tmp_path, "A\n=\n\n.. diagram:: a.svg\n.. diagram:: b.svg\n", **files).slides()
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for used in re.findall(r'(?:href="|url\()#([^")]+)', html):
        assert used in ids
    for labels in re.findall(r'aria-labelledby="([^"]+)"', html):
        assert set(labels.split()) <= set(ids)
    assert html.count('role="img"') == 2 and "ns0:" not in html


def test_elsewhere_a_drawing_is_its_description(tmp_path):
    files = {"_static/a.svg": tiny.FIGURE}
    built = make(
        tmp_path, "A\n=\n\n.. diagram:: a.svg\n   :alt: In other words.\n", "text", **files
    )
    assert "A pipe: In other words." in (built.output / "index.txt").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<svg", "no well-formed SVG"),
        (tiny.FIGURE.replace("<title>A pipe</title>", ""), "no <title>; say it in words"),
        (tiny.FIGURE.replace(' viewBox="0 0 1600 640"', ""), "viewBox; give it one"),
        (tiny.FIGURE.replace("#tube", "https://elsewhere/x"), "refer to parts of the drawing only"),
        (tiny.FIGURE.replace("<g ", '<g onclick="x()" '), "refer to parts of the drawing only"),
        (tiny.FIGURE.replace("<defs>", "<script>1</script><defs>"), "a drawing only draws"),
    ],
)
def test_a_drawing_without_words_or_with_more_than_lines_is_refused(tmp_path, text, said):
    path = tmp_path / "a.svg"
    path.write_text(text)
    with pytest.raises(svg.DrawingError, match=said):
        svg.read(path, "p")


# ---- questions

QUESTION = """\
Guess
=====

.. question:: What now?
   :answer: 2

   * One.
   * Two.

   Because.
"""


def test_the_right_choice_is_a_step_and_the_reason_comes_with_it(tmp_path):
    html = make(tmp_path, QUESTION).slides()
    assert re.findall(r"<li[^>]*>", html) == ["<li>", '<li class="right fragment custom">']
    assert html.count("fragment") == 1
    assert '<p class="ask">What now?</p>' in html


def test_without_slides_the_answer_is_told(tmp_path):
    text = (make(tmp_path, QUESTION, "text").output / "index.txt").read_text()
    assert "Answer: b." in text and "Because." in text


@pytest.mark.parametrize(
    ("answer", "said"), [("", "without an `:answer:`"), ("   :answer: 3\n", "there are 2 choices")]
)
def test_a_question_has_an_answer_among_its_choices(tmp_path, answer, said):
    built = make(tmp_path, QUESTION.replace("   :answer: 2\n", answer), strict=False)
    assert said in built.warnings and "index.rst:4" in built.warnings
