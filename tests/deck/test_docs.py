"""The documentation: it builds, it has an entry for everything, and its examples are built."""

import argparse
import io
import itertools
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from deck.__main__ import COMMANDS
from deck.programs import catalogue, cli_options, variants
from deck.programs.talk import Talk
from deck.templates import init

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ENTRY = re.compile(r"^\.\. (?:rst:)?(directive|role|confval|describe):: (?:\.\. )?(.+)$", re.M)
OPTION = re.compile(r"^   \.\. rst:directive:option:: (\S+)$", re.M)
BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\w+)\n"
    r"(?:(?P=indent)   :caption: (?P<file>\S+)\n)?\n"
    r"(?P<text>(?:(?:(?P=indent)   .*)?\n)+)",
    re.M,
)
# A new section, or an entry: what its blocks say belongs together.
PART = re.compile(r"^(?=\.\. (?:rst:|confval|describe)|.+\n[=-]{3,}\n)", re.M)


@dataclass
class Example:
    """What one part of a page shows: files of a talk, and commands in it, in their order."""

    place: str
    files: dict[str, str] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    steps: list[tuple[str, str]] = field(default_factory=list)

    def add(self, block: re.Match[str]) -> None:
        said = textwrap.dedent(block["text"]).strip() + "\n"
        if block["file"]:
            self.files[block["file"]] = said
            self.steps.append((block["file"], said))
        elif block["language"] == "console":
            commands = re.findall(r"^\$ (.+)$", said, re.M)
            self.commands += commands
            self.steps += [("$", command) for command in commands]

    def parameter(self):
        """Of those that build, test or prove by a command, the tutorial is a sample.

        Of the others, the first of each page.
        """
        costly = re.compile(r"make |pytest|prove|-m sphinx")
        heavy = any(map(costly.search, self.commands))
        page = f"an example of {self.place.partition(':')[0]}"
        mark = pytest.mark.thorough(kind="from nothing to a tested talk" if heavy else page)
        return pytest.param(self, id=self.place, marks=mark)


def examples() -> Iterator[Example]:
    for page in sorted(DOCS.glob("*.rst"), key=lambda page: (page.stem != "tutorial", page)):
        text = page.read_text()
        # The tutorial is one example from its first line to its last.
        parts = [] if page.stem == "tutorial" else PART.finditer(text)
        starts = [0, *(match.start() for match in parts), len(text)]
        for start, end in itertools.pairwise(starts):
            name = text[start:end].strip().partition("\n")[0]
            example = Example(f"{page.stem}: {name}")
            for block in BLOCK.finditer(text[start:end] + "\n"):
                example.add(block)
            if example.steps:
                yield example


EXAMPLES = {example.place: example for example in examples()}
TEXT = "\n".join(page.read_text() for page in sorted(DOCS.glob("*.rst")))


@pytest.fixture
def talk(tmp_path, monkeypatch) -> Path:
    """A new talk, in which `deck` and `python3` are ours."""
    folder = tmp_path / "first-talk"
    init.write(folder, "My first talk", "Ada")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, start in (("python3", ""), ("deck", "-m deck ")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {start}"$@"\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTHON", "python3")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("example", [example.parameter() for example in EXAMPLES.values()])
def test_the_example_builds(example, talk):
    for name, text in example.steps:
        if name == "$":
            run(text, talk)
            continue
        path = talk / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Settings add to those of the talk; any other file is the whole of it.
        path.write_text(path.read_text() + text if name == "conf.py" else text)
    for id, trick in catalogue.tricks(talk).items():
        if not trick.recording.exists() and "no-such-program" not in trick.path.read_text():
            run(f"python3 -m examples record {id}", talk)
    build(talk)


def build(talk: Path) -> None:
    """As `make slides` does, without the start of another Python."""
    warnings = io.StringIO()
    with patch_docutils(talk), docutils_namespace():
        app = Sphinx(
            talk / "slides",
            talk,
            talk / "_build" / "checked",
            talk / "_build" / "doctrees-checked",
            "singlefile-slides",
            status=None,
            warning=warnings,
            warningiserror=True,
        )
        app.build()
    assert not warnings.getvalue()


def run(command: str, folder: Path) -> None:
    """Carry out a line of a console block, in the talk that it has made or is in."""
    if command.startswith(("cd ", "deck init first-talk")):
        return
    done = subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def test_the_documentation_builds_without_a_warning(tmp_path):
    docs = ["-W", "--keep-going", "-q", "-b", "html", "-d", tmp_path / "doctrees", DOCS]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *docs, tmp_path / "docs"], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr


# ---- an entry for everything


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> dict[str, dict[str, object]]:
    """What the machinery registers with Sphinx, by the method that it calls for that."""
    calls = ("add_directive", "add_role", "add_config_value", "add_builder")
    kept: dict[str, dict[str, object]] = {call: {} for call in calls}

    def recorder(call: str, original: Callable) -> Callable:
        def register(app: Sphinx, what: object, *given: object, **options: object) -> None:
            if sys._getframe(1).f_globals["__name__"].startswith("deck."):
                name = what if isinstance(what, str) else what.name
                kept[call][name] = given[0] if given else None
            original(app, what, *given, **options)

        return register

    talk = tmp_path_factory.mktemp("talk") / "talk"
    init.write(talk, "Numbers", "Ada")
    with pytest.MonkeyPatch.context() as patch:
        for call in calls:
            patch.setattr(Sphinx, call, recorder(call, getattr(Sphinx, call)))
        build(talk)
    return kept


def entries(kind: str) -> set[str]:
    """The names of the entries of a kind, without what follows a directive's name."""
    found = {name for what, name in ENTRY.findall(TEXT) if what == kind}
    return {name.partition("::")[0] for name in found} if kind == "directive" else found


def part_of(entry: str) -> str:
    """The text of one entry."""
    start = next(match.start() for match in ENTRY.finditer(TEXT) if entry in match[0])
    return re.split(r"\n(?=\S)", TEXT[start:].partition("\n")[2])[0]


def test_every_directive_has_an_entry_with_its_options_and_an_example(registered):
    assert entries("directive") == set(registered["add_directive"])
    for name, kind in registered["add_directive"].items():
        if name == "toctree":
            continue  # Sphinx's own options
        part = part_of(f".. rst:directive:: .. {name}::")
        assert set(OPTION.findall(part)) == set(kind.option_spec or ()), name
        shown = "".join(block["text"] for block in BLOCK.finditer(part + "\n"))
        assert f".. {name}::" in shown, f"{name}: no example"
        for option in kind.option_spec or ():
            assert f":{option}:" in shown, f"{name}: no example has its option {option}"


def test_every_role_has_an_entry_and_an_example(registered):
    roles = set(registered["add_role"])
    assert entries("role") == roles
    assert all(f":{role}:`" in part_of(f".. rst:role:: {role}") for role in roles)


def test_every_setting_has_an_entry_and_an_example(registered):
    settings = set(registered["add_config_value"])
    assert entries("confval") == settings
    shown = "".join(example.files.get("conf.py", "") for example in EXAMPLES.values())
    missing = {name for name in settings if not re.search(rf"^{name} = ", shown, re.M)}
    assert not missing


def test_every_builder_has_an_entry(registered):
    assert {f"-b {name}" for name in registered["add_builder"]} == {
        name for name in entries("describe") if name.startswith("-b ")
    }


def test_every_field_of_a_docstring_has_an_entry_and_an_example():
    fields = {*catalogue.REQUIRED, *catalogue.OPTIONAL}
    assert fields <= entries("describe")
    shown = "".join(text for example in EXAMPLES.values() for text in example.files.values())
    assert all(f":{name}:" in shown for name in fields)


def test_every_key_of_a_variant_has_an_entry_and_an_example():
    assert set(variants.KEYS) <= entries("describe")
    shown = "".join(
        example.files.get("examples/floats/tenths.toml", "") for example in EXAMPLES.values()
    )
    assert all(f"{key} = " in shown for key in variants.KEYS)


def test_every_name_of_a_talk_has_an_entry_and_an_example():
    names = {name.upper() for name in Talk._fields}
    assert names == {name for name in entries("describe") if name.isupper()}
    [shown] = [
        e.files["examples/talk.py"] for e in EXAMPLES.values() if "examples/talk.py" in e.files
    ]
    assert all(f"{name} = " in shown for name in names)


def test_every_command_has_an_entry_and_an_example():
    parser = cli_options.parser()
    [choices] = [a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    ours = {f"python3 -m examples {name}" for name in choices}
    ours |= {f"deck {name}" for name in COMMANDS}
    ours |= {f"make {name}" for name in targets(init.TALK / "Makefile") if name != "help"}
    said = {name for name in entries("describe") if name.split()[0] in ("python3", "deck", "make")}
    assert {re.sub(r" [A-Z]+$", "", name) for name in said} == ours
    run_here = "\n".join(command for e in EXAMPLES.values() for command in e.commands)
    # These serve for ever, want a browser, or want the network.
    for name in ours - {"make present", "make pdf", "python3 -m examples kernels"}:
        assert name in run_here, f"{name}: no example"


def test_every_option_of_a_command_is_in_its_entry():
    [choices] = [a.choices for a in cli_options.parser()._actions if hasattr(a.choices, "items")]
    helps = {f"python3 -m examples {name}": sub.format_help() for name, sub in choices.items()}
    for name in COMMANDS:
        ask = [sys.executable, "-m", "deck", name, "--help"]
        helps[f"deck {name}"] = subprocess.run(
            ask, cwd=ROOT, capture_output=True, text=True, timeout=60
        ).stdout
    for command, said in helps.items():
        for option in set(re.findall(r"(--[a-z-]+)\b", said.partition("options:")[2])) - {"--help"}:
            assert option in part_of(f".. describe:: {command}"), f"{command} {option}"


def targets(makefile: Path) -> list[str]:
    return re.findall(r"^([a-z]+):.*## ", makefile.read_text(), re.M)


def test_a_block_that_names_a_file_is_found():
    """The pattern finds all captions: an example that it missed would not be built."""
    captions = len(re.findall(r"^ *:caption: ", TEXT, re.M))
    assert captions == sum(1 for _ in BLOCK.finditer(TEXT) if _["file"])
    assert captions > 40
