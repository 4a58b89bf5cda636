"""Code, an explanation and the output are seen at the same time, as large as they can be."""

import pytest

LARGEST = 46
FARTHEST = (
    180  # units between an explanation and its line, where a stroke leads from one to the other
)
MOST_LINES = 5
ROW = 58  # units of an explanation
MEASURE = """async ([FARTHEST, MOST_LINES]) => {
    const found = [];
    const scale = Reveal.getScale();
    const box = (element) => element.getBoundingClientRect();
    const written = (line) => {
        const range = document.createRange();
        range.selectNodeContents(line);
        return box(range);
    };
    // From inside a card a stroke leads to its line, and crosses nothing written.
    const leads = (callout, card, line, gap) => {
        const stroke = getComputedStyle(callout, "::after");
        const at = card.left + scale * (4 + parseFloat(stroke.left));
        const [top, bottom] = [Math.min(line.bottom, card.bottom), Math.max(line.top, card.top)];
        return stroke.content !== "none" && Math.abs(parseFloat(stroke.height) - 20 - gap) < 1
            && [...callout.closest(".trick").querySelectorAll(".line")].map(written)
                .every((other) => other.bottom <= top + 4 || other.top >= bottom - 4
                    || other.right < at || other.left > at);
    };
    for (const slide of Reveal.getSlides().filter((slide) => slide.querySelector(".trick"))) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const trick = slide.querySelector(".trick");
        const lines = [...trick.querySelectorAll(".trick-code .line, .trick-output .line")];
        const output = trick.querySelector(".trick-output");
        const bar = trick.querySelector(".trick-bar");
        const last = Math.max(...lines.map((line) => box(line).bottom));
        const leading = (line) => parseFloat(getComputedStyle(line).lineHeight);
        const copy = trick.querySelector(".trick-code .copy");
        const [hidden, covering, apart, tall] = [[], [], [], []];
        for (const callout of trick.querySelectorAll(".callout")) {
            Reveal.navigateFragment(Number(callout.dataset.fragmentIndex));
            const card = box(callout);
            const what = callout.textContent.trim();
            const on = (other) => card.left < other.right && card.right > other.left
                && card.top < other.bottom && card.bottom > other.top;
            const covers = (line) => {
                const { left, right, top, bottom } = written(line);
                return on({ left, right, top: top + 4, bottom: bottom - 4 });
            };
            const seen = callout.checkVisibility({ visibilityProperty: true })
                && output.checkVisibility({ visibilityProperty: true });
            if (!seen || lines.some(covers)) hidden.push(what);
            const free = [
                copy.checkVisibility({ visibilityProperty: true }) && copy,
                trick.dataset.layout === "beside" && trick.querySelector(".trick-screen"),
            ];
            if (free.some((other) => other && on(box(other)))) covering.push(what);
            if (callout.clientHeight > MOST_LINES * 58 + 28) tall.push(what);
            const line = box(trick.querySelector(".line.explained"));
            const gap = Math.max(card.top - line.bottom, line.top - card.bottom) / scale;
            if (gap > FARTHEST || (gap > 14 && !leads(callout, card, line, gap))) apart.push(what);
        }
        found.push({
            trick: trick.dataset.trick,
            code: parseFloat(getComputedStyle(trick.querySelector(".trick-code pre")).fontSize),
            unused: (box(trick.querySelector(".trick-bar")).top - last) / innerHeight,
            wrapped: lines.filter((line) => line.offsetHeight > 1.5 * leading(line)).length,
            scrolled: output.scrollHeight - output.clientHeight,
            bar: box(bar).height / scale,
            hidden, covering, apart, tall,
            needs: [...trick.querySelectorAll(".badge")].filter((badge) =>
                badge.textContent.startsWith("needs") && (!badge.checkVisibility()
                    || box(badge).bottom > box(bar).bottom + 1)).map((badge) => badge.title),
            cut: [...trick.querySelectorAll(".badge, .trick-status, .command")].filter((word) =>
                box(word).top < box(bar).bottom - 8 && word.scrollWidth > word.clientWidth + 1
                && !word.querySelector(".how")).map((word) => word.textContent),
        });
    }
    return found;
}"""


@pytest.mark.timeout(300)
@pytest.mark.thorough(kind="seen together")
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_code_explanation_and_output_are_seen_together(some, width, height):
    """And an explanation stands at its line; it hides nothing, and lies on no button or frame."""
    some.set_viewport_size({"width": width, "height": height})
    some.wait_for_function(f"Math.abs(Reveal.getScale() - {width / 1920}) < 0.001")
    found = some.evaluate(MEASURE, [FARTHEST, MOST_LINES])
    assert found
    # A slide that says nothing of what it needs looks as if it needed nothing.
    for kind in ("hidden", "covering", "apart", "tall", "cut", "needs"):
        assert {one["trick"]: one[kind] for one in found if one[kind]} == {}, kind
    assert {one["trick"]: one["code"] for one in found if not 34 <= one["code"] <= LARGEST} == {}
    small = [one for one in found if one["code"] < LARGEST]
    assert {one["trick"]: one["unused"] for one in small if one["unused"] > 0.25} == {}
    for kind in ("wrapped", "scrolled"):
        assert {one["trick"]: one[kind] for one in found if one[kind] > 1} == {}
    assert {one["trick"]: one["bar"] for one in found if one["bar"] > 70} == {}


NARROWER = """(ROW) => {
    const found = [];
    const box = (element) => element.getBoundingClientRect();
    const written = (line) => {
        const range = document.createRange();
        range.selectNodeContents(line);
        return box(range);
    };
    for (const callout of document.querySelectorAll(".trick[data-layout=below] .callout")) {
        const [slide, trick] = [callout.closest("section"), callout.closest(".trick")];
        Reveal.slide(Reveal.getIndices(slide).h, 0, Number(callout.dataset.fragmentIndex));
        const [card, line] = [box(callout), box(trick.querySelector(".line.explained"))];
        if (card.top < line.bottom && card.bottom > line.top) continue;
        const lines = [...trick.querySelectorAll(".line")].map(written);
        for (const width of [760, 680]) {
            const trial = callout.cloneNode(true);
            trial.style.setProperty("--card", `${width}px`);
            callout.after(trial);
            const [high, top, left] = [box(trial).height, line.top - 14, card.right - width - 14];
            trial.remove();
            const free = lines.every((other) => other.right < left || other.bottom < top
                || other.top > top + high);
            if (width < card.width && high <= card.height + ROW && free)
                found.push(callout.textContent);
        }
    }
    return found;
}"""


def test_an_explanation_stands_at_its_line_if_a_narrower_card_fits_there(some):
    some.set_viewport_size({"width": 1920, "height": 1080})
    some.wait_for_function("Math.abs(Reveal.getScale() - 1) < 0.001")
    assert some.evaluate(NARROWER, ROW) == []


def test_tables_are_as_large_as_they_fit_and_clear_of_their_title(static):
    """The larger, the fewer rows; a name is on one line, and nothing has to be scrolled."""
    static.set_viewport_size({"width": 1920, "height": 1080})
    static.wait_for_function("Math.abs(Reveal.getScale() - 1) < 0.001")
    tables = static.evaluate("""() => Array.from(
        document.querySelectorAll("section.map table"), (table) => {
        const slide = table.closest("section");
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const title = slide.querySelector("h1, h2, h3").getBoundingClientRect();
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = table.parentNode;
        return {
            slide: slide.id, rows: table.tBodies[0].rows.length,
            size: parseFloat(getComputedStyle(table).fontSize),
            below: table.getBoundingClientRect().top - title.bottom,
            hidden: Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth),
        };
    })""")
    assert tables
    for table in tables:
        assert table["hidden"] <= 0, table
        assert table["size"] >= (46 if table["rows"] < 12 else 38), table
        assert table["rows"] > 5 or table["below"] >= 48, table
