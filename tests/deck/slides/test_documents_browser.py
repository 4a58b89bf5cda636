"""All that docutils, Sphinx and common extensions write, on slides: sizes and places."""

import decks
import pytest

# And all slides stay in the document: the page puts far ones away.
READY = "document.documentElement.dataset.deck === 'ready' && Deck.keepAll()"

# Boxes in the slide's own units, from its upper left corner.
BOXES = """
([id, selector]) => {
  const wanted = document.getElementById(id).closest(".slides > section");
  Reveal.slide(Reveal.getIndices(wanted).h, 0, 99);
  const slide = Reveal.getCurrentSlide(), frame = slide.getBoundingClientRect();
  const scale = Reveal.getScale();
  return [...slide.querySelectorAll(selector)].map((e) => {
    const box = e.getBoundingClientRect();
    return {left: (box.left - frame.left) / scale, top: (box.top - frame.top) / scale,
      right: (box.right - frame.left) / scale, bottom: (box.bottom - frame.top) / scale,
      width: box.width / scale, height: box.height / scale};
  });
}
"""
STYLE = """
([id, selector, property]) => getComputedStyle(
  document.getElementById(id).closest(".slides > section").querySelector(selector))[property]
"""


class Deck:
    def __init__(self, page) -> None:
        self.page = page

    def boxes(self, slide: str, selector: str) -> list[dict]:
        found = self.page.evaluate(BOXES, [slide, selector])
        assert found, f"{slide} has no {selector}"
        return found

    def box(self, slide: str, selector: str) -> dict:
        return self.boxes(slide, selector)[0]

    def style(self, slide: str, selector: str, name: str) -> str:
        return self.page.evaluate(STYLE, [slide, selector, name])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return decks.everything(tmp_path_factory.mktemp("everything"))


def opened(browser, built, **how):
    context = browser.new_context(**{"viewport": {"width": 1920, "height": 1080}} | how)
    page = context.new_page()
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on(
        "request", lambda r: r.url.startswith(("file:", "data:")) or page.troubles.append(r.url)
    )
    page.goto((built.output / "index.html").as_uri())
    page.wait_for_function(READY)
    return page


@pytest.fixture(scope="module")
def deck(browser, built):
    page = opened(browser, built)
    yield Deck(page)
    assert page.troubles == []
    page.context.close()


@pytest.fixture(scope="module")
def phone(browser, built):
    page = opened(browser, built, viewport={"width": 390, "height": 844}, has_touch=True)
    yield Deck(page)
    page.context.close()


# ---- pictures


@pytest.mark.parametrize(
    ("slide", "width", "height"),
    [
        ("small-alone", 200, 120),
        ("small-in-the-centre", 200, 120),
        ("small-at-the-right", 200, 120),
        ("small-with-a-width", 300, 180),
        ("small-with-a-percentage", 100, 60),
        ("small-with-a-scale", 100, 60),
        ("small-figure", 200, 120),
        ("centred-figure", 200, 120),
        ("wide-after-text", 1280, 800),
        ("a-drawing-with-one", 400, 100),
        ("a-picture-in-the-middle", 200, 120),
    ],
)
def test_pictures_have_the_size_they_are_given_or_their_own(deck, slide, width, height):
    box = deck.box(slide, "img")
    assert (round(box["width"]), round(box["height"])) == (width, height)


@pytest.mark.parametrize(
    "slide", ["tall-alone", "tall-figure", "tall-figure-that-is-a-link", "tall-in-a-list"]
)
def test_tall_pictures_shrink_and_nothing_leaves_the_slide(deck, slide):
    box = deck.box(slide, "img")
    assert box["height"] > 500
    assert abs(box["width"] / box["height"] - 600 / 2000) < 0.01
    for inside in deck.boxes(slide, ":scope > *:not(aside)"):
        assert inside["bottom"] <= 1080


@pytest.mark.parametrize("slide", ["tall-figure", "tall-figure-that-is-a-link", "small-figure"])
def test_captions_stand_under_their_pictures(deck, slide):
    picture, caption = deck.box(slide, "img"), deck.box(slide, "figcaption")
    assert picture["bottom"] <= caption["top"] and caption["bottom"] <= 1050


@pytest.mark.parametrize(
    "slide", ["small-in-the-centre", "centred-figure", "a-picture-in-the-middle"]
)
def test_what_is_centred_stands_in_the_middle(deck, slide):
    box = deck.box(slide, "img")
    assert abs((box["left"] + box["right"]) / 2 - 960) < 2


def test_words_flow_beside_pictures_and_sidebars(deck):
    picture, words = deck.box("small-at-the-right", "img"), deck.box("small-at-the-right", "p")
    assert picture["right"] == pytest.approx(1860, abs=1)
    assert abs(words["top"] - picture["top"]) < 40, "the words begin at the picture's height"
    left, beside = deck.box("two-beside-words", "figure"), deck.box("two-beside-words", ".flow > p")
    assert left["left"] == pytest.approx(60, abs=1) and abs(left["top"] - beside["top"]) < 40
    sidebar = deck.box("a-sidebar", "aside.sidebar")
    assert sidebar["right"] == pytest.approx(1860, abs=1) and sidebar["width"] < 900


def test_a_drawing_without_a_size_takes_the_room_there_is(deck):
    box = deck.box("a-drawing-without-a-size", "img")
    assert box["width"] == pytest.approx(1800, abs=1) and box["bottom"] <= 1080


def test_a_filling_picture_covers_the_slide(deck):
    box = deck.box("filling", "img")
    assert (round(box["width"]), round(box["height"])) == (1920, 1080)


def test_a_film_has_its_size(deck):
    box = deck.box("a-film", "video")
    assert (round(box["width"]), round(box["height"])) == (320, 240)


# ---- code and tables


def test_long_code_scrolls_inside_of_the_slide(deck):
    box = deck.box("long-code", ".highlight")
    assert box["bottom"] <= 1050
    hidden = "e => [e.scrollHeight - e.clientHeight, getComputedStyle(e).overflowY]"
    locator = deck.page.locator("#long-code .highlight")
    assert locator.evaluate(hidden)[0] > 500 and locator.evaluate(hidden)[1] == "auto"


@pytest.mark.parametrize(
    ("slide", "box"), [("wide-code", ".highlight"), ("wide", ".scrolls")], ids=["code", "table"]
)
def test_wide_boxes_scroll_inside_of_the_slide(deck, slide, box):
    assert deck.box(slide, box)["right"] <= 1861
    scrolls = deck.page.locator(f"#{slide} {box}").evaluate("e => e.scrollWidth - e.clientWidth")
    assert scrolls > 100


def test_line_numbers_stand_apart_and_the_marked_line_is_whole(deck):
    numbers = deck.boxes("line-numbers", ".linenos")
    assert len(numbers) == 3 and len({round(box["top"]) for box in numbers}) == 3
    assert deck.style("line-numbers", ".linenos", "user-select") == "none"
    marked = deck.box("line-numbers", ".hll")
    assert marked["width"] > 1700 and marked["height"] < 60
    assert numbers[0]["width"] > 60, "a digit, and a gap before the code"


def test_a_table_in_the_centre(deck):
    box = deck.box("with-a-title", "table")
    assert abs((box["left"] + box["right"]) / 2 - 960) < 2


# ---- lists and boxes


def test_lists_are_set_in_step_by_step(deck):
    lefts = [box["left"] for box in deck.boxes("bullets", "li > p")]
    assert lefts[0] > 100 and lefts[0] < lefts[1] < lefts[2] and lefts[3] == lefts[0]
    kinds = ("decimal", "lower-alpha", "lower-roman", "upper-alpha", "upper-roman")
    seen = deck.page.eval_on_selector_all(
        "#numbers ol", "all => all.map(e => getComputedStyle(e).listStyleType)"
    )
    assert seen == list(kinds)


@pytest.mark.parametrize(("slide", "list"), [("fields", "field-list"), ("options", "option-list")])
def test_names_and_what_they_mean_stand_in_two_columns(deck, slide, list):
    names, meanings = deck.boxes(slide, f".{list} > dt"), deck.boxes(slide, f".{list} > dd")
    for name, meaning in zip(names, meanings, strict=True):
        assert name["right"] <= meaning["left"] and abs(name["top"] - meaning["top"]) < 20


@pytest.mark.parametrize("kind", ["attention", "caution", "danger", "error"])
def test_admonitions_are_boxes_with_their_word_first(deck, kind):
    assert deck.style("attention", f".{kind}", "backgroundColor") != "rgba(0, 0, 0, 0)"
    assert deck.page.locator(f"#attention .{kind} .admonition-title").inner_text().lower() == kind
    assert deck.box("attention", f".{kind}")["bottom"] <= 1050


def test_footnotes_stand_at_the_foot(deck):
    assert deck.box("footnotes", "aside.footnote-list")["top"] > 700
    assert deck.boxes("footnotes", ".citation")[-1]["bottom"] <= 1050


def test_text_under_the_first_title_is_in_sight(deck):
    words = deck.box("everything", "section > p, :scope > p")
    assert words["bottom"] < 1080 and words["left"] >= 60


# ---- formulas and extensions


def test_formulas_are_drawn_by_the_browser(deck):
    assert deck.page.locator("math").count() == 6
    number, formula = deck.box("by-themselves", ".eqno"), deck.box("by-themselves", "math")
    assert number["left"] > formula["left"] and number["right"] <= 1861
    assert deck.box("a-matrix", "math mtable")["height"] > 80
    assert deck.page.locator(".broken").count() == 0


def test_extensions_are_large_enough_to_be_read(deck):
    for slide, selector in (
        ("cards", ".sd-card-title"),
        ("cards", ".sd-card-body p"),
        ("tabs-by-sphinx-design", "label.sd-tab-label"),
        ("a-dropdown", "summary"),
        ("tabs-by-sphinx-tabs", "button"),
    ):
        assert float(deck.style(slide, selector, "fontSize")[:-2]) >= 38, (slide, selector)


def test_the_copy_button_of_sphinx_copybutton_is_there(deck):
    button = deck.page.locator("#a-button-that-copies button.copybtn")
    button.wait_for(state="attached")
    assert deck.box("a-button-that-copies", "button.copybtn")["width"] >= 44


def test_tabs_change_by_pointer(deck):
    deck.boxes("tabs-by-sphinx-tabs", "button")
    deck.page.get_by_role("tab", name="Second sphinx tab").click()
    assert deck.page.get_by_text("Second words.").last.is_visible()
    deck.boxes("tabs-by-sphinx-design", "label")
    deck.page.locator("#tabs-by-sphinx-design label", has_text="Second tab").click()
    assert deck.page.locator("#tabs-by-sphinx-design .sd-tab-content").nth(1).is_visible()


# ---- hieroglyph's own classes


def test_hieroglyphs_classes_are_seen(deck):
    assert deck.style("smaller", "p", "fontSize") == "38px"
    colours = {deck.style("colours", f".{name}", "color") for name in ("red", "blue", "green")}
    assert len(colours) == 3
    columns = deck.boxes("two-columns", "li")
    assert columns[0]["left"] < columns[-1]["left"] - 400
    assert 400 < deck.box("a-break", "h2")["top"] < 600
    assert deck.box("where-it-is-from", ".source")["top"] > 900


# ---- a phone


@pytest.mark.parametrize(
    "slide",
    ["tall-figure", "wide-after-text", "wide", "wide-code", "a-sidebar", "small-at-the-right",
     "numbers", "options", "cards", "a-matrix", "long-code", "footnotes"],
)  # fmt: skip
def test_on_a_phone_a_slide_is_not_wider_than_the_screen(phone, slide):
    for box in phone.boxes(slide, ":scope > *:not(aside.notes)"):
        assert box["right"] <= 391
    slide = phone.page.locator(f"#{slide}")
    assert slide.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
