"""The bar and its panels, by pointer, keyboard and touch; where one is, and the way back."""

import re

import pytest
from page_window import BELOW, BESIDE, CHAPTER, END, GUESS, Window


def button(window, name: str):
    return window.page.get_by_role("button", name=name, exact=True)


def click(window, name: str):
    """As a pointer does it: the one button in the corner brings the others."""
    window.page.mouse.move(500, 500)
    button(window, "More").hover()
    button(window, name).click()


def seen(window) -> bool:
    return window.page.evaluate(
        "Number(getComputedStyle(document.querySelector('.deck-bar')).opacity) > 0.9"
    )


@pytest.mark.thorough(kind="the bar comes")
def test_the_bar_comes_with_the_pointer_and_leaves_one_at_rest_alone(window):
    page = window.page
    page.clock.install()
    page.mouse.move(500, 500)
    window.until("document.documentElement.classList.contains('deck-awake')")
    page.clock.run_for(3000)
    assert not page.evaluate("document.documentElement.classList.contains('deck-awake')")
    window.until("getComputedStyle(document.querySelector('.deck-bar')).opacity === '0'")
    page.mouse.move(520, 520)
    assert page.evaluate("document.documentElement.classList.contains('deck-awake')")


@pytest.mark.thorough(kind="the bar comes")
def test_a_pointer_that_moves_brings_one_button_and_covers_no_title(window):
    """The others come when it is on that one; they may lie over the end of a title, then."""
    page = window.page
    window.go(BESIDE)
    page.mouse.move(500, 500)
    covers = """(name) => {
        const icon = document.querySelector(`.icon-${name}`);
        const { left, top, width, height } = icon.getBoundingClientRect();
        const there = document.elementFromPoint(left + width / 2, top + height / 2);
        return there.closest(".deck-bar") !== null;
    }"""
    window.until("document.documentElement.classList.contains('deck-awake')")
    assert page.evaluate(covers, "more") and not page.evaluate(covers, "find")
    edge = page.evaluate("document.querySelector('.icon-more').getBoundingClientRect().left")
    side = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.present')).paddingRight)"
    )
    assert edge >= 1920 - side
    button(window, "More").hover()
    assert page.evaluate(covers, "find") and page.evaluate(covers, "contents")


@pytest.mark.thorough(kind="the bar comes")
def test_the_keyboard_brings_the_bar_and_presses_its_buttons(window):
    button(window, "Next").focus()
    assert window.page.evaluate("document.querySelector('.deck-bar').matches(':focus-within')")
    window.press("Enter", "Enter")
    assert window.place == (CHAPTER, 0)


@pytest.mark.thorough(kind="a bar for fingers")
def test_each_control_is_a_fingers_width_and_has_a_name(phone):
    button(phone, "More").tap()
    for control in phone.page.locator(".deck-bar :is(button, a):visible").all():
        box = control.bounding_box()
        assert box["width"] >= 44 and box["height"] >= 44
        assert control.get_attribute("aria-label")


def test_by_touch_alone_one_walks_the_deck(phone):
    slides = phone.page.evaluate("Reveal.getTotalSlides()")
    for _ in range(40):
        if phone.place[0] == slides - 1:
            break
        button(phone, "Next").tap()
    assert phone.place[0] == END
    button(phone, "Contents").tap()
    phone.page.get_by_role("link", name="Guess").tap()
    assert phone.place[0] == GUESS
    phone.page.get_by_text(f"{GUESS + 1} / {slides}", exact=True).wait_for()


@pytest.mark.thorough(kind="a bar for fingers")
def test_on_touch_the_bar_has_room_of_its_own(browser, deck):
    context = browser.new_context(viewport={"width": 1180, "height": 820}, has_touch=True)
    context.add_init_script(
        "const m = matchMedia; window.matchMedia = (q) => q.includes('hover: none')"
        " ? Object.assign(new EventTarget(), { matches: true }) : m(q)"
    )
    window = Window(context, f"file://{deck}/index.html")
    bar = window.page.locator(".deck-bar").bounding_box()
    slides = window.page.locator(".reveal").bounding_box()
    assert seen(window) and slides["y"] + slides["height"] <= bar["y"] + 1
    context.close()


# ---- contents and search


def test_contents_show_chapters_titles_and_where_one_is(window):
    window.go(BESIDE)
    window.press("c")
    dialog = window.page.get_by_role("dialog", name="Contents")
    assert dialog.get_by_role("link").count() == window.page.evaluate("Reveal.getTotalSlides()")
    assert "A letter, and its output" in dialog.locator("[aria-current]").inner_text()
    assert dialog.locator(".chapter").last.inner_text().endswith("A chapter")
    window.press("Escape")
    window.until("document.querySelector('dialog') === null")
    window.press("ArrowLeft")
    window.until(f"Reveal.getIndices().h === {CHAPTER}")


@pytest.mark.thorough(kind="search")
def test_typing_filters_and_enter_goes_there(window):
    window.press("c")
    window.page.keyboard.type("it waits")
    assert window.page.locator(".deck-panel ol a").first.inner_text().endswith("It waits")
    window.press("Enter")
    assert window.page.get_by_role("dialog").count() == 0
    assert window.here("h2").inner_text() == "It waits"


@pytest.mark.thorough(kind="search")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("channel.send", "A letter, and its output beside it"),  # code
        ("the last word", "A letter, and its output beside it"),  # output
        ("loses bytes", "Guess"),  # words
    ],
)
def test_search_finds_titles_words_and_code(window, query, found):
    window.press("c")
    window.page.keyboard.type(query)
    first = window.page.locator(".deck-panel ol a").first
    assert found in first.inner_text() and first.locator("mark").count() >= 1


@pytest.mark.thorough(kind="search")
def test_notes_are_searched_only_when_asked(window):
    window.press("c")
    window.page.keyboard.type("elsewhere say")
    assert window.page.locator(".deck-panel ol a").count() == 0
    window.page.locator(".deck-panel [type=search]").fill("say this")
    assert window.page.locator(".deck-panel ol a").count() == 0
    window.page.get_by_label("in the notes as well").check()
    assert "too wide" in window.page.locator(".deck-panel ol a").inner_text()
    assert window.page.locator(".deck-panel .count").inner_text() == "1 slides"


def test_escape_closes_the_search_at_once_and_the_page_keys_turn_from_it(window):
    window.go(BESIDE)
    for key in ("Escape", "PageUp"):
        window.press("c")
        window.page.keyboard.type("pipe")
        window.press(key)
        assert window.page.get_by_role("dialog").count() == 0
    assert window.place[0] == CHAPTER


def test_what_is_typed_after_escape_is_the_slides(window):
    window.press("c")
    escape = "new KeyboardEvent('keydown', { key: 'Escape', bubbles: true })"
    focused = window.page.evaluate(
        f"(document.activeElement.dispatchEvent({escape}), document.activeElement.localName)"
    )
    assert focused == "body"


@pytest.mark.thorough(kind="the deck's keys")
def test_all_keys_are_listed(window):
    window.press("?")
    listed = window.page.get_by_role("dialog", name="Keys").inner_text()
    for key in "RXPTC[]+-?S":
        assert re.search(rf"^{re.escape(key)}$", listed, re.M), key


@pytest.mark.thorough(kind="the deck's keys")
def test_the_vi_keys_of_reveal_js_are_not_bound(window):
    window.go(BESIDE)
    before = window.place
    window.press("h", "j", "k", "l", "n")
    assert window.place == before


@pytest.mark.thorough(kind="the deck's keys")
def test_brackets_turn_chapters(window):
    window.go(END)
    window.press("[")
    assert window.place[0] == CHAPTER
    window.press("[")
    assert window.place[0] == 0
    window.press("]")
    assert window.place[0] == CHAPTER
    window.press("]")
    assert window.place[0] == END


def test_the_notes_of_each_slide_can_be_read(window):
    window.go(BELOW)
    window.page.mouse.move(5, 5)
    click(window, "Notes")
    notes = window.page.get_by_role("region", name="Notes")
    assert "Say this" in notes.inner_text()
    window.press("PageUp", "PageUp")
    assert "no notes" in notes.inner_text()
    click(window, "Notes")
    assert notes.count() == 0


# ---- the way back


@pytest.mark.thorough(kind="links of the talk")
def test_back_returns_to_the_slide_and_step_of_the_link(window):
    window.go(BESIDE, 1)
    window.page.evaluate("""() => {
        const link = document.createElement('a');
        link.href = '#the-end'; link.textContent = 'to the end';
        Reveal.getCurrentSlide().append(link);
    }""")
    window.page.get_by_role("link", name="to the end").click()
    assert window.place[0] == END
    window.page.go_back()
    window.until(f"Reveal.getIndices().h === {BESIDE}")
    assert window.place == (BESIDE, 1)
    window.page.go_forward()
    window.until(f"Reveal.getIndices().h === {END}")


@pytest.mark.thorough(kind="links of the talk")
def test_a_link_out_of_the_talk_opens_beside_it(window):
    window.go(BELOW)
    window.page.mouse.move(5, 5)
    click(window, "Notes")
    link = window.page.locator(".deck-notes a")
    window.page.context.route("https://elsewhere.test/**", lambda route: route.fulfill(body="hi"))
    with window.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == "https://elsewhere.test/"
    assert window.place[0] == BELOW
    window.complaints.clear()


def test_those_who_hear_are_told_the_slide_and_then_each_step(window):
    told = "document.querySelector('.aria-status').textContent"
    window.go(BESIDE)
    title = window.here("h2").inner_text()
    window.until(f"{told}.startsWith({title!r})")
    window.press("PageDown")
    shown = "Reveal.getCurrentSlide().querySelector('.current-fragment').textContent"
    window.until(f"{told} && !{told}.includes({title!r})")
    words = "(text) => text.replace(/\\s/g, '')"
    assert window.page.evaluate(f"({words})({shown}).endsWith(({words})({told}))")


def test_the_documents_title_follows(window):
    assert window.page.title() == "Tiny" or "A deck" in window.page.title()
    window.go(GUESS)
    window.page.wait_for_function("document.title.startsWith('Guess')")
    window.go(0)
    window.page.wait_for_function("!document.title.startsWith('Guess')")
