"""Lines that are broken leave no word alone, on cards and, on a phone, in the output."""

PHONE = {"width": 390, "height": 844}
# Words of a last row that is much shorter than the row above, though there would be room to share.
ALONE = """(selector) => {
    const found = [];
    for (const slide of document.querySelectorAll("section:has(.trick)")) {
        Reveal.slide(Reveal.getIndices(slide).h, 0, 99);
        for (const box of slide.querySelectorAll(selector)) {
            const words = document.createRange();
            words.selectNodeContents(box);
            const rows = [];
            for (const { left, right, bottom } of words.getClientRects()) {
                const row = rows.at(-1);
                if (!row || bottom > row.bottom + 8) rows.push({ left, right, bottom });
                else row.right = Math.max(row.right, right);
            }
            const wide = rows.map(({ left, right }) => right - left);
            if (rows.length === 2 && wide[1] < wide[0] / 4) found.push(box.textContent.trim());
        }
    }
    return found;
}"""


def test_the_last_row_of_an_explanation_is_no_single_word(some):
    assert some.evaluate(ALONE, ".callout p") == []


def test_on_a_phone_a_line_of_output_leaves_no_single_word(some):
    some.set_viewport_size(PHONE)
    some.wait_for_function("document.documentElement.classList.contains('phone')")
    assert some.evaluate(ALONE, ".trick-output .line") == []
