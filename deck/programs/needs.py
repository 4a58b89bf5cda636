"""Can this machine run a trick? Yes, or the reason in words.

One probe drives the test's skip, the button's reason, the slide's badge and the preflight.
"""

import errno
import functools
import importlib.util
import os
import re
import shutil
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deck.programs import isolation, uml
from deck.programs.catalogue import Trick

# Debian keeps servers off an ordinary user's PATH.
PATH = os.pathsep.join(
    [
        os.environ.get("PATH", ""),
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
    ]
)

# The Debian package that brings a program, a Python module or a file.
PACKAGES = {
    "postgres": "postgresql",
    "initdb": "postgresql",
    "mariadbd": "mariadb-server",
    "redis-server": "redis-server",
    "redis-benchmark": "redis-tools",
    "linux.uml": "user-mode-linux",
    "zmq": "python3-zmq",
    "/etc/services": "netbase",
    "ip": "iproute2",
    "tipc": "iproute2",
    "dig": "bind9-dnsutils",
    "chromium": "chromium",
}


@dataclass(frozen=True)
class Verdict:
    """Whether and where a trick can run.

    `where` is "here" (this kernel) or "lab" (the lab kernel); `package` names the Debian package
    that would make it runnable, when one would.
    """

    runnable: bool
    reason: str = ""
    where: str = "here"
    package: str = ""


def check(trick: Trick, lab_release: str = "") -> Verdict:
    """Decide where a trick can run; the first need that nothing meets gives the reason.

    `lab_release` asks whether it can run in the lab kernel of that release, whatever the host can.
    """
    if lab_release:
        return _check_lab(trick, lab_release)
    lacking = [verdict for need in trick.needs if not (verdict := probe(need)).runnable]
    lacking += [] if release() >= version(trick.since) else [_too_old(trick.since, host())]
    if not lacking:
        return Verdict(True)
    if all(verdict.where == "lab" for verdict in lacking):
        return _in_lab(trick, lacking[0])
    return next(verdict for verdict in lacking if verdict.where != "lab")


def _in_lab(trick: Trick, verdict: Verdict) -> Verdict:
    kernels = uml.kernels()
    if kernels:
        return _check_lab(trick, kernels[0].release)
    if any(need.startswith("module ") and need[7:] not in LAB_MODULES for need in trick.needs):
        return Verdict(False, verdict.reason)
    package = PACKAGES[uml.PROGRAM]
    hint = f"the lab kernel could (Debian package {package})"
    return Verdict(False, f"{verdict.reason}; {hint}", package=package)


def _check_lab(trick: Trick, lab_release: str) -> Verdict:
    for need in (f"kernel {trick.since}", *trick.needs):
        kind, _, name = need.partition(" ")
        if kind == "kernel" and version(lab_release) < version(name):
            return _too_old(name, lab_release)
        if kind == "module" and name not in LAB_MODULES:
            return Verdict(False, f"needs the kernel module {name}, which {lab_release} lacks")
        if kind == "lab":
            return Verdict(False, "boots lab kernels itself, which works on the host only")
        if kind == "landlock":
            return Verdict(False, f"needs Landlock with network rules, which {lab_release} lacks")
        if kind in ("program", "package", "file") and not (verdict := probe(need)).runnable:
            return verdict
    return Verdict(True, where="lab")


def probe(need: str) -> Verdict:
    """Whether this machine meets one need. Where the lab kernel could instead, `where` is "lab"."""
    kind, _, name = need.partition(" ")
    return PROBES[kind](name)


def version(text: str) -> tuple[int, ...]:
    """The leading numbers of a kernel release: "6.18.44-x" gives (6, 18, 44)."""
    return tuple(map(int, re.match(r"\d+(?:\.\d+)*", text)[0].split(".")))


def release() -> tuple[int, ...]:
    return version(host())


def host() -> str:
    return os.uname().release


def _too_old(since: str, kernel: str) -> Verdict:
    return Verdict(False, f"needs Linux {since} or newer; this is {kernel}")


def _absent(what: str, package: str = "") -> Verdict:
    source = f" (Debian package {package})" if package else ""
    return Verdict(False, f"needs {what}{source}", package=package)


def _own_net(_: str) -> Verdict:
    refusal = isolation.refusal()
    if not refusal:
        return Verdict(True)
    return Verdict(False, f"needs a network of its own: {refusal}", where="lab")


def _root(_: str) -> Verdict:
    # Root of a user namespace is root there only; in the initial one all ids map to themselves.
    everybody = Path("/proc/self/uid_map").read_text().split() == ["0", "0", str(2**32 - 1)]
    if os.geteuid() == 0 and everybody:
        return Verdict(True)
    return Verdict(False, "needs real root", where="lab")


def _lab(_: str) -> Verdict:
    return _program(uml.PROGRAM)


def _kernel(name: str) -> Verdict:
    return Verdict(True) if release() >= version(name) else _too_old(name, host())


@functools.cache
def _program(name: str) -> Verdict:
    if shutil.which(name, path=PATH):
        return Verdict(True)
    return _absent(f"the program {name}", PACKAGES.get(name, ""))


@functools.cache
def _package(name: str) -> Verdict:
    if importlib.util.find_spec(name):
        return Verdict(True)
    return _absent(f"the Python module {name}", PACKAGES.get(name, ""))


def _file(name: str) -> Verdict:
    if os.path.exists(name):
        return Verdict(True)
    return _absent(f"the file {name}", PACKAGES.get(name, ""))


def _ptrace(_: str) -> Verdict:
    try:
        scope = int(Path("/proc/sys/kernel/yama/ptrace_scope").read_text())
    except FileNotFoundError:
        return Verdict(True)
    # Scope 1 asks for CAP_SYS_PTRACE, which a run has in a user namespace of its own.
    if scope == 0 or (scope < 3 and not isolation.refusal()):
        return Verdict(True)
    return Verdict(False, f"needs another process's descriptors, and Yama refuses (scope {scope})")


def _landlock(_: str) -> Verdict:
    # landlock_create_ruleset(2) with the flag that asks for the ABI version
    abi = isolation.syscall(444, None, 0, 1)
    if abi >= 4:
        return Verdict(True)
    return _absent("Landlock with network rules (Linux 6.7 or newer, switched on at boot)")


# A kernel feature, and the socket whose creation proves it.
FAMILIES = {
    "tipc": (30, socket.SOCK_DGRAM, 0),
    "bluetooth": (31, socket.SOCK_RAW, 1),
    "kcm": (41, socket.SOCK_DGRAM, 0),
    "xdp": (44, socket.SOCK_RAW, 0),
    "sctp": (socket.AF_INET, socket.SOCK_STREAM, 132),
    "af_alg": (38, socket.SOCK_SEQPACKET, 0),
    "mptcp": (socket.AF_INET, socket.SOCK_STREAM, 262),
}

# What Debian's user-mode-linux has as modules; the rest of FAMILIES it lacks.
LAB_MODULES = {"tipc", "vsock_loopback", "kcm", "sctp", "af_alg"}


@functools.cache
def _module(name: str) -> Verdict:
    if _has_module(name):
        return Verdict(True)
    reason = f"needs the kernel module {name}, which this kernel lacks"
    return Verdict(False, reason, where="lab" if name in LAB_MODULES else "here")


def _has_module(name: str) -> bool:
    if name == "vsock_loopback":
        return _answers_on_vsock_loopback()
    if name == "inet_diag_destroy":
        return _ends_sockets()
    try:
        socket.socket(*FAMILIES[name]).close()
    except PermissionError:
        return True  # it is there, for those who may
    except OSError:
        return False
    return True


def _ends_sockets() -> bool:
    """Ask, without the right to it, for the end of a socket that is not: EOPNOTSUPP or not."""
    # A struct nlmsghdr of SOCK_DESTROY (21) with acknowledgement, then a struct inet_diag_req_v2.
    request = struct.pack("=BBxxI48x", socket.AF_INET, socket.IPPROTO_TCP, 0)
    header = struct.pack("=IHHII", 16 + len(request), 21, 0x5, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4) as sock_diag:
        sock_diag.settimeout(1)
        sock_diag.send(header + request)
        (error,) = struct.unpack_from("=i", sock_diag.recv(4096), 16)
    return error != -errno.EOPNOTSUPP


def _answers_on_vsock_loopback() -> bool:
    try:
        with (
            socket.socket(socket.AF_VSOCK) as server,
            socket.socket(socket.AF_VSOCK) as client,
        ):
            # CID 1 is VMADDR_CID_LOCAL: this machine's own loopback (vsock(7)).
            server.bind((1, socket.VMADDR_PORT_ANY))
            server.listen(1)
            client.settimeout(1)
            client.connect((1, server.getsockname()[1]))
    except OSError:
        return False
    return True


PROBES: dict[str, Callable[[str], Verdict]] = {
    "own": _own_net,
    "root": _root,
    "lab": _lab,
    "kernel": _kernel,
    "program": _program,
    "package": _package,
    "module": _module,
    "file": _file,
    "ptrace": _ptrace,
    "landlock": _landlock,
}

assert sys.platform == "linux", "the tricks are Linux's own"
