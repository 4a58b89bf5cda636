"""More lab kernels: user-mode-linux of Debian's other suites, each unpacked in a folder of its own.

Nothing is installed: apt gets lists and a cache of its own below `_build/kernels`, and asks the
mirror that this machine already uses. A kernel that wants a newer C library than this machine's
gets that suite's beside it, and patchelf(1) points it there.
"""

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deck.programs import catalogue, system, uml

SUITES = ("bullseye", "bookworm", "trixie", "forky", "sid")
PACKAGE, LIBRARY = "user-mode-linux", "libc6"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TOOLS = {"apt-get": "apt", "dpkg-deb": "dpkg", "patchelf": "patchelf"}
LOADER = "ld-linux-x86-64.so.2"
SECONDS = 600  # for one step: a slow mirror shall not keep us for ever


class NotToBeHad(Exception):
    """Why a suite gives no kernel, in a sentence."""


def folder() -> Path:
    """Where the unpacked kernels lie, one folder for each suite."""
    return catalogue.ROOT / "_build" / "kernels"


def fetch(_: argparse.Namespace) -> int:
    """Fetch what there is; one that is not to be had is told, and no failure."""
    if lacking := _lacking():
        print(f"No more kernels: {lacking}", file=sys.stderr)
        return 1
    mirror = _mirror()
    if not mirror:
        print(
            f"No more kernels: apt knows of no {PACKAGE} here; name Debian's main in its sources,"
            " and run apt-get update",
            file=sys.stderr,
        )
        return 1
    for suite in SUITES:
        try:
            print(f"{suite}: {_fetch(suite, mirror)}", flush=True)
        except (NotToBeHad, OSError) as why:
            print(f"{suite}: not to be had: {why}", flush=True)
    shutil.rmtree(folder() / "apt", ignore_errors=True)
    print(f"At hand: {', '.join(kernel.release for kernel in uml.kernels()) or 'none'}")
    return 0


def _lacking() -> str:
    if system.machine() != "x86_64":
        return f"Debian has {PACKAGE} for x86-64 and i386 only, and this is {system.machine()}"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        packages = " ".join(TOOLS[tool] for tool in missing)
        return f"{' and '.join(missing)} lack here: sudo apt-get install {packages}"
    if not KEYRING.exists():
        return f"{KEYRING} lacks here: sudo apt-get install debian-archive-keyring"
    return ""


def _mirror() -> str:
    """The mirror of Debian from which apt already takes packages here; "" where it has none."""
    policy = _run("apt-cache", "policy", PACKAGE).stdout
    found = re.search(rf"\d+ (\S+) (?:{'|'.join(SUITES)})/main", policy)
    return found[1] if found else ""


def _fetch(suite: str, mirror: str) -> str:
    place = folder() / suite
    if found := _release(place):
        return f"{found}, as before"
    shutil.rmtree(place, ignore_errors=True)
    apt = _apt(suite, mirror)
    try:
        _unpack(apt, PACKAGE, place)
        program = place / "usr" / "bin" / uml.PROGRAM
        if not _starts(program):
            _unpack(apt, LIBRARY, place)
            _point(program, place)
        if not _starts(program):
            raise NotToBeHad(f"{program} does not start, though it has that suite's C library")
    except NotToBeHad:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return _release(place)


def _release(place: Path) -> str:
    return next((path.name for path in place.glob("usr/lib/uml/modules/[0-9]*")), "")


def _apt(suite: str, mirror: str) -> list[str]:
    """apt-get with lists, cache and sources of its own: what is installed here does not matter."""
    own = folder() / "apt" / suite
    for name in ("lists/partial", "cache/archives/partial"):
        (own / name).mkdir(parents=True, exist_ok=True)
    (own / "status").touch()
    sources = own / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} {suite} main\n")
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": own / "lists",
        "Dir::State::status": own / "status",
        "Dir::Cache": own / "cache",
        "APT::Architecture": "amd64",
        # An old suite's lists are past their date.
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
    }
    return ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in settings.items())]


def _unpack(apt: list[str], package: str, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for words in (["update"], ["download", package]):
        done = _run(*apt, *words, cwd=place)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["apt-get failed"]
            raise NotToBeHad(said[0])
    [archive] = place.glob(f"{package}_*.deb")
    done = _run("dpkg-deb", "-x", str(archive), str(place))
    if done.returncode:
        raise NotToBeHad(done.stderr.strip())
    archive.unlink()


def _starts(program: Path) -> bool:
    return _run(str(program), "--version").returncode == 0


def _point(program: Path, place: Path) -> None:
    """Have the program use the C library that lies beside it."""
    loader = next((path for path in place.rglob(LOADER) if path.is_file()), None)
    if loader is None:
        raise NotToBeHad(f"its package {LIBRARY} has no {LOADER}")
    libraries = next(path.parent for path in place.rglob("libc.so.6"))
    words = ["--set-interpreter", str(loader), "--set-rpath", str(libraries), str(program)]
    done = _run("patchelf", *words)
    if done.returncode:
        raise NotToBeHad(done.stderr.strip())


def _run(*command: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise NotToBeHad(f"{command[0]} was not done after {SECONDS} s") from None
