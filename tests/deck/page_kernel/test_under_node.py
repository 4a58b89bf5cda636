"""The Linux in the page under node, as it proves the tricks: how runs end, one after the other."""

import shutil

import page_programs
import pytest
from page_programs import SAID
from tricks import write_program

from deck.programs import catalogue, page_kernel
from deck.programs.runner import Kind, Result

PROGRAMS = {
    "post.letter": 'print("sender: one letter")',
    "post.endless": """
        import signal
        print("sender: I wait", flush=True)
        signal.pause()
        """,
    "post.wrong": "assert 1 == 2, 'no'",
    "post.loud": 'print("x" * 200)\nraise SystemExit(7)',
}


@pytest.mark.timeout(240)
def test_each_run_ends_as_it_must_and_the_next_one_starts(linux, tmp_path, monkeypatch):
    monkeypatch.setattr(page_kernel, "DEADLINE", 15)
    if not shutil.which("node"):
        pytest.skip("needs the Debian package nodejs")
    for id, body in PROGRAMS.items():
        write_program(tmp_path, id, body)
    ids = ["post.letter", "post.endless", "post.wrong", "post.loud", "post.letter"]
    tricks = [catalogue.find(id, tmp_path) for id in ids]
    ends, said = [], []
    for _, events in page_kernel.run_all(tricks, linux):
        ends.append((events[-1].result, events[-1].text))
        said.append([event.text for event in events if event.kind != Kind.END])
    assert ends == [
        (Result.PASSED, ""),
        (Result.TIMED_OUT, ""),
        (Result.FAILED, "ended with status 1"),
        (Result.FAILED, "ended with status 7"),
        (Result.PASSED, ""),
    ]
    assert said[0] == said[4] == ["sender: one letter"]
    assert said[1] == ["sender: I wait"]
    assert said[2][-1] == "AssertionError: no" and "page_kernel" not in "".join(said[2])
    assert said[3] == ["x" * 200]


HOSTS = {
    "post.names": 'import sys\nprint(f"{sys.argv[1]}: I am here")',
    "post.quarrel": """
        import signal
        import sys
        if sys.argv[1] == "alice":
            raise SystemExit(3)
        signal.pause()
        """,
}


@pytest.mark.thorough(kind="two machines on a cable")
@pytest.mark.timeout(240)
def test_two_hosts_are_two_machines_on_one_cable(linux, tmp_path):
    if not shutil.which("node"):
        pytest.skip("needs the Debian package nodejs")
    programs = {
        **HOSTS,
        "post.cable": page_programs.PROGRAMS["post.cable"],
        "post.letter": PROGRAMS["post.letter"],
    }
    for id, body in programs.items():
        hosts = "" if id == "post.letter" else "alice, bob"
        write_program(tmp_path, id, body, hosts=hosts, needs="own net")
    # Twice, for a network card comes back from the run before.
    ids = ["post.names", "post.cable", "post.quarrel", "post.cable", "post.letter"]
    tricks = [catalogue.find(id, tmp_path) for id in ids]
    ends, said = [], []
    for _, events in page_kernel.run_all(tricks, linux):
        ends.append((events[-1].result, events[-1].text))
        said.append([event.text for event in events if event.kind == Kind.STDOUT])
    assert sorted(said[0]) == ["alice: I am here", "bob: I am here"]
    assert said[1] == said[3] == SAID["post.cable"]
    assert said[4] == ["sender: one letter"]
    passed = (Result.PASSED, "")
    assert ends == [passed, passed, (Result.FAILED, "ended with status 3"), passed, passed]
