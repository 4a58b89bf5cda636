"""What a machine lacks is said before a run, first what is missing here; nothing fails for it."""

import os
import platform
import shutil
import subprocess
import sys

import pytest
from command_line import ROOT

from deck.programs import catalogue, isolation, needs, talk, uml

x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="the filter is for x86-64")


@pytest.fixture(autouse=True)
def asked_anew():
    needs.forget()
    yield
    needs.forget()


def run_where(refused, *ids):
    """Run tricks where something is refused; no lab kernel helps out."""
    code = (
        "import sys; from deck.programs import cli, uml; uml.kernels = lambda: [];"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "tests/refuse.py", refused, sys.executable, "-c", code, "run", *ids],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )


@x86_64
def test_without_ipv6_its_tricks_are_skipped_with_the_reason():
    ran = run_where("ipv6", "ip.v6", "ip.ping_everyone", "ip.traceroute")
    assert ran.returncode == 0, ran.stderr
    assert "1 passed, 0 failed, 2 skipped" in ran.stdout
    assert ran.stderr.count("needs IPv6, which this machine has switched off") == 2


@x86_64
def test_where_descriptors_of_others_are_refused_the_tricks_are_skipped():
    """Docker's filter refuses it, whatever Yama says."""
    ran = run_where("pidfd_getfd", "services.cure_from_outside", "services.steal_listener")
    assert ran.returncode == 0, ran.stderr
    assert "0 failed, 2 skipped" in ran.stdout
    assert "needs the descriptors of another process" in ran.stderr
    assert "Operation not permitted" in ran.stderr


@x86_64
def test_where_bpf_is_refused_the_tricks_are_skipped():
    ran = run_where("bpf", "awesome.friends", "awesome.friends_for_redis", "packet.xdp")
    assert ran.returncode == 0, ran.stderr
    assert "0 failed, 3 skipped" in ran.stdout
    words = "programs of ours in the kernel" if os.geteuid() == 0 else "needs root; start this as"
    assert words in ran.stderr


@x86_64
@pytest.mark.parametrize("refused", ["namespaces", "docker"])
def test_where_namespaces_are_refused_nothing_fails(refused):
    """As root in Docker, and as a user where the distribution forbids them; what needs a namespace
    is not told that it lacks something else, of which nothing is known there."""
    ids = ("unix.pass_fd", "ip.v6", "events.io_uring", "awesome.friends", "packet.xdp")
    ran = run_where(refused, *ids)
    assert ran.returncode == 0, ran.stderr
    assert "0 failed, 5 skipped" in ran.stdout
    assert ran.stderr.count("needs namespaces of its own: ") == 3, ran.stderr
    assert "needs IPv6" not in ran.stderr and "needs io_uring" not in ran.stderr


@x86_64
def test_where_no_calls_can_be_refused_a_run_is_and_says_so():
    """CONFIG_SECCOMP_FILTER is off."""
    ran = run_where("filters", "unix.pass_fd")
    assert ran.returncode == 77, ran.stderr
    assert "filter of system calls: Invalid argument" in ran.stderr


@x86_64
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a user namespace of all users")
def test_a_user_who_gets_no_user_namespace_reads_the_remedy():
    code = (
        "import sys; from deck.programs import cli, uml; uml.kernels = lambda: [];"
        "sys.exit(cli.main(['run', 'unix.pass_fd']))"
    )
    ran = subprocess.run(
        # Debian's Python: an ordinary user may not be allowed to open ours.
        [sys.executable, "tests/refuse.py", "users", "/usr/bin/python3", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert ran.returncode == 77, ran.stderr
    assert "sudo sysctl -w user.max_user_namespaces=" in ran.stderr


def test_a_device_that_lacks_is_told_with_its_remedy(trick):
    reason = needs.check(trick("", needs="file /dev/no-such")).reason
    assert reason.startswith("needs the device /dev/no-such (modprobe its module")


def test_the_reason_says_first_what_lacks_here_then_what_the_lab_kernel_lacks(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(uml, "kernels", lambda: [uml.Kernel("6.1.176", "linux.uml", "")])
    here, lab = needs.check(catalogue.find("packet.xdp")).reason.rsplit("; ", 1)
    assert here.startswith("needs root; start this as root of the machine: sudo python3 -m")
    assert lab.startswith("the lab kernel 6.1.176 lacks AF_XDP sockets")


def test_what_no_root_and_no_kernel_would_help_is_said_at_once(monkeypatch):
    monkeypatch.setattr(isolation, "refusal", lambda *_: "refused")
    trick = catalogue.find("awesome.tipc")
    monkeypatch.setattr(needs.system, "PATH", "/nowhere")
    assert needs.check(trick).reason == "needs the program tipc (Debian package iproute2)"


def test_forgetting_asks_anew(monkeypatch):
    trick = catalogue.find("services.redis_or_not")
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    assert not needs.check(trick).runnable
    monkeypatch.undo()
    needs.forget()
    monkeypatch.setattr(shutil, "which", lambda *_, **__: "/usr/bin/redis-server")
    assert needs.check(trick).runnable


@pytest.mark.parametrize("need", sorted(talk.read(ROOT).probes))
def test_each_probe_says_what_is_needed(need):
    first = talk.read(ROOT).probes[need].__doc__.partition("\n")[0]
    assert first and not first.endswith("."), "it goes on a reason: needs {it}: what is wrong"


def test_a_package_is_looked_for_where_the_run_will_look(trick, tmp_path, monkeypatch):
    (tmp_path / "only_ours.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    assert needs.check(trick("", needs="package json")).runnable
    assert needs.check(trick("", needs="package only_ours")).reason == (
        "needs the Python module only_ours"
    )
