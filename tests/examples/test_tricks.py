"""Every trick passes, prints what is recorded, and fits the wall."""

import tomllib
from pathlib import Path

import pytest

from deck.programs import catalogue, needs, proof, recording
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


@every_trick
def test_its_proof_is_of_this_program(trick):
    assert proof.is_current(trick, proof.read()), (
        f"{trick.path} is newer than its row in examples/proven.json:"
        f" python3 -m examples prove {trick.id}"
    )


def test_no_row_of_the_proof_lacks_its_trick_and_none_has_failed():
    rows = proof.read()
    assert set(rows) == set(TRICKS)
    for id, row in rows.items():
        for kernel, result in row["kernels"].items():
            assert result.startswith(("passed", "skipped")), f"{id} on {kernel}: {result}"


@pytest.mark.parametrize("id", MUTATIONS)
def test_breaking_what_it_teaches_breaks_it(id, tmp_path):
    """The assertion proves something: with the taught line replaced, the trick fails."""
    trick, mutation = TRICKS[id], MUTATIONS[id]
    text = trick.path.read_text()
    assert text.count(mutation["replace"]) == 1, f"{id}: `replace` must occur exactly once"
    mutant = tmp_path / trick.path.relative_to(trick.root)
    mutant.parent.mkdir(parents=True)
    mutant.write_text(text.replace(mutation["replace"], mutation["with"]))
    for support in trick.path.parent.parent.glob("*.py"):
        (tmp_path / "examples" / support.name).write_text(support.read_text())
    _, end = run(catalogue.read(mutant))
    assert end.result in ("failed", "timed out"), f"{id} passes even with its point taken away"
