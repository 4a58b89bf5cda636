"""The table of proofs: what counts, what is kept, and what is shown."""

import textwrap
import threading

import pytest

from deck.programs import catalogue, proof
from deck.programs.runner import Event, Kind, Result

PASSED = Event(Kind.END, 1.0, "", Result.PASSED)
SKIPPED = Event(Kind.END, 0.0, "too old", Result.SKIPPED)
FAILED = Event(Kind.END, 1.0, "no", Result.FAILED)
PROGRAM = '''\
"""It does what the test says.

No more than that.

:needs: none
:man: none(7)
:since: 2.6
"""
'''


@pytest.fixture
def talk(tmp_path):
    """A talk whose trick uses two modules of support, the second by way of the first."""
    files = {
        "examples/__init__.py": "",
        "examples/support/__init__.py": "",
        "examples/support/near.py": "from examples.support import far\n",
        "examples/support/far.py": "answer = 42\n",
        "examples/support/other.py": "answer = 43\n",
        "examples/family/__init__.py": "",
        "examples/family/trick.py": PROGRAM + "from examples.support.near import far\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return tmp_path


@pytest.fixture
def trick(talk):
    return catalogue.read(talk / "examples" / "family" / "trick.py")


def names(trick):
    return {str(path.relative_to(trick.root / "examples")) for path in proof.sources(trick)}


def test_a_proof_covers_what_the_program_imports(trick):
    assert names(trick) == {
        *("__init__.py", "family/__init__.py", "family/trick.py"),
        *("support/__init__.py", "support/near.py", "support/far.py"),
    }


@pytest.mark.parametrize(
    "statement",
    ["import examples.support.other", "from examples.support import other", "from . import second"],
)
def test_imports_of_each_kind_are_followed(talk, trick, statement):
    (talk / "examples" / "family" / "second.py").write_text("from ..support import other\n")
    trick.path.write_text(f"{PROGRAM}{statement}\n")
    assert "support/other.py" in names(trick)


@pytest.mark.parametrize("changed", ["family/trick.py", "support/far.py", "support/__init__.py"])
def test_a_change_of_any_of_them_hides_the_badge(talk, trick, changed):
    rows = {}
    proof.enter(rows, trick, "6.1.176", PASSED)
    assert proof.badge(trick, rows) == "proven on 6.1"
    assert not proof.is_stale(trick, rows)
    with (talk / "examples" / changed).open("a") as file:
        file.write("# another word\n")
    assert proof.badge(trick, rows) == ""
    assert proof.is_stale(trick, rows)


def test_a_change_elsewhere_leaves_the_proof_alone(talk, trick):
    rows = {}
    proof.enter(rows, trick, "6.1.176", PASSED)
    (talk / "examples" / "support" / "other.py").write_text("answer = 44\n")
    assert not proof.is_stale(trick, rows)


def test_what_other_kernels_said_is_kept_and_counts_only_for_the_same_program(trick):
    rows = {}
    proof.enter(rows, trick, "5.10.46", PASSED)
    proof.enter(rows, trick, "7.2.7", PASSED)
    trick.path.write_text(trick.path.read_text() + "print('more')\n")
    proof.enter(rows, trick, "6.18.44", PASSED)
    assert list(rows[trick.id]) == ["5.10.46", "6.18.44", "7.2.7"]
    assert rows[trick.id]["5.10.46"]["result"] == "passed"
    assert proof.badge(trick, rows) == "proven on 6.18"


def test_of_two_kernels_of_one_version_a_pass_says_more_than_a_skip(trick):
    rows = {}
    proof.enter(rows, trick, "6.1.176", PASSED)
    proof.enter(rows, trick, "6.1.176", SKIPPED)
    assert proof.current(trick, rows) == {"6.1.176": "passed"}


def test_a_failure_is_worth_another_try(trick):
    rows = {}
    for kernel, end in (("5.10.46", PASSED), ("6.1.176", SKIPPED), ("7.2.7", FAILED)):
        proof.enter(rows, trick, kernel, end)
    settled = [kernel for kernel in rows[trick.id] if proof.is_settled(trick, kernel, rows)]
    assert settled == ["5.10.46", "6.1.176"]


def test_many_kernels_make_a_short_badge(trick):
    rows = {}
    for kernel in ("6.18.44", "5.10.46", "7.2.7", "6.1.176"):
        proof.enter(rows, trick, kernel, PASSED)
    assert proof.badge(trick, rows) == "proven on 4 kernels, 5.10 to 7.2"
    assert proof.badge(trick, rows, brief=True) == "on 4 kernels"
    rows[trick.id]["7.2.7"]["result"] = "skipped: too new"
    assert proof.badge(trick, rows) == "proven on 5.10, 6.1, 6.18"
    assert proof.badge(trick, rows, brief=True) == "on 5.10, 6.1, 6.18"
    assert proof.badge(trick, {}) == proof.badge(trick, {}, brief=True) == ""


def test_the_table_names_kernels_as_kernel_org_does(monkeypatch):
    monkeypatch.setattr(proof.system, "release", lambda: "6.18.44-distribution-7")
    assert proof.version(None) == "6.18.44"


def test_the_table_in_the_repo_knows_every_trick_only(talk):
    for id, row in proof.read().items():
        for kernel, entry in row.items():
            assert set(entry) == {"program", "date", "result"}, f"{id} on {kernel}"


def test_stopped_in_the_middle_what_runs_is_ended_and_no_more_begins(talk, trick, monkeypatch):
    waits = talk / "examples" / "family" / "waits.py"
    waits.write_text(PROGRAM + "import signal\nsignal.pause()\n")
    began, others = [], threading.active_count()

    class Run(proof.Run):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            began.append(self)

    monkeypatch.setattr(proof, "Run", Run)
    results = proof.prove([(trick, None), *[(catalogue.read(waits), None)] * 9], jobs=2)
    passed, _, end = next(results)
    assert (passed.id, end.result) == (trick.id, "passed")
    results.close()
    assert len(began) <= 3
    assert threading.active_count() == others, "the runs are over"


def test_a_table_that_is_half_merged_is_named_with_its_line(talk):
    proof.path(talk).write_text("{\n<<<<<<< HEAD\n}\n")
    with pytest.raises(catalogue.CatalogueError, match=r"proven\.json:2: .*make prove"):
        proof.read(talk)


@pytest.mark.parametrize("text", ["[]", '{"a.b": []}', '{"a.b": {"6.1": "passed"}}'])
def test_a_table_of_another_shape_is_named(talk, text):
    proof.path(talk).write_text(text)
    with pytest.raises(catalogue.CatalogueError, match=r"proven\.json:1: no table .*make prove"):
        proof.read(talk)
