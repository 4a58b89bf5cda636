"""`python3 -m examples prove`: what it counts, keeps and fails for."""

import json

import pytest

from deck.programs import cli, page_kernel, proof, uml


@pytest.fixture(autouse=True)
def no_linux_of_the_page(monkeypatch, tmp_path):
    """Whether it was made here or not."""
    monkeypatch.setattr(page_kernel, "FOLDER", tmp_path / "page-kernel")


@pytest.mark.parametrize(("options", "tables"), [([], 1), (["--check"], 0)])
def test_prove_counts_for_each_kernel_and_keeps_the_table(options, tables, monkeypatch, capsys):
    written = []
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(proof, "write", written.append)
    monkeypatch.setattr(proof, "is_stale", lambda *_: False)
    assert cli.main(["prove", "unix.pass_fd", *options]) == 0
    version = proof.version(None)
    assert capsys.readouterr().out == f"Linux {version}: 1 passed, 0 failed\n"
    assert len(written) == tables


def test_what_has_changed_since_its_proof_fails_prove(monkeypatch, capsys):
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(proof, "read", dict)
    assert cli.main(["prove", "unix.pass_fd", "--check"]) == 1
    assert "Changed since their proof: unix.pass_fd" in capsys.readouterr().err


def test_prove_keeps_what_it_has_when_it_is_stopped(monkeypatch, tmp_path):
    table = tmp_path / "proven.json"
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(proof, "path", lambda *_: table)
    prove = proof.prove

    def stopped(tasks):
        yield next(prove(tasks))
        raise KeyboardInterrupt

    monkeypatch.setattr(proof, "prove", stopped)
    assert cli.main(["prove", "unix.pass_fd", "tcp.echo"]) == 130
    assert len(json.loads(table.read_text())) == 1


def test_only_what_has_no_current_result_is_proven_again(monkeypatch, tmp_path):
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(proof, "path", lambda *_: tmp_path / "proven.json")
    assert cli.main(["prove", "unix.pass_fd"]) == 0
    asked = []
    monkeypatch.setattr(proof, "prove", lambda tasks: asked.extend(tasks) or iter(()))
    cli.main(["prove", "--stale", "unix.pass_fd", "tcp.echo"])
    assert [trick.id for trick, _ in asked] == ["tcp.echo"]
