"""A probe tries the very call: where a policy refuses it, the trick is skipped, with the reason."""

import os
import subprocess
import sys

import pytest

from deck.programs import catalogue, needs
from deck.programs.isolation_filters import landlock_abi
from examples import talk

FAIL_WITH_EPERM, ALLOW = 0x00050001, 0x7FFF0000


def told(code: str) -> str:
    """What a Python of its own prints; a filter that it puts upon itself is gone with it."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=catalogue.ROOT, capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]


def test_io_uring_is_refused_by_a_policy_as_that_of_a_container():
    said = told(
        "from examples import talk\n"
        "from examples.support import seccomp\n"
        f"rules = seccomp.filter_of(('io_uring_setup',), {FAIL_WITH_EPERM}, {ALLOW})\n"
        "seccomp.install(rules)\n"
        "talk.io_uring()"
    )
    assert said == "PermissionError: [Errno 1] io_uring_setup: Operation not permitted"


def test_a_supervised_process_can_have_no_second_supervisor():
    said = told(
        "from examples import talk\n"
        "from examples.support import seccomp\n"
        "seccomp.ask_before('bpf')\n"
        "print(talk.seccomp_notify())"
    )
    assert said == os.strerror(16)


def test_a_machine_without_a_number_is_named():
    said = told(
        "from examples import talk\n"
        "from examples.support import machines\n"
        "machines._name = lambda: 'i686'\n"
        "talk.seccomp_notify()"
    )
    assert said.endswith("UnknownMachine: no number of connect(2) for i686")


@pytest.mark.parametrize("id", ["events.io_uring", "events.ask_the_supervisor", "tcp.kernel_tls"])
def test_a_reason_says_what_lacks(id):
    verdict = needs.check(catalogue.find(id))
    assert verdict.runnable or verdict.reason.startswith("needs ")


def test_a_user_without_a_name_is_told(monkeypatch):
    monkeypatch.setattr(talk.os, "geteuid", lambda: 3_999_999_999)
    assert talk.user_name() == "/etc/passwd has none for 3999999999"


REFUSED_QUEUE = """
from deck.programs import isolation_filters
from examples import talk
isolation_filters.landlock(["/"], [], [])
talk.message_queues()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="to look at a machine's queues is root's")
@pytest.mark.skipif(not landlock_abi(), reason="no Landlock here")
def test_a_queue_that_may_not_be_opened_leaves_no_name(tmp_path):
    """The kernel makes it first, and asks Landlock then."""
    look = f'"$@"; mount -t mqueue none {tmp_path}; ls {tmp_path}'
    done = subprocess.run(
        [
            "unshare",
            "--mount",
            "--ipc",
            "sh",
            "-c",
            look,
            "sh",
            sys.executable,
            "-c",
            REFUSED_QUEUE,
        ],
        cwd=catalogue.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "PermissionError: [Errno 13] mq_open: Permission denied" in done.stderr
    assert done.stdout == ""
