"""Every trick passes, prints what is recorded, and fits the wall."""

import pytest
from as_recorded import ended, too_large

from deck.programs import catalogue, needs, recording
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
every_trick = pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)


@every_trick
def test_it_passes_and_prints_what_is_recorded(trick, isolated):
    *events, end = ended(Run(trick, isolated=isolated))
    errors = "\n".join(event.text for event in events if event.kind == "stderr")
    assert end.result == "passed", f"{trick.path}: {end.text}\n{errors}"
    difference = recording.differences(trick, events)
    assert not difference, f"{trick.path} prints something else than {trick.recording.name}:\n" + (
        f"{difference}\nIf the new output is right: python3 -m examples record {trick.id}"
    )


@every_trick
def test_its_recording_fits_beside_the_code(trick):
    kept = recording.read(trick)
    if kept is None:
        assert not needs.check(trick).runnable, f"record it: python3 -m examples record {trick.id}"
        return
    assert kept.lines
    assert list(too_large(kept, trick.recording)) == []
