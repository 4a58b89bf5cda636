"""The deck on a phone."""

from page_window import BELOW, BESIDE, CHAPTER


def test_on_a_phone_the_output_stands_under_the_code_and_all_can_be_read(phone):
    phone.go(BESIDE)
    assert phone.page.evaluate("Reveal.getScale()") == 1
    code, output = phone.here(".trick-code"), phone.here(".trick-screen")
    assert output.bounding_box()["y"] >= code.bounding_box()["y"] + code.bounding_box()["height"]
    assert [c.is_visible() for c in phone.here(".callout").all()] == [True, True]
    size = "parseFloat(getComputedStyle(document.querySelector('.present .callout')).fontSize)"
    assert phone.page.evaluate(size) >= 16
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_an_explanations_number_stands_at_the_height_of_its_first_line(phone):
    phone.go(BESIDE)
    apart = phone.page.evaluate("""() => {
        const card = document.querySelector('.present .callout');
        const number = getComputedStyle(card, '::before');
        const words = document.createRange();
        words.selectNodeContents(card.querySelector('p').lastChild);
        const line = words.getClientRects()[0];
        const top = card.getBoundingClientRect().top + card.clientTop;
        const middle = top + parseFloat(number.top) + parseFloat(number.height) / 2;
        return Math.abs(middle - (line.top + line.bottom) / 2);
    }""")
    assert apart <= 2


def test_a_finger_turns_the_slides_and_scrolls_them(phone):
    swipe = """([from, to]) => {
        const root = document.querySelector('.reveal'), target = root;
        const touch = ([x, y]) => new Touch({ identifier: 1, target, clientX: x, clientY: y });
        root.dispatchEvent(new TouchEvent('touchstart', { touches: [touch(from)], bubbles: true }));
        const end = { changedTouches: [touch(to)], bubbles: true };
        root.dispatchEvent(new TouchEvent('touchend', end));
    }"""
    phone.page.evaluate(swipe, [[300, 400], [80, 410]])
    assert phone.place[0] == 1
    phone.page.evaluate(swipe, [[200, 700], [190, 100]])
    assert phone.place[0] == 1
    phone.page.evaluate(swipe, [[80, 400], [300, 410]])
    assert phone.place[0] == 0


def test_a_finger_goes_past_explanations_that_are_all_in_sight(phone):
    phone.go(BESIDE)
    phone.page.get_by_role("button", name="Next", exact=True).tap()
    assert phone.place[0] == BESIDE + 1
    phone.page.get_by_role("button", name="Back", exact=True).tap()
    assert phone.place[0] == BESIDE


def test_a_drawing_is_seen_whole_and_a_touch_enlarges_it(phone):
    phone.go(CHAPTER + 5)
    phone.page.evaluate("Reveal.getCurrentSlide().className = 'slide present'")
    drawing = phone.here("figure.diagram svg")
    assert drawing.bounding_box()["width"] <= 390
    drawing.tap()
    assert drawing.bounding_box()["width"] > 700
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    drawing.tap()
    assert drawing.bounding_box()["width"] <= 390


def test_the_notes_cover_nothing_of_a_slide(phone):
    phone.go(BELOW)
    for _ in range(2):
        phone.page.get_by_role("button", name="Notes", exact=True).tap()
        notes = phone.page.locator(".deck-notes")
        notes.get_by_text("Say this.").wait_for()
        phone.until(
            "document.querySelector('.reveal').getBoundingClientRect().bottom"
            " <= document.querySelector('.deck-notes').getBoundingClientRect().top + 1"
        )
        bar, box = phone.page.locator(".deck-bar").bounding_box(), notes.bounding_box()
        assert box["y"] + box["height"] <= bar["y"] + 1
        phone.page.get_by_role("button", name="Notes", exact=True).tap()
        notes.wait_for(state="detached")
        phone.until(
            "document.querySelector('.reveal').getBoundingClientRect().bottom"
            " >= document.querySelector('.deck-bar').getBoundingClientRect().top - 9"
        )
