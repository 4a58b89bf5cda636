"""The maps of the house: what pages say of folders and files is the tree."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def table(text: str, heading: str) -> list[str]:
    """The first cells of the table below a heading of a Markdown file, without their marks."""
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", part, re.M)


def test_the_readmes_table_of_the_house_is_the_tree():
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if kept.returncode:
        pytest.skip("no clone: git can't say which files there are")
    paths = [Path(name) for name in kept.stdout.splitlines()]
    top = {f"{p.parts[0]}/" if len(p.parts) > 1 else p.name for p in paths}
    rooms = {f"deck/{p.parts[1]}/" for p in paths if p.parts[0] == "deck" and len(p.parts) > 2}
    assert sorted(table((ROOT / "README.md").read_text(), "The house")) == sorted(top | rooms)


def test_the_rooms_of_the_architecture_page_are_the_tree():
    text = (DOCS / "architecture.rst").read_text()
    said = set(re.findall(r"^``(\w+)/``", text, re.M))
    assert said == {path.name for path in (ROOT / "deck").iterdir() if holds_files(path)}


def holds_files(folder: Path) -> bool:
    files = (path for path in folder.rglob("*") if path.is_file())
    return folder.is_dir() and any(path.suffix != ".pyc" for path in files)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.rst"])
def test_files_that_a_page_names_are_there(page):
    named = re.findall(r"`{1,2}((?:deck|docs|tests|examples|slides)/[\w./-]*\w/?)`", read(page))
    named += re.findall(r"\]\(((?!http)[^)#]+)\)", read(page))
    # FAMILY and TRICK stand for names; README and the like are looked for by links.
    for name in (name for name in named if "FAMILY" not in name):
        assert (ROOT / name).exists(), f"{page}: there is no {name}"


def test_links_lead_to_documentation_and_to_no_registry():
    for page in ("README.md", "CONTRIBUTING.md"):
        for address in re.findall(r"https?://[^\s)>]+", read(page)):
            assert "pypi." not in address, f"{page}: {address} is a registry"


def read(name: str) -> str:
    return (ROOT / name).read_text()
