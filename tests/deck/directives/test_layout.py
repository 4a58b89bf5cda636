"""Where a trick's output stands: below its code, or beside the lines that leave room."""

from deck.directives import layout


def test_below_counts_the_rows_of_both_and_the_widest_line():
    found = layout.choose([20] * 10, [40] * 6)
    assert (found.kind, found.rows, found.columns) == ("below", 16, 40)


def test_what_is_too_high_stands_beside_where_the_code_is_shortest():
    found = layout.choose([44] * 4 + [20] * 8 + [44] * 4, [46] * 5)
    assert (found.kind, found.start, found.columns) == ("beside", 6, 66)


def test_of_places_that_are_alike_the_last_is_taken():
    assert layout.beside([30] * 16, [40] * 6).start == 16 - 7


def test_nothing_fits_beside_lines_as_long_as_the_slide():
    found = layout.choose([68] * 16, [60] * 8)
    assert found.kind == "below" and not found.fits
