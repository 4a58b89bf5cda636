"""Every trick passes, prints what is recorded, and fits the wall."""

import shutil
import tomllib
from pathlib import Path

import pytest

from deck.programs import catalogue, needs, recording
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
MUTATIONS = {
    id: mutation
    for table in sorted((Path(__file__).parent / "mutations").glob("*.toml"))
    for id, mutation in tomllib.loads(table.read_text()).items()
}
every_trick = pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)

OUTPUT_COLUMNS, OUTPUT_LINES = 60, 16


def run(trick):
    *events, end = Run(trick).events()
    if end.result == "skipped":
        pytest.skip(end.text)
    return events, end


@every_trick
def test_it_passes_and_prints_what_is_recorded(trick):
    events, end = run(trick)
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
    assert len(kept.lines) <= OUTPUT_LINES, f"{trick.recording}: too many lines for a slide"
    for number, line in enumerate(kept.lines, 1):
        assert len(line) <= OUTPUT_COLUMNS, f"{trick.recording}:{number}: too long for a slide"


@pytest.mark.parametrize("id", MUTATIONS)
def test_breaking_what_it_teaches_breaks_it(id, tmp_path):
    """The assertion proves something: with the taught line replaced, the trick fails."""
    trick, mutation = TRICKS[id], MUTATIONS[id]
    text = trick.path.read_text()
    assert text.count(mutation["replace"]) == 1, f"{id}: `replace` must occur exactly once"
    mutant = tmp_path / trick.path.relative_to(trick.root)
    mutant.parent.mkdir(parents=True)
    mutant.write_text(text.replace(mutation["replace"], mutation["with"]))
    shutil.copytree(trick.root / "examples" / "support", tmp_path / "examples" / "support")
    _, end = run(catalogue.read(mutant))
    assert end.result in ("failed", "timed out"), f"{id} passes even with its point taken away"
