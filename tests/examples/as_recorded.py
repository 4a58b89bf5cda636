"""What tricks and their variants have in common: a run that is no skip, a recording that fits."""

import pytest

OUTPUT_COLUMNS, OUTPUT_LINES = 60, 16


def ended(run):
    """All events of a run; what can't run here is skipped, with the reason."""
    events = list(run.events())
    if events[-1].result == "skipped":
        pytest.skip(events[-1].text)
    return events


def too_large(kept, path):
    """Whatever of a recording does not fit beside the code, in a sentence."""
    if len(kept.lines) > OUTPUT_LINES:
        yield f"{path}: too many lines for a slide"
    for number, line in enumerate(kept.lines, 1):
        if len(line) > OUTPUT_COLUMNS:
            yield f"{path}:{number}: too long for a slide"
