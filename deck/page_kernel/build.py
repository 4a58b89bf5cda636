"""Make the Linux that runs in the page: `python -m deck.page_kernel.build [FOLDER]`.

FOLDER (_build/page-kernel) gets the emulator, its firmware, the saved state and a manifest, which
says what they are made of. It is made again only when something that goes into it has changed.
"""

import argparse
import ast
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from deck.page_kernel import image, packages
from deck.page_kernel.packages import Package, PackageError
from deck.programs import catalogue, page_kernel
from deck.programs.system import without_suffix

HERE = Path(__file__).parent
EMULATOR = "v86"
PYTHON = 3, 11  # that of Debian 12
# By what name they are here, and in the package: not every web host takes an .mjs for a script.
EMULATOR_FILES = {"libv86.js": "libv86.mjs", "libv86.mjs": "libv86.mjs", "v86.wasm": "v86.wasm"}
FIRMWARE = {"bios.bin": "bios.bin", "vgabios.bin": "vgabios-stdvga.bin"}
STATE, EDITOR = "state.bin.zst", "editor.js"
WASM = "v86.wasm.gz"  # not every web host compresses it
MADE_FROM = (
    *image.FIRST_PROCESS,
    *("image.py", "image.toml", "boot.mjs", "../programs/emulator.mjs"),
    *("editor/package-lock.json", "editor/editor.mjs"),
)
FETCHED = ("libv86.js", WASM, STATE)  # by the page
SOURCES = {
    "packages": "https://sources.debian.org/src/{name}/",
    EMULATOR: "https://github.com/copy/v86",
}


class BuildError(Exception):
    """The Linux can't be made here; the message says what is missing, and the remedy."""


def build(output: Path, examples: Path) -> dict[str, Any]:
    """Make all in output, for programs below examples. Returns the manifest."""
    for program, package in (("node", "nodejs"), ("npm", "npm"), ("zstd", "zstd")):
        if not shutil.which(program):
            raise BuildError(
                f"the Linux in the page needs {program}: sudo apt-get install {package}"
            )
    if sys.version_info[:2] != PYTHON:
        raise BuildError(
            "the Linux in the page has Python 3.11, and one of the same version compiles its"
            " library: make PYTHON=python3.11 page-kernel"
        )
    work = output.with_name(output.name + "-work")
    work.mkdir(parents=True, exist_ok=True)
    debs, told = packages.fetch(work / "apt")
    emulator = fetch_emulator(work)
    for line in told:
        print(f"page kernel: {line}", file=sys.stderr)
    imports = sorted(standard_imports(examples))
    made_of = _digest(debs, emulator["integrity"], imports)
    if (there := page_kernel.manifest(output)) and there["made_of"] == made_of:
        return there
    known = known_files(examples)
    _assemble(work, output, debs, imports, known)
    ready = _boot(work / "machine")
    machine = work / "machine"
    (machine / WASM).write_bytes(gzip.compress((machine / "v86.wasm").read_bytes(), mtime=0))
    build_editor(work / "editor", machine / EDITOR)
    state = machine / "state.bin"
    subprocess.run(
        ["zstd", "--ultra", "-22", "--long=26", "-f", "-q", state, "-o", machine / STATE],
        check=True,
    )
    # What was there is whole until what is new is whole.
    (output / page_kernel.MANIFEST).unlink(missing_ok=True)
    for name in (*EMULATOR_FILES, WASM, EDITOR, STATE):
        shutil.copy(machine / name, output)
    manifest = _manifest(output, debs, emulator, ready, made_of)
    manifest["known"] = {path: page_kernel.digest(path, text) for path, text in known.items()}
    (output / page_kernel.MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def fetch_emulator(work: Path) -> dict[str, str]:
    """The npm package of the emulator, unpacked; its version and integrity, held to the lock."""
    lock = json.loads(packages.LOCK.read_text()).get(EMULATOR, {}) if packages.LOCK.exists() else {}
    wanted = f"{EMULATOR}@{lock['version'].partition('+')[0]}" if lock else EMULATOR
    done = subprocess.run(
        ["npm", "pack", "--json", wanted], cwd=work, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["npm failed"]
        raise BuildError(f"npm can't bring {wanted} ({last[0]}); is there a network?")
    about = json.loads(done.stdout)[0]
    if lock and about["integrity"] != lock["integrity"]:
        raise PackageError(f"{about['id']} is not what {packages.LOCK.name} says of it: do not use")
    shutil.rmtree(work / "package", ignore_errors=True)
    shutil.unpack_archive(work / about["filename"], work, "gztar")
    return {"version": about["version"], "integrity": about["integrity"]}


def build_editor(work: Path, target: Path) -> None:
    """CodeMirror and what it needs, of the versions in its lock file, as one script."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(HERE / "editor", work)
    for command in (
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        [
            *("npx", "--no-install", "esbuild", "editor.mjs", "--bundle", "--minify"),
            *("--format=iife", f"--outfile={target}", "--log-level=warning"),
        ],
    ):
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"the editor can't be made: {' '.join(command[:2])}: {done.stderr}")


def standard_imports(examples: Path) -> set[str]:
    """What the programs import of the standard library, by reading them."""
    found = set()
    for path in examples.rglob("*.py"):
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module)
    foreign = {"ssl", "sqlite3", "curses", "tkinter", "pdb"}
    known = set(sys.stdlib_module_names) - foreign - {"__future__"}
    return {name for name in found if name.partition(".")[0] in known}


def known_files(examples: Path) -> dict[str, str]:
    """What the programs import of the talk's own, path to text, to have it there already.

    It is no part of the digest: what has changed since is sent when a program runs.
    """
    files: dict[str, str] = {}
    for trick in catalogue.tricks(examples.resolve().parent).values():
        order = page_kernel.order(trick, {})
        names = [name for name in order["needs"] if name != order["program"]]
        files |= {name: (trick.root / name).read_text("utf-8") for name in names}
    return files


def _digest(debs: list[Package], emulator: str, imports: list[str]) -> str:
    digest = hashlib.sha256(emulator.encode())
    for package in debs:
        digest.update(package.sha256.encode())
    for path in (HERE / name for name in MADE_FROM):
        digest.update(path.read_bytes())
    digest.update(" ".join(imports).encode())
    return digest.hexdigest()


def _assemble(
    work: Path, output: Path, debs: list[Package], imports: list[str], known: dict[str, str]
) -> None:
    """What the emulator boots from: kernel, first file system, firmware."""
    unpacked, machine = work / "unpacked", work / "machine"
    shutil.rmtree(unpacked, ignore_errors=True)
    packages.unpack(debs, unpacked)
    for folder in (machine, output):
        folder.mkdir(parents=True, exist_ok=True)
    image.furnish(unpacked, work / "root", imports, known)
    image.pack(work / "root", machine / "initrd.gz")
    shutil.copy(next((unpacked / "boot").glob("vmlinuz-*")), machine / "bzImage")
    for name, source in FIRMWARE.items():
        shutil.copy(unpacked / "usr/share/seabios" / source, machine / name)
    for name, source in EMULATOR_FILES.items():
        shutil.copy(work / "package" / "build" / source, machine / name)


def _boot(machine: Path) -> str:
    """Boot once and save the state; what the Linux said of itself when it was ready."""
    print("page kernel: booting once, to save the state ...", file=sys.stderr)
    done = subprocess.run(
        ["node", HERE / "boot.mjs", machine], stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode or not done.stdout.startswith("@ready "):
        raise BuildError("the Linux in the page did not get ready; its last words stand above")
    return done.stdout.strip().removeprefix("@ready ")


def _manifest(
    output: Path, debs: list[Package], emulator: dict[str, str], ready: str, made_of: str
) -> dict[str, Any]:
    release, machine = ready.split()
    return {
        "release": release,
        "machine": machine,
        "version": without_suffix(debs[0].version),
        "parts": {name: (output / name).stat().st_size for name in FETCHED},
        "hashes": {name: packages.sha256(output / name) for name in FETCHED},
        "made_of": made_of,
        "packages": [
            {
                "name": package.name,
                "version": package.version,
                "sha256": package.sha256,
                "licence": _licence(package.name),
                "source": SOURCES["packages"].format(name=package.name),
            }
            for package in debs
        ]
        + [
            {"name": EMULATOR, "licence": "BSD-2-Clause", "source": SOURCES[EMULATOR], **emulator},
        ],
    }


def _licence(name: str) -> str:
    return str(packages.HOLDS["packages"].get(name, packages.HOLDS["kernel_licence"]))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m deck.page_kernel.build", description="Make the Linux that runs in the page."
    )
    parser.add_argument("folder", nargs="?", type=Path, default=page_kernel.FOLDER)
    parser.add_argument("--examples", type=Path, default=Path("examples"))
    parser.add_argument("--lock", action="store_true", help="write the lock file anew")
    options = parser.parse_args()
    try:
        manifest = build(options.folder.resolve(), options.examples)
    except (BuildError, PackageError, catalogue.CatalogueError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.lock:
        packages.LOCK.write_text(packages.locked(manifest["packages"]))
    size = sum(manifest["parts"].values()) / 1e6
    print(f"The Linux in the page ({manifest['release']}, {size:.1f} MB) is in {options.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
