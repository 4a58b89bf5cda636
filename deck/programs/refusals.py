"""Why a machine refuses a world to a run: the cause in words, and the remedy for this machine."""

import errno
import os
import resource
from pathlib import Path

from deck.programs.talk import CAPABILITY

PROC = Path("/proc")
# Files by which container engines say that they are one.
CONTAINERS = {"/.dockerenv": "docker", "/run/.containerenv": "podman"}

FULL = (errno.ENOSPC, errno.EUSERS)
# The steps that make a world; what comes after them is refused for other reasons.
STEPS = ("new namespaces", "write /proc/self/", "mount", "unmount", "pivot_root")
CLOSED = (
    "what root runs is an ordinary user's, who may not open this Python: start as an ordinary user,"
    " or with a Python that others may open"
)
REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EINVAL)


def explain(report: str) -> str:
    """What the isolating program reported ("NUMBER STEP: ERROR", see isolation_levels.py) in words.

    Where no known cause applies, the step and the kernel's error are what there is.
    """
    number, _, words = report.partition(" ")
    cause = ""
    if number and words.startswith(STEPS):
        cause = _cause(int(number))
    elif number == str(errno.EACCES) and words.startswith("start "):
        cause = CLOSED
    return f"{cause} ({words})" if cause else words


def limit(error: int | None) -> str:
    """Which limit of getrlimit(2) was reached, and its remedy; "" when it was none."""
    if error == errno.EMFILE:
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return f"only {most} files may be open here: ulimit -n 1024 allows more"
    if error == errno.EAGAIN:
        most, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        return f"this user may have no further process (ulimit -u: {most}): end some, or raise it"
    return ""


def file_size(least: int) -> str:
    """Why no file can have this many bytes, and the remedy; "" where it can."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    if most == resource.RLIM_INFINITY or most >= least:
        return ""
    return (
        f"no file may be larger than {most} bytes here (ulimit -f), and {least >> 20} MB are"
        " needed: start it where nobody has set that limit"
    )


def _cause(error: int) -> str:
    if reached := limit(error):
        return reached
    if error in FULL:
        return _limits()
    if error in REFUSED:
        return _container() or _debian() or _limits() or _apparmor() or _chroot() or _kernel()
    return ""


def rights_lacking(capabilities: tuple[int, ...]) -> str:
    """Which of these capabilities (capabilities(7), numbers) root does not have here, and what to
    do; "" when it has all."""
    status = (PROC / "self/status").read_text()
    ours = int(status.partition("CapEff:")[2].split()[0], 16)
    names = {number: name for name, number in CAPABILITY.items()}
    lacking = [names[cap] for cap in sorted(set(capabilities)) if not ours >> cap & 1]
    if not lacking:
        return ""
    engine = _engine() or "docker"
    return f"it has no {', '.join(lacking)} here (a container: `{engine} run --privileged`)"


def _setting(name: str) -> str:
    """The value of a sysctl, "" where this kernel has none of that name."""
    try:
        return (PROC / "sys" / name.replace(".", "/")).read_text().strip()
    except OSError:
        return ""


def _limits() -> str:
    for name in ("user.max_user_namespaces", "user.max_net_namespaces", "user.max_pid_namespaces"):
        if _setting(name) == "0":
            return f"{name} is 0 here: sudo sysctl -w {name}=15000"
    return ""


def _debian() -> str:
    name = "kernel.unprivileged_userns_clone"
    if _setting(name) != "0":
        return ""
    return f"ordinary users get no namespaces here ({name} is 0): sudo sysctl -w {name}=1"


def _apparmor() -> str:
    name = "kernel.apparmor_restrict_unprivileged_userns"
    if _setting(name) != "1":
        return ""
    return (
        "AppArmor lets no ordinary program use user namespaces here, as Ubuntu sets it up:"
        f" sudo sysctl -w {name}=0, or a profile with `userns,` for this Python"
    )


def _container() -> str:
    engine = _engine()
    if not engine and not _filtered():
        return ""
    options = "seccomp=unconfined apparmor=unconfined systempaths=unconfined"
    if engine == "podman":
        options = "seccomp=unconfined unmask=ALL"
    words = " ".join(f"--security-opt {option}" for option in options.split())
    who = f"{engine}'s policy for this container" if engine else "a policy upon us (seccomp)"
    return f"{who} forbids namespaces: start the container with `{engine or 'docker'} run {words}`"


def _engine() -> str:
    return next((name for file, name in CONTAINERS.items() if os.path.exists(file)), "")


def _filtered() -> bool:
    """Whether a filter of system calls (seccomp) lies upon us."""
    return "Seccomp:\t2" in (PROC / "self/status").read_text()


def _chroot() -> str:
    """user_namespaces(7): none can be made from a changed root."""
    try:
        changed = not os.path.samefile(PROC / "1/root", "/")
    except OSError:
        return ""
    return "no user namespace can be made in a chroot: start this outside of it" if changed else ""


def _kernel() -> str:
    if (PROC / "self/ns/user").exists():
        return ""
    return "this kernel was built without user namespaces (CONFIG_USER_NS)"
