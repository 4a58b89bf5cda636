"""A refusal names its cause in words, and what to do about it on this machine."""

import errno

import pytest

from deck.programs import isolation, needs, refusals, uml
from deck.programs.runner import Run

STEP = f"{errno.EPERM} new namespaces: Operation not permitted"


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine with these files below /proc, in a container of this engine."""

    def make(engine="", chrooted=False, **settings):
        (tmp_path / "self" / "ns").mkdir(parents=True)
        (tmp_path / "self" / "ns" / "user").touch()
        (tmp_path / "self" / "status").write_text("Seccomp:\t0\n")
        (tmp_path / "1").mkdir()
        (tmp_path / "1" / "root").symlink_to(tmp_path if chrooted else "/")
        for name, value in settings.items():
            path = tmp_path / "sys" / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{value}\n")
        mark = tmp_path / "engine"
        if engine:
            mark.touch()
        monkeypatch.setattr(refusals, "PROC", tmp_path)
        monkeypatch.setattr(refusals, "CONTAINERS", {str(mark): engine})
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("settings", "cause", "remedy"),
    [
        ({"kernel__unprivileged_userns_clone": 0}, "ordinary users", "sysctl -w kernel.unpriv"),
        ({"user__max_user_namespaces": 0}, "is 0 here", "sysctl -w user.max_user_namespaces"),
        ({"kernel__apparmor_restrict_unprivileged_userns": 1}, "AppArmor", "`userns,`"),
        ({"engine": "docker"}, "docker's policy", "--security-opt seccomp=unconfined"),
        ({"engine": "podman"}, "podman's policy", "--security-opt unmask=ALL"),
        ({"chrooted": True}, "chroot", "outside"),
    ],
)
def test_each_cause_has_its_remedy(machine, settings, cause, remedy):
    machine(**settings)
    said = refusals.explain(STEP)
    assert cause in said and remedy in said, said
    assert said.endswith("(new namespaces: Operation not permitted)")


def test_a_filter_of_calls_and_a_kernel_without_namespaces_are_told(machine):
    proc = machine()
    (proc / "self" / "ns" / "user").unlink()
    assert "CONFIG_USER_NS" in refusals.explain(STEP)
    (proc / "self" / "status").write_text("Seccomp:\t2\n")
    assert "(seccomp)" in refusals.explain(STEP)


def test_a_limit_of_processes_is_told(machine):
    machine()
    said = refusals.explain(f"{errno.EAGAIN} new namespaces: Resource temporarily unavailable")
    assert said.startswith("this user may have no further process (ulimit -u: ")


def test_root_is_told_which_rights_a_container_has_taken(machine):
    """Those that Docker leaves: no option for its filter would give more."""
    proc = machine(engine="podman")
    (proc / "self" / "status").write_text("CapEff:\t00000000a80425fb\nSeccomp:\t0\n")
    net_raw, sys_admin = 13, 21
    said = refusals.rights_lacking((net_raw, sys_admin))
    assert said == "it has no CAP_SYS_ADMIN here (a container: `podman run --privileged`)"
    assert refusals.rights_lacking((net_raw,)) == ""


def test_without_a_known_cause_step_and_error_stay(machine):
    machine()
    assert refusals.explain(STEP) == "new namespaces: Operation not permitted"
    assert refusals.explain(" ValueError: no") == "ValueError: no"
    assert refusals.explain("") == ""


def test_what_is_refused_is_skipped_with_cause_and_remedy(trick, monkeypatch):
    """Never bare, unless asked for; the lab kernel is not at hand here."""
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(isolation, "refusal", lambda: "the cause: the remedy")
    program = trick("print('no')")
    verdict = needs.check(program)
    assert not verdict.runnable
    assert "namespaces of its own: the cause: the remedy" in verdict.reason
    assert "--without-isolation" in verdict.reason
    assert needs.check(program, isolated=False).runnable


def test_the_lab_kernel_takes_what_the_machine_refuses(trick, monkeypatch):
    kernel = uml.Kernel("6.1.0", "/usr/bin/linux.uml", "/usr/lib")
    monkeypatch.setattr(uml, "kernels", lambda: [kernel])
    monkeypatch.setattr(isolation, "refusal", lambda: "refused")
    verdict = needs.check(trick("print('no')"))
    assert (verdict.runnable, verdict.where) == (True, "lab")
    assert verdict.world.startswith("In the lab kernel 6.1.0")


def test_the_run_itself_learns_of_a_refusal(trick, monkeypatch):
    """A machine that refuses is made by a program that refuses: no world can be made of it."""
    monkeypatch.setattr(uml, "kernels", lambda: [])
    isolation.refusal.cache_clear()
    start = "import sys, os; os.write(int(sys.argv[12]), b'1 new namespaces: no'); sys.exit(1)"
    monkeypatch.setattr(isolation, "START", start)
    try:
        *_, end = Run(trick("print('no')")).events()
    finally:
        isolation.refusal.cache_clear()
    assert end.result == "skipped"
    assert "needs namespaces of its own" in end.text and "new namespaces: no" in end.text
