"""How the Linux in the page is made: the archive that its kernel unpacks, and what is locked."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from deck.page_kernel import build, image, packages
from deck.page_kernel.packages import Package, PackageError


def test_the_first_file_system_unpacks_to_the_same_files(tmp_path):
    root, out = tmp_path / "root", tmp_path / "out"
    (root / "bin").mkdir(parents=True)
    out.mkdir()
    (root / "bin/program").write_bytes(b"x" * 5001)
    (root / "bin/program").chmod(0o755)
    (root / "link").symlink_to("bin/program")
    (root / "empty").write_bytes(b"")
    image.pack(root, tmp_path / "initrd.gz")
    archive = gzip.decompress((tmp_path / "initrd.gz").read_bytes())
    names = [
        archive[at + 110 : archive.index(b"\0", at + 110)].decode()
        for at in (i for i in range(0, len(archive), 4) if archive[i : i + 6] == b"070701")
    ]
    assert names == ["bin", "bin/program", "empty", "link", "dev/console", "TRAILER!!!"]
    program = archive.index(b"bin/program\0")
    assert archive[program + 14 :].lstrip(b"\0").startswith(b"x" * 5001)


@pytest.fixture
def apt(monkeypatch, tmp_path):
    """What apt would offer, without asking it: a version and a content for each name."""
    offered: dict[str, tuple[str, bytes]] = {}

    class Offer:
        def __init__(self, folder: Path) -> None:
            pass

        def kernel(self) -> str:
            return "linux-image-6.1.0-50-686-unsigned"

        def download(self, name: str) -> Package:
            version, sha256 = offered.get(name, ("1", "same"))
            return Package(name, version, sha256, tmp_path / f"{name}.deb")

    monkeypatch.setattr(packages, "Apt", Offer)
    return offered


def lock(tmp_path: Path) -> Path:
    names = ["linux-image-*-686-unsigned", *packages.NAMES]
    path = tmp_path / "lock.json"
    path.write_text(json.dumps({name: {"version": "1", "sha256": "same"} for name in names}))
    return path


def test_what_is_as_locked_is_taken_without_a_word(apt, tmp_path):
    found, told = packages.fetch(tmp_path, lock(tmp_path))
    assert len(found) == len(packages.NAMES) + 1 and told == []


def test_a_newer_version_is_taken_and_told(apt, tmp_path):
    apt["libc6"] = ("2", "other")
    _, told = packages.fetch(tmp_path, lock(tmp_path))
    assert told == ["libc6 is 2; locked is 1"]


def test_another_content_of_the_same_version_is_refused(apt, tmp_path):
    apt["libc6"] = ("1", "other")
    with pytest.raises(PackageError, match=r"libc6.deb is not what lock.json says"):
        packages.fetch(tmp_path, lock(tmp_path))


def test_a_kernel_keeps_its_row_when_its_name_counts_on():
    [row] = json.loads(
        packages.locked([{"name": "linux-image-6.1.0-50-686", "version": "1", "sha256": "a"}])
    )
    assert row == "linux-image-*-686"


def test_without_node_a_sentence_says_what_brings_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(build.BuildError, match=r"needs node: sudo apt-get install nodejs"):
        build.build(tmp_path / "out", tmp_path)


def test_only_the_standard_library_is_imported_beforehand(tmp_path):
    (tmp_path / "one.py").write_text("import socket, zmq\nfrom examples.support import wire\n")
    (tmp_path / "two.py").write_text("from os import path\nimport ssl\n")
    (tmp_path / "broken.py").write_text("def")
    assert build.standard_imports(tmp_path) == {"socket", "os"}


def test_the_lock_names_no_host():
    for path in (packages.LOCK, build.HERE / "editor" / "package-lock.json"):
        text = path.read_text()
        assert "http" not in text and "resolved" not in json.loads(text)


def test_the_command_says_a_sentence_where_it_cannot(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "deck.page_kernel.build", tmp_path / "out"],
        env={"PATH": str(tmp_path), "PYTHONPATH": str(Path(build.__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith("the Linux in the page needs node")
