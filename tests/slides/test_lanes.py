"""Output in lanes: replayed it looks as the still does, and its text says who speaks."""

import pytest

PLACES = """(slide) => [...slide.querySelectorAll(".trick-output .line")].map((line) => {
    const { left, top } = line.getBoundingClientRect();
    return [Math.round(left), Math.round(top), line.textContent, line.matches("[data-end]")];
})"""
BELOW = """(slide) => {
    const line = slide.querySelector(".line[data-end]");
    const lane = slide.querySelectorAll(".lane")[getComputedStyle(line).getPropertyValue("--lane")];
    const { left, bottom } = lane.getBoundingClientRect();
    const end = line.getBoundingClientRect().bottom;
    return { x: left - 4, y: end, width: 12, height: bottom - end };
}"""


@pytest.mark.thorough(kind="lanes on the talk's slides")
def test_a_replay_fills_the_lanes_as_the_still_does(some):
    lanes = some.locator("section:has([data-lanes])").all()
    assert lanes
    slide = lanes[0]
    slide.evaluate("(slide) => Reveal.slide(Reveal.getIndices(slide).h, 0, 99)")
    still = slide.evaluate(PLACES)
    lefts = {left for left, *_ in still}
    assert len(lefts) == slide.locator(".lane").count() > 1
    assert all(": " in text for _, _, text, _ in still)
    slide.locator(".trick-run").click()
    slide.locator(".line[data-time]").first.wait_for()  # which a recorded line does not have
    some.wait_for_function(
        "n => document.querySelectorAll('.present .trick-output .line').length === n",
        arg=len(still),
    )
    assert slide.evaluate(PLACES) == still


@pytest.mark.thorough(kind="lanes on the talk's slides")
def test_on_a_phone_each_line_says_who_speaks(some):
    some.set_viewport_size({"width": 390, "height": 844})
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    slide = some.locator("section:has([data-lanes])").first
    slide.evaluate("(slide) => Reveal.slide(Reveal.getIndices(slide).h, 0, 99)")
    assert not slide.locator(".lane").first.is_visible()
    assert all(
        who.is_visible() and who.bounding_box()["width"] > 20 for who in slide.locator(".who").all()
    )


def test_the_lane_of_one_who_is_dead_ends_there(static):
    """Replayed, too: the test above compares."""
    ends = static.locator("section:has(.line[data-end])").all()
    assert len(ends) >= 2
    for slide in ends:
        slide.evaluate("(slide) => Reveal.slide(Reveal.getIndices(slide).h, 0, -1)")
        below = slide.evaluate(BELOW)
        seen = static.screenshot(clip=below)
        slide.locator(".lanes").evaluate("(lanes) => lanes.remove()")
        assert static.screenshot(clip=below) == seen
