"""`make kernels`: what it says where it can't, and what it does with a suite that has none."""

import os

import pytest

from deck.programs import catalogue, cli, kernels, uml

APT = """#!/bin/sh
case "$*" in
  *update*) echo "E: The repository has no Release file" >&2; exit 100;;
  *) exit 0;;
esac
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty folder for the kernels, and tools that do nothing."""
    monkeypatch.setattr(kernels, "folder", lambda: tmp_path / "kernels")
    monkeypatch.setattr(kernels.system, "machine", lambda: "x86_64")
    monkeypatch.setattr(kernels, "KEYRING", tmp_path)
    monkeypatch.setattr(kernels, "_mirror", lambda: "http://mirror.test/debian")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in (*kernels.TOOLS, "apt-cache"):
        (tools / name).write_text(APT if name == "apt-get" else "#!/bin/sh\nexit 0\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path


def test_a_suite_without_it_is_told_and_leaves_nothing(place, capsys):
    assert cli.main(["kernels"]) == 0
    said = capsys.readouterr().out
    for suite in kernels.SUITES:
        assert f"{suite}: not to be had: E: The repository has no Release file" in said
    assert list((place / "kernels").glob("*/usr")) == []


def test_what_is_there_is_not_fetched_again(place, capsys):
    (place / "kernels" / "sid" / "usr/lib/uml/modules/9.9.1").mkdir(parents=True)
    assert cli.main(["kernels"]) == 0
    assert "sid: 9.9.1, as before" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("machine", "and this is aarch64"),
        ("tool", "apt-get install patchelf"),
        ("key", "keyring"),
        ("mirror", "name Debian's main"),
    ],
)
def test_where_it_can_not_it_says_why(place, monkeypatch, capsys, lacking, words):
    if lacking == "machine":
        monkeypatch.setattr(kernels.system, "machine", lambda: "aarch64")
    elif lacking == "mirror":
        monkeypatch.setattr(kernels, "_mirror", str)
    elif lacking == "tool":
        monkeypatch.setattr(kernels.shutil, "which", lambda name: name != "patchelf")
    else:
        monkeypatch.setattr(kernels, "KEYRING", place / "nowhere")
    assert cli.main(["kernels"]) == 1
    assert words in capsys.readouterr().err


def test_what_was_fetched_is_at_hand_unless_other_folders_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(uml, "ROOT", tmp_path)
    monkeypatch.setattr(uml, "PROGRAM", "no-such-kernel")
    monkeypatch.delenv("DECK_KERNELS", raising=False)
    for suite in ("sid", "trixie"):
        (tmp_path / "_build/kernels" / suite / "usr/lib/uml/modules/9.9.1").mkdir(parents=True)
    assert [kernel.release for kernel in uml.kernels()] == ["9.9.1"]
    monkeypatch.setenv("DECK_KERNELS", str(tmp_path / "elsewhere"))
    assert uml.kernels() == []


def test_the_kernels_lie_where_uml_looks_for_them():
    assert kernels.folder() == catalogue.ROOT / "_build" / "kernels"


@pytest.mark.parametrize(
    ("release", "chokes"), [("6.1.176", True), ("6.12.9", True), ("7.2.7", False)]
)
def test_a_new_kernel_is_told_of_all_registers(monkeypatch, release, chokes):
    """Seen on a CPU with AMX: 7.2 dies without them, 6.1 with them."""
    monkeypatch.setattr(uml.Path, "read_text", lambda _: "x\nflags\t\t: fpu amx_tile\n")
    assert uml.chokes_on_registers(release) is chokes


@pytest.mark.parametrize(
    ("apt", "words"),
    [("exec sleep 60", "was not done after"), ("touch user-mode-linux_1.deb", "!")],
)
def test_a_step_that_hangs_or_fails_leaves_the_others(place, monkeypatch, capsys, apt, words):
    monkeypatch.setattr(kernels, "SECONDS", 0.5)
    monkeypatch.setattr(kernels, "SUITES", ("bookworm",))
    tools = place / "bin"
    (tools / "apt-get").write_text(f"#!/bin/sh\n{apt}\n")
    (tools / "dpkg-deb").write_text("#!/bin/sh\necho 'no archive!' >&2; exit 2\n")
    assert cli.main(["kernels"]) == 0
    said = capsys.readouterr().out
    assert "bookworm: not to be had: " in said and words in said
