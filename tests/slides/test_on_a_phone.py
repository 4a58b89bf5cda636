"""On a phone: the point of each drawing is in sight and can be read; without a script, too."""

import pytest

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DRAWINGS = """() => {
    const found = [];
    const how = { visibilityProperty: true, opacityProperty: true };
    const seen = (e) => e.textContent.trim() && e.checkVisibility(how);
    for (const svg of document.querySelectorAll("section figure.diagram > svg")) {
        const slide = svg.closest("section");
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const steps = svg.querySelectorAll("[data-step]").length;
        for (let step = -1; step < steps; step += 1) {
            Reveal.navigateFragment(step);
            for (const text of [...svg.querySelectorAll("text")].filter(seen)) {
                const { left, right } = text.getBoundingClientRect();
                const size = parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a;
                const where = `${slide.id}, step ${step + 1}: ${text.textContent}`;
                if (left < -1 || right > innerWidth + 1) found.push(`${where}: beyond the screen`);
                if (size < 10.9) found.push(`${where}: ${size}`);
            }
        }
    }
    return found;
}"""
LETTERS = """() => {
    const found = [];
    const slides = document.querySelector(".slides");
    const walker = document.createTreeWalker(slides, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
        if (element.closest("aside.notes, title, desc, style, script, sup, sub")) continue;
        const svg = element.closest("svg");
        // A mark's digit is drawn before its line.
        const drawn = getComputedStyle(element, element.matches(".mark") ? "::before" : null);
        const size = parseFloat(drawn.fontSize) * (svg?.getScreenCTM().a ?? 1);
        // A drawing is as wide as there is room.
        if (size < 10.9 || (!svg && size > 41))
            found.push(`${element.closest("section").id}: ${element.textContent}: ${size}`);
    }
    return found;
}"""
COVERED = """() => {
    const found = [];
    for (const slide of document.querySelectorAll("section:has(.trick-code)")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const buttons = ".trick-code button:not([hidden], .what-if-switch)";
        for (const button of slide.querySelectorAll(buttons)) {
            (button.matches(".mark") ? button.closest(".line") : button)
                .scrollIntoView({ block: "center", inline: "start" });
            const { left, top, width, height } = button.getBoundingClientRect();
            const line = button.closest(".line")?.getBoundingClientRect();
            const drawn = parseFloat(getComputedStyle(button, "::before").left);
            const there = button.matches(".mark")
                ? document.elementFromPoint(line.left + drawn + 8, line.top + line.height / 2)
                : document.elementFromPoint(left + width / 2, top + height / 2);
            const what = `${slide.id}: ${button.className} ${button.textContent}`;
            if (!button.contains(there)) found.push(`${what} lies below ${there?.className}`);
            if (!button.matches(".copy")) continue;
            for (const line of slide.querySelectorAll(".trick-code .line"))
                if (line.textContent.trim() && line.getBoundingClientRect().bottom > top + 4)
                    found.push(`${what} lies on ${line.textContent}`);
        }
    }
    return found;
}"""
SMALL_TARGETS = """() => {
    const found = [];
    const least = 43.5, scale = Reveal.getScale();
    const reach = (button) => {
        const after = getComputedStyle(button, "::after"), own = button.getBoundingClientRect();
        const further = (size) => after.content === "none" ? 0 : parseFloat(size) * scale;
        const far = (size, side) => Math.max(further(size), side);
        return [far(after.width, own.width), far(after.height, own.height)];
    };
    for (const slide of document.querySelectorAll("section:is(:has(.trick), :has(.chart))")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        for (const button of slide.querySelectorAll(":is(.trick-bar, .chart-bar) button, .copy")) {
            if (!button.checkVisibility()) continue;
            const [wide, high] = reach(button);
            const what = `${slide.id}: ${button.className} ${wide} ${high}`;
            if (wide < least || high < least) found.push(what);
        }
    }
    return found;
}"""
AT_THE_LINE = """() => {
    const found = [];
    const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    for (const svg of document.querySelectorAll("figure.diagram > svg")) {
        if (!svg.querySelector(".above")) continue;
        const slide = svg.closest("section");
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const edge = parseFloat(getComputedStyle(slide).paddingLeft);
        for (let step = -1; step < svg.querySelectorAll("[data-step]").length; step += 1) {
            Reveal.navigateFragment(step);
            const line = svg.querySelector(".kernel-line").getBoundingClientRect();
            const shapes = [...svg.querySelectorAll("circle, .door, .pipe, .process, .message")];
            for (const word of svg.querySelectorAll(".above, .below")) {
                const at = word.getBoundingClientRect();
                const where = `${slide.id}, step ${step + 1}: ${word.textContent}`;
                const far = word.matches(".above") ? line.top - at.bottom : at.top - line.bottom;
                if (Math.abs(far) > 5) found.push(`${where}: ${far} from the line`);
                if (at.left < edge - 1) found.push(`${where}: ${at.left} from the edge`);
                for (const shape of shapes.filter(shown)) {
                    const its = shape.getBoundingClientRect();
                    const beside = at.right <= its.left || its.right <= at.left;
                    const apart = at.bottom - 2 <= its.top || its.bottom <= at.top + 2;
                    if (!beside && !apart) found.push(`${where}: on ${shape.outerHTML}`);
                }
            }
            for (const box of [...svg.querySelectorAll(".process")].filter(shown)) {
                const { left, right } = box.getBoundingClientRect();
                if (left < 7 || right > innerWidth - 7)
                    found.push(`${slide.id}: a process from ${left} to ${right}`);
            }
        }
    }
    return found;
}"""
CHAPTERS = """() => {
    const found = [];
    for (const svg of document.querySelectorAll("section.section figure.diagram > svg")) {
        const slide = svg.closest("section");
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const scale = svg.getScreenCTM().a;
        if (scale < 0.27) found.push(`${slide.id}: a drawing at ${scale}`);
        const title = document.createRange();
        title.selectNodeContents(slide.querySelector("h1, h2, h3"));
        const letters = [...title.getClientRects()];
        for (const circle of svg.querySelectorAll("circle")) {
            const { left, right, top } = circle.getBoundingClientRect();
            if (left < 0 || right > innerWidth)
                found.push(`${slide.id}: a circle beyond the screen`);
            for (const line of letters)
                if (line.left < right && left < line.right && line.bottom - 4 > top)
                    found.push(`${slide.id}: a circle at the title's letters`);
        }
    }
    return found;
}"""
NEEDS = """() => [...document.querySelectorAll("section:has(.badge)")].flatMap((slide) => {
    Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
    const bar = slide.querySelector(".trick-bar").getBoundingClientRect();
    return [...slide.querySelectorAll(".badge")].filter((badge) =>
        badge.textContent.startsWith("needs") && (!badge.checkVisibility()
            || badge.getBoundingClientRect().bottom > bar.bottom + 1))
        .map((badge) => `${slide.id}: ${badge.title} is not seen`);
})"""
WIDE = """() => [...document.querySelectorAll(".trick-code, .trick-screen, table")]
    .filter((box) => box.getBoundingClientRect().right > innerWidth + 1)
    .map((box) => `${box.closest("section").id}: ${box.className}`)"""


@pytest.mark.thorough(kind="what is read on a phone")
def test_of_each_drawing_all_words_are_in_sight_and_can_be_read(some):
    some.set_viewport_size(PHONE)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    assert some.evaluate(DRAWINGS) == []


@pytest.mark.thorough(kind="what is read on a phone")
def test_the_words_at_the_line_stand_at_it_and_cover_nothing(some):
    some.set_viewport_size(PHONE)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    assert some.evaluate(AT_THE_LINE) == []


@pytest.mark.thorough(kind="what is read on a phone")
@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
def test_the_drawing_of_a_chapter_is_large_and_clear_of_its_title(some, size):
    some.set_viewport_size(size)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    assert some.evaluate(CHAPTERS) == []


@pytest.mark.thorough(kind="the talk without a script")
@pytest.mark.parametrize("width", [390, 1280])
def test_without_a_script_no_letter_is_too_small_or_of_a_slides_size(browser, home, width):
    """And code and output stay in their boxes, which scroll."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto((home / "_build" / "slides" / "index.html").as_uri())
    found = page.evaluate(LETTERS) + page.evaluate(WIDE)
    context.close()
    assert found == []


@pytest.mark.thorough(kind="what is read on a phone")
def test_the_titles_of_all_slides_begin_at_the_same_height(static):
    """Also where a file begins, whose empty anchor took a gap of its own."""
    tops = static.evaluate("""() => {
        const tops = {};
        for (const slide of document.querySelectorAll(".slides > section:has(> span[id])")) {
            for (const shown of [slide, slide.nextElementSibling]) {
                if (!shown || shown.matches(".section, .question, .answer, .breath, .opening"))
                    continue;
                Reveal.slide(Reveal.getIndices(shown).h, 0, 99);
                const title = shown.querySelector(":scope > :is(h1, h2, h3)");
                (tops[Math.round(title.getBoundingClientRect().top)] ??= []).push(shown.id);
            }
        }
        return tops;
    }""")
    assert len(tops) == 1, tops


def test_what_a_tables_row_is_about_stays_when_one_scrolls(static):
    static.set_viewport_size(PHONE)
    static.wait_for_function("document.documentElement.classList.contains('phone')")
    found = static.evaluate("""() => Array.from(
        document.querySelectorAll("section.map table"), (table) => {
        Reveal.slide(Reveal.getIndices(table.closest("section")).h);
        table.scrollLeft = 100;
        const about = table.querySelector("tbody th, tbody td").getBoundingClientRect();
        return [table.scrollLeft, about.left - table.getBoundingClientRect().left];
    })""")
    wide = [moved for scrolled, moved in found if scrolled > 20]
    assert wide and max(map(abs, wide)) < 1


def test_letters_grow_with_the_screen_and_controls_stay_in_one_row(some):
    for width, height, least in ((390, 844, 16), (820, 1180, 21)):
        some.set_viewport_size({"width": width, "height": height})
        some.wait_for_function(
            f"document.documentElement.classList.contains('phone') && innerWidth === {width}"
        )
        some.evaluate(
            "Reveal.slide(Reveal.getIndices(document.querySelector('section:has(.trick)')).h)"
        )
        size = "parseFloat(getComputedStyle(document.querySelector('.present .callout')).fontSize)"
        some.wait_for_function(f"{size} >= {least}")
        assert some.locator(".deck-bar").bounding_box()["height"] < 70


def test_nothing_lies_on_the_code_or_on_what_one_touches_in_it(some):
    some.set_viewport_size(PHONE)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    assert some.evaluate(COVERED) == []


@pytest.mark.thorough(kind="what is touched on a phone")
@pytest.mark.parametrize(("width", "height"), [(844, 390), (390, 844), (1180, 820)])
def test_what_one_touches_is_a_fingers_width_and_the_bar_takes_no_height(
    browser, home, sampled, width, height
):
    """In landscape, too, where a slide is fitted; there a low screen has its bar at the side."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto((home / "_build" / "slides" / "index.html").as_uri())
    page.wait_for_function("document.documentElement.dataset.deck === 'ready' && Deck.keepAll()")
    small = sampled(page).evaluate(SMALL_TARGETS)
    needs = page.evaluate(NEEDS)
    slides = page.locator(".reveal").bounding_box()
    bar = page.locator(".deck-bar").bounding_box()
    context.close()
    assert small == []
    assert needs == []
    if height < 560:
        assert slides["height"] == height and slides["width"] <= bar["x"] + 1
    else:
        assert slides["y"] + slides["height"] <= bar["y"] + 1


def test_what_each_step_of_a_drawing_shows_is_said_below_it(some):
    """A reader with a phone has no speaker; on a hall's screen the speaker says it."""
    said = some.evaluate("""() => {
        const svg = document.querySelector("section figure.diagram > svg:has([data-step])");
        Reveal.slide(Reveal.getIndices(svg.closest("section")).h, 0, -1);
        return svg.nextElementSibling.checkVisibility();
    }""")
    assert not said
    some.set_viewport_size(PHONE)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    seen = """() => [...document.querySelectorAll(".present .steps-said > p")]
        .filter((p) => p.checkVisibility({ visibilityProperty: true })).length"""
    steps = some.evaluate("document.querySelectorAll('.present [data-step]').length")
    counts = []
    for step in range(-1, steps):
        some.evaluate("(step) => Reveal.navigateFragment(step)", step)
        counts.append(some.evaluate(seen))
    assert counts == list(range(steps + 1))


def test_a_table_of_a_few_words_is_as_large_as_other_text(static):
    static.set_viewport_size(PHONE)
    static.wait_for_function("document.documentElement.classList.contains('phone')")
    sizes = static.evaluate("""() => Array.from(
        document.querySelectorAll("section.map table"), (table) => [
        table.rows[0].cells.length < 4 && table.tBodies[0].rows.length < 6,
        getComputedStyle(table).fontSize,
    ])""")
    assert sorted({(few, size) for few, size in sizes}) == [(False, "15px"), (True, "18px")]
