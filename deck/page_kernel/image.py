"""The first file system of the Linux in the page: Python, what it needs, and our PID 1, in memory.

All of it becomes part of the saved state that a reader fetches, so it holds only what runs.
"""

import gzip
import os
import py_compile
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from deck.page_kernel.packages import HOLDS
from deck.page_kernel.run import FOLDER, KNOWN
from deck.programs import page_kernel

STDLIB = "usr/lib/python3.11"
FIRST_PROCESS = ("init.py", "run.py", "patience.py", "cable.py", "system.py")


def furnish(unpacked: Path, root: Path, imports: Iterable[str], known: Mapping[str, str]) -> None:
    """Fill the folder root from the unpacked packages and with its first process.

    `imports` are the modules that programs import of Python's own; `known` are files of theirs,
    path to text, that need not be sent and compiled for each run.
    """
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "dev", "etc", "lib/deck", "proc", "root", "run", "sys", "tmp", "usr/bin"):
        (root / name).mkdir(parents=True, exist_ok=True)
    _python(unpacked / STDLIB, root / STDLIB)
    shutil.copy(unpacked / "usr/bin/python3.11", root / "usr/bin/python3")
    shutil.copy(unpacked / "bin/grep", root / "usr/bin/grep")
    _libraries(unpacked, root / "lib")
    _busybox(unpacked, root)
    _modules(unpacked, root)
    for name in HOLDS["copied"]:
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(unpacked / name, root / name)
    (root / "etc/passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
    )
    (root / "etc/group").write_text("root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    (root / "lib/deck/imports").write_text("\n".join(sorted(imports)) + "\n")
    _own(Path(__file__).parent, root / STDLIB / "deck" / "page_kernel")
    _know(known, root / KNOWN.lstrip("/"))


def _own(source: Path, target: Path) -> None:
    """The first process, deck.page_kernel.init, and what it imports."""
    target.mkdir(parents=True)
    (target.parent / "__init__.py").touch()
    (target / "__init__.py").touch()
    for name in FIRST_PROCESS:
        _compile(source / name, target / f"{name}c", f"deck/{name}")


def _know(known: Mapping[str, str], target: Path) -> None:
    target.mkdir(parents=True)
    for path, text in known.items():
        file = target / f"{page_kernel.digest(path, text)}.py"
        file.write_text(text, "utf-8")
        _compile(file, file.with_suffix(".pyc"), f"{FOLDER}/{path}")


def _compile(source: Path, target: Path, name: str, optimize: int = 0) -> None:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(
        str(source), str(target), name, doraise=True, optimize=optimize, invalidation_mode=mode
    )


def _python(source: Path, target: Path) -> None:
    """The standard library, compiled and without its sources; its own tests of itself left out."""
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).parts
        foreign = parts[0] == "encodings" and parts[-1] not in HOLDS["encodings"]
        if foreign or set(HOLDS["left_out"]) & set(parts):
            continue
        compiled = target.joinpath(*parts).with_suffix(".pyc")
        compiled.parent.mkdir(parents=True, exist_ok=True)
        name = "/" + STDLIB + "/" + "/".join(parts)
        _compile(path, compiled, name, optimize=2)
    (target / "lib-dynload").mkdir(parents=True, exist_ok=True)
    for path in (source / "lib-dynload").glob("*.so"):
        if path.name.partition(".")[0] in HOLDS["compiled"]:
            shutil.copy(path, target / "lib-dynload" / path.name)


def _libraries(unpacked: Path, target: Path) -> None:
    for folder in ("lib/i386-linux-gnu", "usr/lib/i386-linux-gnu", "lib"):
        for path in (unpacked / folder).glob("*.so*"):
            if path.name in HOLDS["libraries"]:
                shutil.copy(path.resolve(), target / path.name)


def _busybox(unpacked: Path, root: Path) -> None:
    shutil.copy(unpacked / "bin/busybox", root / "bin/busybox")
    for name in HOLDS["busybox"]:
        link = root / "bin" / name
        if not link.exists():
            link.symlink_to("busybox")


def _modules(unpacked: Path, root: Path) -> None:
    found = {path.name: path for path in (unpacked / "lib/modules").rglob("*.ko")}
    (root / "lib/deck/ko").mkdir(parents=True, exist_ok=True)
    paths = []
    for name in HOLDS["modules"]:
        if f"{name}.ko" in found:
            shutil.copy(found[f"{name}.ko"], root / "lib/deck/ko")
            paths.append(f"/lib/deck/ko/{name}.ko")
    (root / "lib/deck/modules").write_text("\n".join(paths) + "\n")


def pack(root: Path, target: Path) -> None:
    """Write root as the kernel takes its first file system: cpio "newc", compressed by gzip.

    It must be compressed: unpacked it may fill no more than half of the machine's memory.
    """
    with gzip.GzipFile(target, "wb", compresslevel=9, mtime=0) as archive:
        for number, (name, mode, data) in enumerate(_entries(root), 1):
            archive.write(_header(number, name, mode, len(data)))
            archive.write(_padded(name.encode() + b"\0", 110))
            archive.write(_padded(data))
        archive.write(_header(0, "TRAILER!!!", 0, 0) + _padded(b"TRAILER!!!\0", 110))


def _entries(root: Path) -> Iterator[tuple[str, int, bytes]]:
    console = stat.S_IFCHR | 0o600
    for path in sorted(root.rglob("*")):
        name, mode = str(path.relative_to(root)), path.lstat().st_mode
        if path.is_symlink():
            yield name, stat.S_IFLNK | 0o777, os.readlink(path).encode()
        elif path.is_dir():
            yield name, stat.S_IFDIR | 0o755, b""
        else:
            yield name, stat.S_IFREG | (mode & 0o755), path.read_bytes()
    yield "dev/console", console, b""


def _header(number: int, name: str, mode: int, size: int) -> bytes:
    major, minor = (5, 1) if stat.S_ISCHR(mode) else (0, 0)
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, size, 0, 0, major, minor, len(name.encode()) + 1, 0)
    return b"070701" + "".join(f"{field:08X}" for field in fields).encode()


def _padded(data: bytes, before: int = 0) -> bytes:
    return data + b"\0" * (-(before + len(data)) % 4)
