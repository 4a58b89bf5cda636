"""How much heavier a page becomes, before anybody presses Run, by the Linux that it could fetch."""

import json
from pathlib import Path

from docset import build, write
from tricks import write_program, write_recording

from deck.page_kernel import extension
from deck.slides import assets

TRICKS = 104  # those of the talk when this was measured
LIMIT = 10_000  # bytes


def test_a_page_that_could_fetch_a_linux_is_hardly_heavier(tmp_path):
    folder = tmp_path / "talk"
    ids = [f"post.letter{number}" for number in range(TRICKS)]
    for number, id in enumerate(ids):
        # One in ten can't run there, and its slide says why.
        needs = "program postgres-which-is-not-there" if number % 10 == 0 else "none"
        path = write_program(folder, id, 'def main():\n    print("letter")', needs=needs)
        write_recording(path, [(0.1, "letter")])
    slides = "\n".join(f"{id}\n{'-' * 20}\n\n.. trick:: {id}\n" for id in ids)
    write(folder, {"index.rst": f"A deck\n======\n\n{slides}"})
    without = (build(folder, page_kernel="").output / "index.html").stat().st_size
    as_if_made(tmp_path / "linux")
    built = build(folder, page_kernel=str(tmp_path / "linux"), deck_root=str(folder)).output
    page = (built / "index.html").stat().st_size
    script = len((assets.THEME / "scripts" / "linux.js").read_bytes())
    assert without < page
    assert page - without + script <= LIMIT


def as_if_made(folder: Path) -> None:
    """What an extension finds where `make page-kernel` was: names, sizes and the manifest."""
    folder.mkdir()
    parts = {"libv86.js": 359552, "v86.wasm.gz": 400216, "state.bin.zst": 14_000_000}
    for name in (*parts, "editor.js"):
        (folder / name).touch()
    told = {"version": "6.1.176", "made_of": "0" * 64, "parts": parts, "known": {}}
    (folder / extension.page_kernel.MANIFEST).write_text(json.dumps(told))
