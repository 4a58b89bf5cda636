"""Can this machine run a trick? Yes, or the reason in words.

One answer drives the test's skip, the button's reason, the slide's badge and the preflight. A
reason says first what is missing here and what to do, then what the lab kernel lacks.
"""

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from deck.programs import isolation, probes, refusals, system, talk, uml, worlds
from deck.programs import isolation_table as table
from deck.programs.catalogue import Trick
from deck.programs.system import version

# What the machinery itself may ask for; a talk's own are in its examples/talk.py.
PACKAGES = {uml.PROGRAM: "user-mode-linux"}
ARCHITECTURES = {"user-mode-linux": ("x86_64", "i686")}


class Verdict(NamedTuple):
    """Whether and where a trick can run.

    `where` is "here" (this kernel) or "lab" (the lab kernel); `package` names the Debian package
    that would make it runnable, when one would. `world` says in words where it would run.
    """

    runnable: bool
    reason: str = ""
    where: str = "here"
    package: str = ""
    world: str = ""


MET = Verdict(True)

# Needs that decide what world a trick gets.
WORLDS = ("own net", "root")


def check(
    trick: Trick, lab_release: str = "", isolated: bool = True, trial: bool = True
) -> Verdict:
    """Decide where a trick can run; the first need that nothing meets gives the reason.

    `lab_release` asks whether it can run in the lab kernel of that release, whatever the host can;
    not `isolated`, whether it may run bare. Without a `trial` world, namespaces count as granted:
    the run itself will tell.
    """
    verdict = _check(trick, lab_release, isolated, trial)
    if not (verdict.runnable and trial):
        return verdict
    kernel = next((one for one in uml.kernels() if one.release == lab_release), None)
    world = worlds.choose(trick, verdict.where, kernel, isolated)
    return verdict._replace(world=world.place)


def _check(trick: Trick, lab_release: str, isolated: bool, trial: bool) -> Verdict:
    # Databases' files are that large, too.
    if reached := refusals.file_size(uml.MEMORY):
        return Verdict(False, reached)
    if lab_release:
        return _check_lab(trick, lab_release)
    lacking = _lacking(trick, isolated, trial)
    if not lacking:
        return MET
    if all(verdict.where == "lab" for verdict in lacking):
        return _or_in_lab(trick, lacking[0])
    return next(verdict for verdict in lacking if verdict.where != "lab")


def _lacking(trick: Trick, isolated: bool, trial: bool) -> list[Verdict]:
    world = _world(trick, isolated, trial)
    others = [need for need in trick.needs if need not in WORLDS]
    if not world.runnable:
        # In a world that can't be had nobody can be asked; the lab kernel's answer is known.
        asked = talk.read(trick.root).probes
        others = [need for need in others if need not in asked]
    probed = (_probe(need, trick, isolated) for need in others)
    verdicts = [world, *probed, _kernel(trick.since, trick)]
    return [verdict for verdict in verdicts if not verdict.runnable]


def _world(trick: Trick, isolated: bool, trial: bool) -> Verdict:
    """Whether this machine has the world that a trick runs in."""
    if "root" in trick.needs:
        return _root(trick)
    if not isolated and "own net" in trick.needs:
        reason = "needs a network of its own: without isolation it would change the machine's"
        return Verdict(False, reason, "lab")
    refused = isolation.refusal() if isolated and trial else ""
    if not refused:
        return MET
    or_bare = "" if "own net" in trick.needs else "; or run it with --without-isolation"
    return Verdict(False, f"needs namespaces of its own: {refused}{or_bare}", "lab")


def forget() -> None:
    """Ask anew from now on: something may have been installed or switched on."""
    probes.forget()
    for cached in (_program, _python_module, isolation.refusal):
        cached.cache_clear()


def _or_in_lab(trick: Trick, here: Verdict) -> Verdict:
    """What the lab kernel has and this one lacks runs there; else both reasons, ours first."""
    kernels = uml.kernels()
    there = _check_lab(trick, kernels[0].release if kernels else "")
    if kernels and there.runnable:
        return there
    if not there.runnable:
        return Verdict(False, f"{here.reason}; {there.reason}", package=there.package)
    lab = _program(uml.PROGRAM, trick)
    could = f"; the lab kernel could (Debian package {lab.package})" if lab.package else ""
    return Verdict(False, here.reason + could, package=lab.package)


def _check_lab(trick: Trick, lab_release: str) -> Verdict:
    """`lab_release` is "" for a lab kernel that is not installed: its version is not asked."""
    kernel = f"the lab kernel {lab_release}".strip()
    ours = talk.read(trick.root)
    for need in (f"kernel {trick.since}", *trick.needs):
        kind, _, name = need.partition(" ")
        if kind == "kernel" and lab_release and version(lab_release) < version(name):
            return _absent(f"Linux {name} or newer; {kernel} is older")
        if kind == "lab":
            return Verdict(False, f"{kernel} boots no further ones: that works on the host only")
        if need in ours.probes and need not in ours.in_lab:
            return Verdict(False, f"{kernel} lacks {ours.asked_by(need)}")
        if kind in ("program", "package", "file") and need not in ours.probes:
            verdict = _probe(need, trick)
            if not verdict.runnable:
                return verdict
    return Verdict(True, where="lab")


def _probe(need: str, trick: Trick, isolated: bool = True) -> Verdict:
    """Whether this machine meets one need. Where the lab kernel could instead, `where` is "lab"."""
    ours = talk.read(trick.root)
    if need in ours.probes:
        refused = probes.ask(trick.root, probes.kind_of_world(trick, isolated), need)
        where = "lab" if need in ours.in_lab else "here"
        return Verdict(False, f"needs {ours.asked_by(need)}: {refused}", where) if refused else MET
    kind, _, name = need.partition(" ")
    return PROBES[kind](name, trick)


def _absent(what: str, package: str = "", trick: Trick | None = None) -> Verdict:
    """`package` is the Debian package that brings it, if there is one for this machine."""
    ours = talk.read(trick.root).architectures if trick else {}
    machines = (ARCHITECTURES | dict(ours)).get(package)
    if package and machines and system.machine() not in machines:
        return Verdict(False, f"needs {what}, which Debian has for {' and '.join(machines)} only")
    source = f" (Debian package {package})" if package else ""
    return Verdict(False, f"needs {what}{source}", package=package)


def _package_of(name: str, trick: Trick) -> str:
    return (PACKAGES | dict(talk.read(trick.root).packages)).get(name, "")


def _root(trick: Trick) -> Verdict:
    # Root of a user namespace is root there only; in the initial one all ids map to themselves.
    everybody = Path("/proc/self/uid_map").read_text().split() == ["0", "0", str(2**32 - 1)]
    if os.geteuid() != 0 or not everybody:
        here = f"start this as root of the machine: sudo python3 -m examples run {trick.id}"
        return Verdict(False, f"needs root; {here}", "lab")
    lacking = refusals.rights_lacking((table.CAP_SYS_ADMIN, *worlds.capabilities(trick)))
    refused = lacking or probes.ask(trick.root, probes.kind_of_world(trick), "")
    return Verdict(False, f"needs root with all its rights: {refused}", "lab") if refused else MET


def _lab(_: str, trick: Trick) -> Verdict:
    return _program(uml.PROGRAM, trick)


def _kernel(name: str, _: Trick) -> Verdict:
    if version(system.release()) >= version(name):
        return MET
    return _absent(f"Linux {name} or newer; this is {system.release()}")


@functools.cache
def _program(name: str, trick: Trick) -> Verdict:
    import shutil  # most tricks need no program

    if shutil.which(name, path=system.PATH):
        return MET
    return _absent(f"the program {name}", _package_of(name, trick), trick)


@functools.cache
def _python_module(name: str, trick: Trick) -> Verdict:
    # In an environment like a run's: it has no PYTHONPATH, and not its user's own modules.
    find = "import importlib.util as u, sys; sys.exit(u.find_spec(sys.argv[1]) is None)"
    found = subprocess.run(
        [sys.executable, "-c", find, name],
        cwd=trick.root,
        env=worlds.environment(table.TMPDIR),
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if found.returncode == 0:
        return MET
    return _absent(f"the Python module {name}", _package_of(name, trick), trick)


def _file(name: str, trick: Trick) -> Verdict:
    if os.path.exists(name):
        return MET
    if name.startswith("/dev/"):
        brought = f"modprobe its module; a container gets it by --device={name}"
        return _absent(f"the device {name} ({brought})")
    return _absent(f"the file {name}", _package_of(name, trick), trick)


PROBES: dict[str, Callable[[str, Trick], Verdict]] = {
    "lab": _lab,
    "kernel": _kernel,
    "program": _program,
    "package": _python_module,
    "file": _file,
}
