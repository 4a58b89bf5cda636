"""`deck init`: from the wheel alone comes a talk that runs, builds and is tested."""

import functools
import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import wheel

from deck.programs import catalogue, variants
from deck.templates import init

ROOT = Path(__file__).resolve().parents[2]
SITE = sysconfig.get_path("purelib")
DEBIANS = "/usr/bin/python3"
# Names that break a format that is not looked after: a string, a title, a row of a table.
NAMES = ["Numbers", 'A "quoted" \\ *star* | `tick` <b>', "数字の話 e\u0301", "{{ jinja }} $HOME %s"]


@pytest.fixture(scope="module", name="installed")
def _installed() -> Iterator[Path]:
    with wheel.installed() as place:
        yield place


class User:
    """Somebody who has the package and works in a folder: we, or with root's help nobody."""

    def __init__(self, folder: Path, installed: Path, nobody: bool) -> None:
        self.folder = folder
        self.python = DEBIANS if nobody else sys.executable
        self.site = folder / "site" if nobody else Path(SITE)
        self.site.mkdir(exist_ok=True)
        self._nobody = nobody
        self.environment = {
            "PATH": f"{os.path.dirname(self.python)}:/usr/bin:/bin",
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": f"{installed}:{self.site}",
        }

    def command(self, *command: str) -> list[str]:
        """The command without a network, and as nobody where that is who we are."""
        if not self._nobody:
            return [*without_network(), *command]
        # Our site-packages may lie in a folder that nobody may enter: a mount leads around it.
        become = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"'
        script = f'mount --bind "{SITE}" "{self.site}" && {become}'
        return ["unshare", "--net", "--mount", "sh", "-c", script, "sh", *command]

    def run(self, *command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*command),
            cwd=cwd or self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
        )


@functools.cache
def without_network() -> list[str]:
    """What comes before a command to keep it off the network, where we may do that."""
    before = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-current-user"])]
    return before if subprocess.run([*before, "true"], capture_output=True).returncode == 0 else []


@functools.cache
def debians_is_like_ours() -> bool:
    if not os.path.exists(DEBIANS):
        return False
    ask = [DEBIANS, "-c", "import sys; print(*sys.version_info[:2])"]
    said = subprocess.run(ask, capture_output=True, text=True, timeout=10).stdout.split()
    return said == [str(number) for number in sys.version_info[:2]]


@pytest.fixture(params=["as we are", "as nobody"])
def user(request, installed) -> Iterator[User]:
    nobody = request.param == "as nobody"
    if nobody and os.geteuid() != 0:
        pytest.skip("only root can become another user, and we are an ordinary one")
    if nobody and not debians_is_like_ours():
        pytest.skip("no Python of this version here that another user may run")
    with wheel.public_folder() as folder:
        if nobody:
            os.chown(folder, 65534, 65534)
        yield User(folder, installed, nobody)


@pytest.mark.thorough(kind="from nothing to a tested talk")
def test_from_the_wheel_to_a_tested_talk(user):
    made = user.run(
        user.python, "-m", "deck", "init", "my talk", "--name", "Numbers", "--author", "Ada"
    )
    assert made.returncode == 0, made.stderr
    talk = user.folder / "my talk"
    tested = user.run("make", "test", cwd=talk)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert re.search(r"\d+ passed", tested.stdout) and "skipped" not in tested.stdout
    built = user.run("make", "slides", cwd=talk)
    assert built.returncode == 0, built.stdout + built.stderr
    page = (talk / "_build" / "slides" / "index.html").read_text()
    assert len(re.findall(r'<section id="[^"]*" class="slide ', page)) == 3
    assert "Numbers" in page and "Ada" in page


def test_the_stage_opens_in_it(tmp_path, installed):
    talk = tmp_path / "talk"
    init.write(talk, "Numbers", "Ada")
    environment = os.environ | {"PYTHONPATH": f"{installed}:{SITE}", "PYTHONUNBUFFERED": "1"}
    make = ["make", "present", "OPEN=no", f"PYTHON={sys.executable}", "PORT=0"]
    stage = subprocess.Popen(
        make, cwd=talk, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        lines = iter(stage.stdout.readline, "")
        address = next(line.split()[-1] for line in lines if "http://" in line)
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert b"Ten tenths are not one" in answer.read()
    finally:
        os.killpg(stage.pid, 2)
        stage.communicate(timeout=30)


@pytest.mark.thorough(kind="name of a new talk")
@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_as_it_is(name, tmp_path):
    init.write(tmp_path, name, name)
    settings: dict = {}
    exec((tmp_path / "conf.py").read_text(), settings)
    assert settings["project"] == settings["author"] == name
    build = ["-W", "-q", "-c", ".", "-b", "singlefile-slides", "slides", "_build"]
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *build],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr


def test_nothing_of_the_template_is_left_unfilled(tmp_path):
    init.write(tmp_path, "Numbers", "Ada")
    for path in init.files():
        text = (tmp_path / path.relative_to(init.TALK)).read_text()
        assert not re.search("TALK-(NAME|AUTHOR|PYTHON)", text), path


def test_a_folder_that_holds_something_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine").write_text("mine")
    assert init.main([str(tmp_path), "--name", "x", "--author", "y"]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_with_nobody_there_it_names_the_option(tmp_path):
    asked = subprocess.run(
        [sys.executable, "-m", "deck", "init", str(tmp_path / "talk"), "--name", "x"],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert asked.returncode == 1 and "--author" in asked.stderr
    assert not (tmp_path / "talk").exists()


def test_what_is_asked_has_an_answer_ready(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "")
    assert init.main([str(tmp_path / "my_first-talk")]) == 0
    assert 'project = "My first talk"' in (tmp_path / "my_first-talk" / "conf.py").read_text()


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_who_does_not_answer_gets_no_traceback(tmp_path, monkeypatch, capsys, end):
    def gone(question):
        raise end

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", gone)
    assert init.main([str(tmp_path / "talk")]) == 1
    assert "nothing is written; say it" in capsys.readouterr().err
    assert not (tmp_path / "talk").exists()


def test_its_programs_have_recordings_and_a_variant_each():
    tricks = catalogue.tricks(init.TALK)
    assert len(tricks) == 2
    changed = variants.all_of(tricks).values()
    assert {variant.trick.id for variant in changed} == set(tricks)
    for each in (*tricks.values(), *changed):
        assert each.recording.exists() and each.cast.exists()


def test_a_missing_package_is_named_with_the_command_that_brings_it(installed):
    """-S: without site-packages."""
    told = subprocess.run(
        [sys.executable, "-S", "-m", "deck", "present"],
        cwd=installed, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert told.returncode == 1
    assert "pip install 'sphinx-stage[stage]'" in told.stderr
