"""A clone that tests may change."""

import shutil

import pytest
from command_line import ROOT


@pytest.fixture
def clone(tmp_path):
    """A plain clone, in a folder with spaces, that tests may change."""
    folder = tmp_path / "a folder with spaces"
    (folder / "examples" / "demo").mkdir(parents=True)
    shutil.copytree(ROOT / "deck", folder / "deck", ignore=shutil.ignore_patterns("theme"))
    for name in ("__init__.py", "__main__.py"):
        (folder / "examples" / name).write_text((ROOT / "examples" / name).read_text())
    shutil.copytree(ROOT / "examples" / "support", folder / "examples" / "support")
    return folder
