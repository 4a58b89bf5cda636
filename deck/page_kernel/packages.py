"""Debian's packages for the Linux in the page: fetched by name, for i386, and held to a lock file.

apt keeps its lists for them in a folder of their own: nothing of this machine's own apt changes.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

KERNEL = "linux-image-686"  # depends on the newest image; its unsigned twin is the same kernel
HOLDS = tomllib.loads(Path(__file__).with_name("image.toml").read_text("utf-8"))
NAMES = tuple(HOLDS["packages"])
LOCK = Path(__file__).with_name("packages.json")


class PackageError(Exception):
    """A package can't be had; the message says why, and what to do."""


@dataclass(frozen=True)
class Package:
    """A Debian package as apt offers it; `file` is where it was put."""

    name: str
    version: str
    sha256: str
    file: Path


def fetch(folder: Path, lock: Path = LOCK) -> tuple[list[Package], list[str]]:
    """Download what is named above to folder. Returns the packages, and what differs from lock.

    Another version than the lock file's is taken and told, for Debian keeps only the newest;
    another content of the same version raises PackageError.
    """
    apt = Apt(folder)
    known = json.loads(lock.read_text()) if lock.exists() else {}
    packages, told = [], []
    for name in (apt.kernel(), *NAMES):
        package = apt.download(name)
        before = known.get(_stable(name), {})
        if before.get("version") != package.version:
            told.append(f"{name} is {package.version}; locked is {before.get('version', 'none')}")
        elif before["sha256"] != package.sha256:
            raise PackageError(
                f"{package.file.name} is not what {lock.name} says of the same version"
                f" ({package.sha256[:12]} in place of {before['sha256'][:12]}): do not use it"
            )
        packages.append(package)
    return packages, told


def locked(packages: list[dict[str, str]]) -> str:
    """The text of the lock file for the packages of a manifest."""
    rows = {
        _stable(package["name"]): {
            key: package[key] for key in ("version", "sha256", "integrity") if key in package
        }
        for package in packages
    }
    return json.dumps(rows, indent=1) + "\n"


def _stable(name: str) -> str:
    """A kernel's package has its version in its name."""
    return re.sub(r"\d+\.\d+\.\d+-\d+", "*", name)


class Apt:
    """apt with lists, cache and status of its own, below one folder, for i386."""

    def __init__(self, folder: Path) -> None:
        for program in ("apt-get", "apt-cache", "dpkg-deb"):
            if not shutil.which(program):
                raise PackageError(f"{program} is missing: this needs Debian, or a system like it")
        self.folder = folder.resolve()
        self._debs = self.folder / "debs"
        for part in ("lists/partial", "cache/archives/partial", "debs"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        self._options = [
            "-oAPT::Architecture=i386",
            "-oAPT::Architectures=i386",
            "-oAPT::Sandbox::User=root",
            f"-oDir::State::Lists={self.folder}/lists",
            f"-oDir::State::status={self.folder}/status",
            f"-oDir::Cache={self.folder}/cache",
        ]
        # Lists that can't be had are told by the packages that are then missing.
        self._run("apt-get", "update", "-qq", check=False)

    def _run(self, program: str, *words: str, check: bool = True) -> str:
        done = subprocess.run(
            [program, *self._options, *words],
            cwd=self._debs,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise PackageError(
                f"apt can't reach Debian's i386 packages ({done.stderr.strip().splitlines()[-1:]});"
                " is there a network, and does /etc/apt/sources.list name Debian?"
            )
        return done.stdout

    def kernel(self) -> str:
        """The newest image of the plain 686 kernel, by name."""
        depends = re.search(r"^Depends: (linux-image-\S+-686)\b", self._show(KERNEL), re.M)
        if not depends:
            raise PackageError(f"apt offers no {KERNEL}: this is made from Debian 12's packages")
        return f"{depends[1]}-unsigned"

    def _show(self, name: str) -> str:
        return self._run("apt-cache", "show", "--no-all-versions", name)

    def download(self, name: str) -> Package:
        """Fetch a package, unless it is there. Raises PackageError."""
        about = dict(re.findall(r"^(Version|Filename|SHA256): (.+)$", self._show(name), re.M))
        if len(about) < 3:
            raise PackageError(f"apt offers no package {name} for i386")
        version = about["Version"].replace(":", "%3a")
        found = [p for p in self._debs.glob(f"{name}_*.deb") if f"_{version}_" in p.name]
        if not found or sha256(found[0]) != about["SHA256"]:
            self._run("apt-get", "download", f"{name}={about['Version']}")
            found = [p for p in self._debs.glob(f"{name}_*.deb") if f"_{version}_" in p.name]
        if not found or sha256(found[0]) != about["SHA256"]:
            raise PackageError(f"{name} {about['Version']} did not arrive whole; try again")
        return Package(name, about["Version"], about["SHA256"], found[0])


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unpack(packages: list[Package], folder: Path) -> None:
    """The files of all packages, below one folder."""
    for package in packages:
        subprocess.run(["dpkg-deb", "-x", package.file, folder], check=True)
