"""The marks of a trick's code: read, and in nobody's way, in a hall and on a phone."""

PHONE = {"width": 390, "height": 844}
ON_A_PHONE = """() => {
    const found = [];
    for (const slide of document.querySelectorAll("section:has(.trick-code)")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const lines = [...slide.querySelectorAll(".trick-code .line")];
        const heights = new Set(lines.map((line) => Math.round(line.offsetHeight)));
        if (heights.size > 1) found.push(`${slide.id}: lines of ${[...heights]}`);
        for (const line of lines.filter((line) => line.dataset.mark)) {
            const mark = line.querySelector(".mark"), circle = getComputedStyle(mark, "::before");
            const code = document.createRange();
            code.setStart(line, 0);
            code.setEndBefore(mark);
            const from = code.getBoundingClientRect().left - line.getBoundingClientRect().left;
            const [left, wide] = [parseFloat(circle.left), parseFloat(circle.width)];
            const size = parseFloat(circle.fontSize);
            const what = `${slide.id}: ${mark.dataset.mark}`;
            if (circle.content !== `"${mark.dataset.mark}"`) found.push(`${what} is not said`);
            if (size < 12) found.push(`${what} is ${size} high`);
            if (left + wide > from) found.push(`${what} lies on code`);
            if (wide !== parseFloat(circle.height) || circle.borderRadius !== "50%")
                found.push(`${what} is no circle`);
            if (wide > line.offsetHeight + 0.5) found.push(`${what} is higher than its line`);
            if (getComputedStyle(mark).backgroundColor !== "rgba(0, 0, 0, 0)")
                found.push(`${what} is a hole in its line`);
        }
        for (const over of slide.querySelectorAll(".trick-code :is(.mark, .what-if-switch)"))
            if (getComputedStyle(over).position === "sticky") found.push(`${slide.id}: on code`);
    }
    return found;
}"""
CARDS = """() => {
    const found = [];
    for (const slide of document.querySelectorAll("section:has(.callout + .callout)")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, 0);
        const cards = [...slide.querySelectorAll(".callout")];
        const looks = cards.map((card) => getComputedStyle(card).borderColor);
        const first = Number(cards[0].classList.contains("current-fragment"));
        if (!first || looks.slice(1).includes(looks[0])) found.push(slide.id);
    }
    return found;
}"""
SWITCHES = """() => {
    const found = [];
    for (const slide of document.querySelectorAll("section:has(.trick)")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        for (const button of slide.querySelectorAll(".what-if-switch")) {
            const { left, width, height } = button.getBoundingClientRect();
            const before = document.createRange();
            before.setStart(button.parentElement, 0);
            before.setEndBefore(button);
            const line = button.closest(".line");
            const gap = (left - before.getBoundingClientRect().right) / Reveal.getScale();
            if (Math.abs(width - height) > 1) found.push(`${slide.id}: ${width} by ${height}`);
            if (gap < 10) found.push(`${slide.id}: ${gap} from the code`);
            const leading = parseFloat(getComputedStyle(line).lineHeight);
            if (line.offsetHeight > leading + 1) found.push(`${slide.id}: its line is higher`);
        }
    }
    return found;
}"""


def on_a_phone(page):
    page.set_viewport_size(PHONE)
    page.wait_for_function("document.documentElement.classList.contains('phone')")
    return page


def test_on_a_phone_a_mark_stands_before_its_line_and_makes_it_no_higher(some):
    assert on_a_phone(some).evaluate(ON_A_PHONE) == []


def test_the_focus_of_a_mark_leaves_the_beginning_of_its_line_in_sight(some):
    """The button is at the line's end, and what is seen of it at its beginning."""
    gone = on_a_phone(some).evaluate("""() => {
        const gone = [];
        for (const slide of document.querySelectorAll("section:has(.trick-code.marked)")) {
            Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
            for (const mark of slide.querySelectorAll(".mark")) {
                mark.focus();
                if (document.activeElement !== mark || mark.closest(".highlight").scrollLeft)
                    gone.push(`${slide.id}: ${mark.dataset.mark}`);
            }
        }
        return gone;
    }""")
    assert gone == []


def test_on_a_phone_the_explanation_of_the_marked_line_stands_out(some):
    """Also where the reader's system has colours of its own."""
    assert on_a_phone(some).evaluate(CARDS) == []
    some.emulate_media(forced_colors="active")
    assert some.evaluate(CARDS) == []


def test_on_a_phone_all_that_has_variants_has_a_button_for_them(some):
    """The switches at the lines, which lie closer than fingers reach, are for a hall."""
    shown = """() => [...document.querySelectorAll("section:has(.trick)")].map((slide) => {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const seen = (name) =>
            [...slide.querySelectorAll(name)].some((one) => one.checkVisibility());
        const data = JSON.parse(slide.querySelector(".trick-data").textContent);
        return [slide.id, data.variants.length > 0, seen(".what-if-open"), seen(".what-if-switch")];
    })"""
    found = on_a_phone(some).evaluate(shown)
    assert any(varies for _, varies, *_ in found)
    assert [row for row in found if row[1:] != [row[1], row[1], False]] == []


def test_a_switch_is_a_circle_apart_from_the_code(some):
    assert some.evaluate(SWITCHES) == []


def test_on_a_phone_the_progress_bar_lies_on_no_slide(some):
    ends = on_a_phone(some).evaluate("""() => {
        const bottom = (one) => document.querySelector(one).getBoundingClientRect();
        return [bottom(".slides > .present").bottom, bottom(".reveal .progress").top];
    }""")
    assert ends[0] <= ends[1]


def test_all_outputs_have_the_same_frame_and_pages_a_number_that_is_read(some):
    looks = some.evaluate("""() => [...document.querySelectorAll(".trick-screen")]
        .map((screen) => getComputedStyle(screen).borderColor)""")
    assert len(set(looks)) == 1
    size = "parseFloat(getComputedStyle(document.querySelector('.slide-no')).fontSize)"
    assert some.evaluate(size) >= 30
