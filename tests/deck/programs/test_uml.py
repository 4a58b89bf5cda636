"""The lab kernel runs a trick as the machine itself would, and nothing of it is left.

A boot takes some seconds, so each test proves as much as it can with one.
"""

import functools
import os
import platform
import shutil
import subprocess
import sys

import pytest
from processes import inside

from deck.programs import catalogue, isolation, needs, uml
from deck.programs import isolation_table as table
from deck.programs.runner import Run

needs_lab = pytest.mark.skipif(
    not uml.kernels(), reason=f"needs {uml.PROGRAM} (Debian package user-mode-linux)"
)


@pytest.fixture(params=["user", "bare"])
def machine(request, monkeypatch):
    """A machine that grants user namespaces, and one that refuses them."""
    request.getfixturevalue("bare" if request.param == "bare" else "namespaces")
    if request.param == "bare":
        monkeypatch.setattr(isolation, "refusal", lambda: "refused")
    return request.param


@pytest.fixture
def talk(trick):
    """Tricks in a folder whose name a kernel's command line would cut in two."""
    return functools.partial(trick, below="a talk")


def in_lab(trick, **options):
    return Run(trick, kernel=uml.kernels()[0], **options)


def output(events, kind):
    return [event.text for event in events if event.kind == kind]


TWO_STREAMS = """
    import os, socket, sys
    print("interfaces:", [name for _, name in socket.if_nameindex()])
    print("root:", os.getuid() == 0)
    print("kernel:", os.uname().release)
    print("raw:", socket.socket(socket.AF_PACKET, socket.SOCK_RAW) is not None)
    print("an aside", file=sys.stderr)
    assert 1 == 2, "not so"
"""


@pytest.mark.thorough(kind="run in the lab kernel")
@needs_lab
def test_a_run_is_the_same_as_outside_but_for_the_kernel(talk, machine):
    """Its streams are told apart, its failure is one, and its world is small and its own."""
    run = in_lab(talk(TWO_STREAMS, "own net"))
    status, start, *events, end = run.events()
    release = uml.kernels()[0].release
    assert (status.kind, status.text) == ("status", f"booting the lab kernel {release} ...")
    assert (start.kind, start.text) == ("start", table.sentence("lab", release))
    assert output(events, "stdout") == [
        "interfaces: ['lo']",
        "root: False",
        f"kernel: {release}",
        "raw: True",
    ]
    errors = output(events, "stderr")
    assert errors[0] == "an aside"
    assert errors[-1] == "AssertionError: not so"
    assert (end.result, end.text) == ("failed", "AssertionError: not so")


@needs_lab
def test_what_needs_root_has_it_there_when_we_have_not(trick, monkeypatch):
    """The lab's BPF takes a program in: r0 = 1, end."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    code = """
        import os
        from examples.support.bpf import load_program
        one, end = bytes([0xB7, 0, 0, 0, 1, 0, 0, 0]), bytes([0x95, 0, 0, 0, 0, 0, 0, 0])
        print("root:", os.getuid() == 0)
        print("program:", load_program(1, one, end) > 2)
    """
    made = trick(code, "root, bpf")
    support = made.path.parent.parent / "support"
    shutil.copytree(catalogue.ROOT / "examples" / "support", support, dirs_exist_ok=True)
    _, start, *events = Run(made).events()
    assert start.text.startswith("In the lab kernel")
    assert output(events, "stdout") == ["root: False", "program: True"]
    assert events[-1].result == "passed", events


ROGUE = """
    import os, signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            signal.pause()
    print("ready")
    signal.pause()
"""


@pytest.mark.thorough(kind="end in the lab kernel")
@needs_lab
def test_cancel_ends_the_kernel_and_all_of_its_processes(talk, machine, folder):
    run = in_lab(talk(ROGUE))
    for event in run.events():
        if event.text == "ready":
            assert inside(folder) != []
            run.cancel()
    assert event.result == "cancelled"
    assert inside(folder) == []


@pytest.mark.thorough(kind="end in the lab kernel")
@needs_lab
@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_the_deadline_ends_a_kernel_that_still_boots(trick, monkeypatch, folder, seconds):
    monkeypatch.setattr(uml, "BOOT", seconds)
    monkeypatch.setattr(uml, "SLOWER", 0)
    *_, end = Run(trick(ROGUE), kernel=uml.kernels()[0]).events()
    assert (end.result, end.text) == ("timed out", f"stopped after {seconds:g} s")
    assert inside(folder) == []


def test_without_a_lab_kernel_the_reason_names_the_package(trick, monkeypatch):
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(isolation, "refusal", lambda: "refused")
    monkeypatch.setattr(uml, "PROGRAM", "no-such-kernel")
    monkeypatch.setitem(needs.PACKAGES, "no-such-kernel", "user-mode-linux")
    verdict = needs.check(trick("print('no')", "own net"))
    assert not verdict.runnable
    assert verdict.reason.endswith("the lab kernel could (Debian package user-mode-linux)")


def test_no_lab_kernel_is_promised_that_lacks_a_need_too(trick, monkeypatch):
    monkeypatch.setattr(uml, "kernels", lambda: [])
    monkeypatch.setattr(isolation, "refusal", lambda: "refused")
    verdict = needs.check(trick("print('no')", "own net, module inet_diag_destroy"))
    assert not verdict.runnable
    here, lab = verdict.reason.split("; ")
    assert here == "needs namespaces of its own: refused"
    assert lab.startswith("the lab kernel lacks the right to end other people's sockets")
    assert not verdict.package


def test_a_trick_that_boots_kernels_itself_says_what_it_needs(trick, monkeypatch):
    monkeypatch.setattr(uml, "PROGRAM", "no-such-kernel")
    monkeypatch.setitem(needs.PACKAGES, "no-such-kernel", "user-mode-linux")
    verdict = needs.check(trick("print('no')", "lab"))
    assert verdict.reason == "needs the program no-such-kernel (Debian package user-mode-linux)"


def test_more_kernels_are_found_in_the_folders_named_for_them(monkeypatch, tmp_path):
    (tmp_path / "usr/lib/uml/modules/9.9.1").mkdir(parents=True)
    monkeypatch.setattr(uml, "PROGRAM", "no-such-kernel")
    monkeypatch.setenv("DECK_KERNELS", str(tmp_path))
    [kernel] = uml.kernels()
    assert kernel.release == "9.9.1"
    assert kernel.program == f"{tmp_path}/usr/bin/no-such-kernel"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="AMX is of x86-64")
def test_the_filter_for_cpus_with_amx_refuses_only_the_extended_registers():
    """Seen on such a machine: without it the kernel's process 1 dies before it says a word."""
    regset = 0x4204
    program = (
        "import ctypes, errno, os, signal, struct\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    libc.ptrace(0, 0, None, None); os.kill(os.getpid(), signal.SIGSTOP); os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "room = ctypes.create_string_buffer(1 << 16)\n"
        "def ask(kind):\n"
        "    vector = struct.pack('QQ', ctypes.addressof(room), 1 << 16)\n"
        f"    done = libc.ptrace({regset}, child, ctypes.c_void_p(kind), vector)\n"
        "    return 'answered' if done == 0 else errno.errorcode[ctypes.get_errno()]\n"
        "print(ask(0x202), ask(1))\n"
        "os.kill(child, signal.SIGKILL); os.waitpid(child, 0)\n"
    )
    program = (
        "from deck.programs.isolation_filters import refuse_extended_registers\n"
        "from deck.programs.isolation_calls import prctl\n"
        "prctl(38, 1, step='no new privileges')\n"
        "refuse_extended_registers()\n"
    ) + program
    start = [sys.executable, "-S", "-c", program]
    said = subprocess.run(
        start, cwd=catalogue.ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["EIO", "answered"]
