"""Every variant ends as its table says and prints what is recorded; unchanged, its trick passes."""

from collections import Counter

import pytest
from as_recorded import ended, too_large

from deck.programs import catalogue, recording, variants
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
VARIANTS = variants.all_of(TRICKS)


@pytest.mark.thorough
@pytest.mark.parametrize("id", VARIANTS)
def test_it_ends_as_it_must_and_prints_what_is_recorded(id):
    variant = VARIANTS[id]
    events = ended(variants.VariantRun(variant))
    assert not variants.objection(variant, events), [event.text for event in events]
    difference = recording.differences(variant, variants.recorded(variant, events))
    assert not difference, f"{difference}\nIf that is right: python3 -m examples record {id}"


@pytest.mark.thorough(kind="the unchanged program in a copy")
@pytest.mark.parametrize("id", TRICKS)
def test_in_the_same_copy_the_unchanged_program_passes(id):
    """Or it would be the copy that fails, not the change."""
    with variants.copy(TRICKS[id], TRICKS[id].path.read_text()) as same:
        events = ended(Run(same))
    assert events[-1].result == "passed", [event.text for event in events]


@pytest.mark.parametrize("id", TRICKS)
def test_each_trick_has_a_variant_that_ends_otherwise(id):
    """The assertion proves something: with the taught line replaced, the trick fails."""
    ways = {variant.shows for variant in variants.of(TRICKS[id]).values()}
    assert ways - {"passes"}, f"say in {TRICKS[id].path.with_suffix('.toml')} how to break it"


@pytest.mark.parametrize("id", VARIANTS)
def test_its_recording_fits_beside_the_code(id):
    kept = recording.read(VARIANTS[id])
    if kept is None:
        assert id == "awesome.bluetooth~wrong_channel", (
            f"record it: python3 -m examples record {id}"
        )
        return
    assert list(too_large(kept, VARIANTS[id].recording)) == []


def test_ten_tricks_have_a_knob():
    knobs = Counter(v.trick.id for v in VARIANTS.values() if v.knob)
    assert len(knobs) >= 10
