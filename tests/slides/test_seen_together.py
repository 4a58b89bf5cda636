"""Code, an explanation and the output are seen at the same time, as large as they can be."""

import pytest

LARGEST = 46
MEASURE = """async () => {
    const found = [];
    const box = (element) => element.getBoundingClientRect();
    const written = (line) => {
        const range = document.createRange();
        range.selectNodeContents(line);
        return box(range);
    };
    for (const slide of Reveal.getSlides().filter((slide) => slide.querySelector(".trick"))) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, -1);
        const trick = slide.querySelector(".trick");
        const lines = [...trick.querySelectorAll(".trick-code .line, .trick-output .line")];
        const output = trick.querySelector(".trick-output");
        const bar = trick.querySelector(".trick-bar");
        const last = Math.max(...lines.map((line) => box(line).bottom));
        const leading = (line) => parseFloat(getComputedStyle(line).lineHeight);
        const hidden = [];
        const far = [];
        for (const callout of trick.querySelectorAll(".callout")) {
            Reveal.navigateFragment(Number(callout.dataset.fragmentIndex));
            const { left, top, bottom } = box(callout);
            const covers = (line) => {
                const { right, top: above, bottom: below } = written(line);
                return right > left && below > top + 4 && above < bottom - 4;
            };
            const seen = callout.checkVisibility({ visibilityProperty: true })
                && output.checkVisibility({ visibilityProperty: true });
            if (!seen || lines.some(covers)) hidden.push(callout.textContent.trim());
            const line = box(trick.querySelector(".line.explained"));
            // The end of a line is hidden where the output stands beside it.
            const beside = trick.dataset.layout === "beside";
            const apart = beside ? 0 : Math.max(top - line.bottom, line.top - bottom);
            const stroke = parseFloat(getComputedStyle(callout, "::after").height) || 0;
            if (Math.abs(stroke - Math.max(apart, 0)) > 4) far.push(callout.textContent.trim());
        }
        found.push({
            trick: trick.dataset.trick,
            code: parseFloat(getComputedStyle(trick.querySelector(".trick-code pre")).fontSize),
            unused: (box(trick.querySelector(".trick-bar")).top - last) / 1080,
            wrapped: lines.filter((line) => line.offsetHeight > 1.5 * leading(line)).length,
            scrolled: output.scrollHeight - output.clientHeight,
            bar: box(trick.querySelector(".trick-bar")).height,
            hidden,
            far,
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
def test_code_explanation_and_output_are_seen_together(some):
    found = some.evaluate(MEASURE)
    assert found
    assert {one["trick"]: one["hidden"] for one in found if one["hidden"]} == {}
    # One that stands apart from its line has a stroke that leads there.
    assert {one["trick"]: one["far"] for one in found if one["far"]} == {}
    # A slide that says nothing of it looks as if it needed nothing.
    assert {one["trick"]: one["needs"] for one in found if one["needs"]} == {}
    assert {one["trick"]: one["cut"] for one in found if one["cut"]} == {}
    assert {one["trick"]: one["code"] for one in found if not 34 <= one["code"] <= LARGEST} == {}
    small = [one for one in found if one["code"] < LARGEST]
    assert {one["trick"]: one["unused"] for one in small if one["unused"] > 0.25} == {}
    for kind in ("wrapped", "scrolled"):
        assert {one["trick"]: one[kind] for one in found if one[kind] > 1} == {}
    assert {one["trick"]: one["bar"] for one in found if one["bar"] > 70} == {}
