"""The talk's drawings are of one hand: the line and its words, named boxes, no word crossed out."""

import math
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deck.directives import choreography
from deck.programs import catalogue

FIGURES = sorted((catalogue.ROOT / "_static" / "figures").glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
CODE, WORDS = 0.6, 0.4  # about how wide a letter is, in parts of its height
BYTE = 56


def root_of(path: Path) -> ElementTree.Element:
    return ElementTree.parse(path).getroot()


def classes(element: ElementTree.Element) -> list[str]:
    return element.get("class", "").split()


def of(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if kind in classes(element)]


def number(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "0"))


def span(text: ElementTree.Element) -> tuple[float, float, float, float]:
    """About where a text is: left, right, top, bottom."""
    size = float((re.search(r"font-size:(\d+)", text.get("style", "")) or [0, "40"])[1])
    wide = len("".join(text.itertext())) * size * (CODE if "name" in classes(text) else WORDS)
    share = {"middle": 0.5, "end": 1.0}
    before = max((share.get(kind, 0.0) for kind in classes(text)), default=0.0) * wide
    left, bottom = number(text, "x") - before, number(text, "y")
    return left, left + wide, bottom - size * 0.7, bottom


def strokes(path: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes of a path of M, m, L and l."""
    found, at = [], (0.0, 0.0)
    for letter, numbers in re.findall(r"([MmLl])([^MmLl]*)", path):
        x, y = map(float, re.findall(r"-?\d+", numbers))
        to = (x, y) if letter.isupper() else (at[0] + x, at[1] + y)
        if letter in "Ll":
            found.append((at, to))
        at = to
    return found


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_the_words_at_the_line_stand_where_they_stand_in_all_drawings(path):
    root = root_of(path)
    left = float(root.get("viewBox").split()[0])
    words = {"your programs", "your program", "the kernel"}
    said = [text for text in root.iter(f"{SVG}text") if text.text in words]
    places = {(number(text, "y"), *classes(text)) for text in said}
    assert places <= {(296, "quiet", "above"), (366, "quiet", "below")}
    # Where a machine has a frame, they stand in it.
    assert {number(text, "x") - left for text in said} <= ({36} if path.stem == "tipc" else {0})


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_each_process_says_what_it_is(path):
    root = root_of(path)
    texts = [span(text) for text in root.iter(f"{SVG}text")]
    for box in of(root, "process"):
        x, y = number(box, "x"), number(box, "y")
        right, bottom = x + number(box, "width"), y + number(box, "height")
        within = [
            (left, end)
            for left, end, top, base in texts
            if x <= (left + end) / 2 <= right and y < top and base < bottom
        ]
        large = path.stem == "details"  # whose word bursts its box: that is the joke
        assert within or large, f"{path.name}: a process at {x:g} without a name"


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_no_cross_hides_a_word(path):
    root = root_of(path)
    words = [text for text in root.iter(f"{SVG}text") if "over" not in classes(text)]
    for cross in of(root, "cross"):
        drawn = strokes(cross.get("d"))
        if len(drawn) == 1:
            continue  # one stroke strikes a word out, and leaves it readable
        for (x, y), (to_x, to_y) in drawn:
            points = [(x + (to_x - x) * at / 20, y + (to_y - y) * at / 20) for at in range(21)]
            for text in words:
                left, right, top, bottom = span(text)
                hit = any(left < px < right and top < py < bottom for px, py in points)
                assert not hit, f"{path.name}: a cross over {text.text!r}"


def test_the_line_of_the_kinds_has_as_much_above_it_as_the_words_there_need():
    """There are no programs above it, so it stands higher than elsewhere: less is empty."""
    root = root_of(next(path for path in FIGURES if path.stem == "kinds"))
    _, top, _, high = map(float, root.get("viewBox").split())
    (line,) = of(root, "kernel-line")
    spans = [span(text) for text in root.iter(f"{SVG}text") if number(text, "y")]
    first, last = min(top for _, _, top, _ in spans), max(bottom for *_, bottom in spans)
    assert number(line, "y1") - top < high * 0.4
    assert first - top < 80 and top + high - last < 80


def frames(path: Path) -> list[dict[str, choreography.State]]:
    """Of each frame: the states of the parts that some step names."""
    dance = choreography.read(path.with_suffix(".toml"), choreography.parts_of(root_of(path)))
    found = [dict(dance.first) if dance else {}]
    for step in dance.steps if dance else []:
        found.append(found[-1] | step.states)
    return found


def reach(piece: ElementTree.Element, state: choreography.State) -> tuple[float, float]:
    """From where to where bytes or a message lie."""
    shapes = [*of(piece, "byte"), *of(piece, "message")]
    lefts = [number(shape, "x") + state.dx for shape in shapes]
    rights = [left + number(shape, "width") for left, shape in zip(lefts, shapes, strict=True)]
    return min(lefts), max(rights)


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_what_was_sent_first_is_nearest_to_its_reader_in_each_frame(path):
    flows = [group for group in root_of(path).iter() if group.get("data-flow")]
    for group in flows:
        for number_of_frame, states in enumerate(frames(path)):
            there = [(piece, states.get(piece.get("id"), choreography.State())) for piece in group]
            places = [reach(piece, state) for piece, state in there if state.there]
            if group.get("data-flow") == "left":
                places = [(-right, -left) for left, right in places]
            for (left, _), (_, right) in pairwise(places):
                assert right <= left + 1, f"{path.name}, frame {number_of_frame}: {places}"


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_a_run_of_bytes_has_one_for_each_letter_that_was_written(path):
    root = root_of(path)
    flows = [group for group in root.iter() if group.get("data-flow")]
    pieces = [piece for group in flows for piece in group if of(piece, "byte")]
    for piece in pieces:
        (word,), (run,), (notch,) = (of(piece, kind) for kind in ("written", "byte", "notch"))
        bytes_long, over = divmod(number(run, "width"), BYTE)
        assert (bytes_long, over <= 1) == (len(word.text), True), word.text
        # One that follows another lies a little under it, and may mark where the two meet.
        cuts = [float(x) for x in re.findall(r"M(\d+)", notch.get("d"))]
        first = number(run, "x")
        edges = [first + BYTE * n for n in range(1, int(bytes_long + 1))]
        assert cuts == edges[:-1] or (over and cuts == edges)
        assert number(word, "x") == first + BYTE * bytes_long / 2
        # The marks stand at the lower edge, clear of the word: beside letters they'd read as such.
        highs = [int(y) for y in re.findall(r"M\d+ (\d+)", notch.get("d"))]
        assert all(high >= number(word, "y") + 26 for high in highs), word.text
        assert all(high + 10 == number(run, "y") + number(run, "height") for high in highs)
    if not path.stem.startswith("section-"):
        assert len(of(root, "byte")) == sum(len(of(piece, "byte")) for piece in pieces)


def test_the_first_byte_written_is_looked_for_where_several_things_are_sent():
    """So the test above has something to look at."""
    several = {
        path.stem
        for path in FIGURES
        for group in root_of(path).iter()
        if group.get("data-flow") and len(group) > 1
    }
    assert several >= {"pipeline", "fifo", "nagle", "bytes-or-cards"}


def test_what_waits_for_an_acknowledgement_leaves_when_that_has_arrived():
    shown = frames(next(path for path in FIGURES if path.stem == "nagle"))
    acks = [[states[name].there for name in ("ack", "sent-ack")] for states in shown]
    left = [states["body"].dx > 0 for states in shown]
    assert acks[left.index(True) - 1] == [False, True], "it travels before"
    assert [any(there) for there, gone in zip(acks, left, strict=True) if gone] == [False]


def test_bytes_and_messages_have_sockets_of_their_own():
    """A socket is of one kind: from no door do both leave, and at none do both arrive."""
    root = root_of(next(path for path in FIGURES if path.stem == "bytes-or-cards"))
    lefts = [float(re.findall(r"\d+", door.get("d"))[0]) for door in of(root, "door")]
    ways = [[float(x) for x in re.findall(r"[MH](\d+)", w.get("d"))] for w in of(root, "wire")]
    ends = sorted(x for way in ways for x in way)
    assert len(ends) == len(lefts) == 4
    assert all(left < x < left + 120 for left, x in zip(sorted(lefts), ends, strict=True))
    circles = [group for group in root.iter() if "fd" in classes(group)]
    middles = [float(re.findall(r"\d+", group.get("transform"))[0]) for group in circles]
    numbers = ["".join(group.itertext()) for group in circles]
    assert [x - 60 for x in middles] == lefts and numbers == ["4", "3", "3", "4"]


DOOR = re.compile(r"M(\d+) (\d+)a(\d+) ")


def doors(path: Path) -> list[tuple[float, float, float]]:
    """Middle and radius of each socket."""
    found = [DOOR.match(door.get("d")) for door in of(root_of(path), "door")]
    return [
        (float(x) + float(r), float(y), float(r)) for x, y, r in (each.groups() for each in found)
    ]


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_a_socket_under_the_line_has_a_descriptor(path):
    """What has none is no program's: a router, a device. Those are boxes."""
    circles = [group for group in root_of(path).iter() if "fd" in classes(group)]
    numbered = {float(re.findall(r"\d+", group.get("transform"))[0]) for group in circles}
    bare = {x for x, y, _ in doors(path) if y in (3, 320)} - numbered
    assert not bare


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_a_wire_begins_at_its_socket(path):
    """A few units between them look like a cut."""
    begun = [re.match(r"M(\d+) (\d+)", wire.get("d")) for wire in of(root_of(path), "wire")]
    for x, y in (map(float, at.groups()) for at in begun):
        gaps = [math.dist((x, y), (mid, top)) - r for mid, top, r in doors(path) if y >= top]
        assert not [gap for gap in gaps if 5 < gap < 30], f"{path.name}: at {x:g} {y:g}"


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_a_phone_cuts_no_card_and_no_box(path):
    """What is shown on a narrow screen is a part of the drawing: only wires leave it."""
    root = root_of(path)
    left, wide = map(float, root.get("data-narrow", "0 1e9").split())
    for box in (element for element in root.iter(f"{SVG}rect") if not element.get("transform")):
        x, right = number(box, "x"), number(box, "x") + number(box, "width")
        inside, outside = left <= x and right <= left + wide, right <= left or x >= left + wide
        assert inside or outside, f"{path.name}: {box.get('class')} at {x:g}"


@pytest.mark.parametrize(("stem", "number"), [("pass-fd", "seven"), ("hand-off", "five")])
def test_a_descriptor_comes_when_its_message_has_arrived(stem, number):
    shown = frames(next(path for path in FIGURES if path.stem == stem))
    has_it = [states[number].there for states in shown]
    under_way = [states["message"].there for states in shown]
    first = has_it.index(True)
    assert under_way[first - 1] and not any(under_way[first:])
