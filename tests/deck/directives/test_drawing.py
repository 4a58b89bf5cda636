"""Drawings: inlined on slides, in words elsewhere, and refused when they reach out."""

import re

import pytest
import tiny
from docset import make

from deck.directives import svg


def test_a_drawing_is_inlined_with_ids_of_its_own_and_words(tmp_path):
    files = {"_static/a.svg": tiny.FIGURE, "_static/b.svg": tiny.FIGURE}
    html = make(tmp_path, "A\n=\n\n.. diagram:: a.svg\n.. diagram:: b.svg\n", files=files).slides()
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
        tmp_path, "A\n=\n\n.. diagram:: a.svg\n   :alt: In other words.\n", "text", files=files
    )
    assert "A pipe: In other words." in (built.output / "index.txt").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<svg", "no well-formed SVG"),
        (tiny.FIGURE.replace("<title>A pipe</title>", ""), "no <title>; say it in words"),
        (tiny.FIGURE.replace(' viewBox="0 0 1600 640"', ""), "viewBox; give it one"),
        (tiny.FIGURE.replace("1600 640", "1600"), "viewBox='0 0 1600'; it is four numbers"),
        (tiny.FIGURE.replace("1600 640", "all of it"), "it is four numbers"),
        (tiny.FIGURE.replace("#tube", "https://elsewhere/x"), "refer to parts of the drawing only"),
        (tiny.FIGURE.replace("<g ", '<g onclick="x()" '), "refer to parts of the drawing only"),
        (tiny.FIGURE.replace("<defs>", "<script>1</script><defs>"), "a drawing only draws"),
        (tiny.FIGURE.replace("<svg", '<svg data-narrow="200"'), "left edge and the width of what"),
        (tiny.FIGURE.replace("<svg", '<svg data-narrow="900 800"'), "within 0 and 1600"),
    ],
)
def test_a_drawing_without_words_or_with_more_than_lines_is_refused(tmp_path, text, said):
    path = tmp_path / "a.svg"
    path.write_text(text)
    with pytest.raises(svg.DrawingError, match=said):
        svg.read(path, "p")


def test_the_numbers_of_a_view_box_may_have_commas_between_them(tmp_path):
    path = tmp_path / "a.svg"
    path.write_text(tiny.FIGURE.replace("0 0 1600 640", "0,0, 1600,640"))
    assert "--wide:1600" in svg.read(path, "p").svg
