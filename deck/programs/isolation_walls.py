"""The mounts of a run: a wall that shows of the machine only what is named, and what is its own."""

import os

from deck.programs.isolation_calls import check, libc, mount, syscall
from deck.programs.isolation_table import (
    EMPTY,
    LINKS,
    SHOWN,
    TMPDIR,
    TMPFS_SIZE,
)

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_NOATIME, MS_NODIRATIME, MS_RELATIME = 1 << 10, 1 << 11, 1 << 21
MS_BIND, MS_REC, MS_PRIVATE, MNT_DETACH = 1 << 12, 1 << 14, 1 << 18, 2
AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = -100, 0x8000, 1
OTHERS_READ, OTHERS_ENTER = 4, 1
SETTINGS = "/proc/sys/net"
OLD = "/old"


def build(places: list[str], devices: list[str], owner: tuple[int, int], groups: bool) -> None:
    """Leave the machine's files for an empty root that shows SHOWN and `places`, all read-only.

    `devices` are made anew, for the owner: only the machine's root can do that. `groups` asks for
    the control groups, if they are nowhere.
    """
    folder = os.getcwd()
    links = {path: target for place in places for path, target in _links(place)}
    real = sorted(
        {*filter(os.path.exists, map(os.path.realpath, places)), *filter(_is_real, SHOWN)}
    )
    links |= {path: os.readlink(path) for path in SHOWN if os.path.islink(path)}
    _enter_empty_root()
    for path in real:
        if not os.path.lexists(path):
            _show(path)
    for path in (*EMPTY, folder):
        os.makedirs(path, exist_ok=True)
    for path, target in (links | LINKS).items():
        if not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)
    for path in devices:
        _make_device(path, owner)
    mount("proc", "/proc", "proc", 0)
    if groups:
        _show_control_groups()
    check(libc.umount2(OLD.encode(), MNT_DETACH), "unmount the machine's root")
    os.rmdir(OLD)
    _make_read_only()
    os.chdir(folder)


def _links(path: str) -> list[tuple[str, str]]:
    """The links that lead to the real path: they must be there as well, each with its target."""
    found = []
    while True:
        for above in _ways(path):
            if os.path.islink(above):
                target = os.path.join(os.path.dirname(above), os.readlink(above))
                found.append((above, os.path.normpath(target)))
                path = target + path[len(above) :]
                break
        else:
            return found


def _ways(path: str) -> list[str]:
    """ "/a", "/a/b", "/a/b/c" for "/a/b/c"."""
    parts = os.path.normpath(path).split("/")[1:]
    return ["/" + "/".join(parts[: end + 1]) for end in range(len(parts))]


def _is_real(path: str) -> bool:
    return os.path.exists(path) and not os.path.islink(path)


def _enter_empty_root() -> None:
    mount("none", "/", None, MS_REC | MS_PRIVATE)
    mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID, "size=1m,mode=755")
    os.mkdir("/tmp" + OLD)
    os.chdir("/tmp")
    check(libc.pivot_root(b".", OLD[1:].encode()), "pivot_root")
    os.chdir("/")


def _show(path: str) -> None:
    """Bind what the machine has at this path. For root's runs a folder that others may not enter is
    made anew, with the same entries: they are an ordinary user's."""
    source = OLD + path
    there = os.stat(source)
    if os.path.isdir(source):
        os.makedirs(path)
        if os.getuid() == 0 and there.st_mode & 7 < OTHERS_READ | OTHERS_ENTER:
            for entry in os.listdir(source):
                _show_entry(f"{path}/{entry}")
            return
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT))
    mount(source, path, None, MS_BIND | MS_REC)


def _show_entry(path: str) -> None:
    if os.path.islink(OLD + path):
        os.symlink(os.readlink(OLD + path), path)
    else:
        _show(path)


def _make_device(path: str, owner: tuple[int, int]) -> None:
    there = os.stat(OLD + path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.mknod(path, there.st_mode, there.st_rdev)
    os.chown(path, *owner)


def _show_control_groups() -> None:
    """For BPF: who may not mount can still open the group that it is in."""
    with open("/proc/self/mounts") as mounts:
        if any(row.split()[2] == "cgroup2" for row in mounts):
            return
    try:
        mount("none", "/sys/fs/cgroup", "cgroup2", MS_RDONLY)
    except OSError:
        return  # a kernel without them: the trick's need says so


def _make_read_only() -> None:
    """All mounts but /proc: through it the second level writes its maps, and gets its own."""
    if _set_attributes("/", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0) == 0:
        check(_set_attributes("/proc", 0, 0, MOUNT_ATTR_RDONLY), "open /proc")
        return
    # Before Linux 5.12. What else a mount is may be locked, and must be said again.
    flags = {"nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC, "noatime": MS_NOATIME}
    flags |= {"nodiratime": MS_NODIRATIME, "relatime": MS_RELATIME}
    with open("/proc/self/mountinfo") as rows:
        mounts = [(row.split()[4], row.split()[5].split(",")) for row in rows]
    for path, words in mounts:
        if path != "/proc":
            kept = sum(flags.get(word, 0) for word in words)
            path = path.encode().decode("unicode_escape").encode("latin-1").decode()
            mount("none", path, None, MS_BIND | MS_REMOUNT | MS_RDONLY | kept)


def _set_attributes(path: str, flags: int, add: int, clear: int) -> int:
    """mount_setattr(2), Linux 5.12."""
    change = b"".join(word.to_bytes(8, "little") for word in (add, clear, 0, 0))
    return syscall("mount_setattr", AT_FDCWD, path.encode(), flags, change, len(change))


def furnish(own_network: bool) -> None:
    """The second level's own mounts: its /proc, and a tmpfs, the one writable place."""
    outer = os.open(SETTINGS, os.O_PATH)
    mount("proc", "/proc", "proc", 0)
    if os.getuid() == 0:
        mount("/proc/sys", "/proc/sys", None, MS_BIND)
        mount("none", "/proc/sys", None, MS_BIND | MS_REMOUNT | MS_RDONLY)
        if own_network:
            mount(f"/proc/self/fd/{outer}", SETTINGS, None, MS_BIND)
    elif not _opens(f"{SETTINGS}/ipv4/ip_forward"):
        # Those of the first level's /proc are the same: who looks decides whose network they show.
        # But until Linux 6.11 (commit 98ca62ba9e2b) files of the network's settings have no valid
        # owner in a /proc whose user namespace has no root.
        mount(f"/proc/self/fd/{outer}", SETTINGS, None, MS_BIND)
    os.close(outer)
    mount("tmpfs", TMPDIR, "tmpfs", MS_NOSUID | MS_NODEV, f"size={TMPFS_SIZE},mode=1777")


def _opens(path: str) -> bool:
    """Whether it can be opened for writing; access(2) leaves capabilities out."""
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        return False
    return True
