"""Programs pass, their variants end as they must, and the slides build without a warning."""

import subprocess
import sys

import pytest
from deck.programs import catalogue, recording, variants
from deck.programs.runner import Run

TRICKS = catalogue.tricks()
VARIANTS = variants.all_of(TRICKS)
every_trick = pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)


@every_trick
def test_it_passes_and_prints_what_is_recorded(trick):
    *events, end = Run(trick).events()
    if end.result == "skipped":
        pytest.skip(end.text)
    assert end.result == "passed", end.text
    difference = recording.differences(trick, events)
    assert not difference, f"{difference}\nIf that is right: python3 -m examples record {trick.id}"


@every_variant
def test_it_ends_as_its_table_says(variant):
    events = list(variants.VariantRun(variant).events())
    if events[-1].result == "skipped":
        pytest.skip(events[-1].text)
    objection = variants.objection(variant, events)
    assert not objection, objection
    difference = recording.differences(variant, variants.recorded(variant, events))
    assert not difference, (
        f"{difference}\nIf that is right: python3 -m examples record {variant.id}"
    )


def test_the_slides_build_without_a_warning(tmp_path):
    build = ["-W", "--keep-going", "-q", "-c", ".", "-b", "singlefile-slides", "slides"]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *build, str(tmp_path)], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
