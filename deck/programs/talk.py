"""What a talk tells the machinery about itself: the names in its `examples/talk.py`.

All of them may be left out, and so may the file. It is read with nothing but the standard library,
each time anew, since it may be edited while a stage runs.

`FAMILIES`: folder below `examples/` to its title in lists.
`PROBES`: a word or two behind `:needs:` to a function that tries the very call that the tricks
    make. It is run in the world that a trick gets, and returns "" or what is wrong; its docstring
    says what is needed.
`CAPABILITIES`: a need to the capabilities(7) that its tricks get.
`MACHINE_NETWORK`: needs whose tricks must see the machine's own network.
`IN_LAB`: those of the `PROBES` that the lab kernel meets.
`IN_PAGE`: the needs that the Linux in the page meets, besides a network of one's own and root.
`NOT_IN_PAGE`: a need that it can't meet to the reason, where that is another than that it lacks it.
`LAB_MODULES`: what the lab kernel loads before any trick.
`PACKAGES`: a program, Python module or file to the Debian package that brings it.
`ARCHITECTURES`: a Debian package to the machines (uname -m) that have it; left out: all.
`THIRD_PARTY`: Python modules beyond the standard library that a trick may import.
`CALLED`: a need to what its badge calls it, where its own name says too little.
`SPEAKERS`: a place ("kernel", "wire") to the beginnings of the words of those who speak from there.
"""

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

Probe = Callable[[], str]

# capabilities(7), in the order of their numbers (include/uapi/linux/capability.h).
_CAPABILITIES = """
CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT
SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE
AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
PERFMON BPF CHECKPOINT_RESTORE
"""
CAPABILITY = {f"CAP_{name}": number for number, name in enumerate(_CAPABILITIES.split())}


class TalkError(Exception):
    """The talk's own file can't be read; the message names file, line and remedy."""


NONE: Mapping[str, Any] = MappingProxyType({})


class Talk(NamedTuple):
    """What is said above, in small letters."""

    families: Mapping[str, str] = NONE
    probes: Mapping[str, Probe] = NONE
    capabilities: Mapping[str, tuple[str, ...]] = NONE
    machine_network: tuple[str, ...] = ()
    in_lab: tuple[str, ...] = ()
    in_page: tuple[str, ...] = ()
    not_in_page: Mapping[str, str] = NONE
    lab_modules: tuple[str, ...] = ()
    packages: Mapping[str, str] = NONE
    architectures: Mapping[str, tuple[str, ...]] = NONE
    third_party: tuple[str, ...] = ()
    called: Mapping[str, str] = NONE
    speakers: Mapping[str, tuple[str, ...]] = NONE

    def place_of(self, speaker: str) -> str:
        """The place a line of output comes from, told by who says it: "process" for all others."""
        for place, words in self.speakers.items():
            if speaker.startswith(tuple(words)):
                return place
        return "process"

    def shares_network(self, needs: Iterable[str]) -> bool:
        """Whether a program with these needs must see the machine's own network."""
        return not set(self.machine_network).isdisjoint(needs)

    def asked_by(self, need: str) -> str:
        """What a probe says is needed: the first line of its docstring."""
        return (self.probes[need].__doc__ or need).strip().partition("\n")[0]

    def words(self) -> set[str]:
        """All that is the talk's own: none of it may stand in the machinery."""
        tables = (self.families, self.probes, self.packages, self.architectures, self.speakers)
        found = {word for table in tables for word in table}
        found |= set(self.packages.values()) | {w for ws in self.speakers.values() for w in ws}
        return found | {*self.lab_modules, *self.third_party}


def path(root: Path) -> Path:
    """Where a talk says it: `root` is the folder that holds `examples/`."""
    return root / "examples" / "talk.py"


def read(root: Path) -> Talk:
    """What the talk below root says about itself. Raises TalkError."""
    file = path(root)
    try:
        stat = file.stat()
    except OSError:
        return Talk()
    return _read(file, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=8)
def _read(file: Path, _changed: int, _size: int) -> Talk:
    names: dict[str, object] = {"__name__": "talk", "__file__": str(file)}
    try:
        exec(compile(file.read_bytes(), str(file), "exec"), names)
    except SyntaxError as error:
        raise TalkError(f"{file}:{error.lineno}: {error.msg}; mend it") from error
    except Exception as error:
        import traceback  # for errors alone

        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        raise TalkError(f"{file}:{line}: {type(error).__name__}: {error}; mend it") from error
    said = {name: value for name, value in names.items() if name.isupper()}
    for name, value in said.items():
        _check(file, name, value)
    return Talk(**{name.lower(): value for name, value in said.items()})  # type: ignore[arg-type]


def _check(file: Path, name: str, value: Any) -> None:
    """A misspelt or misshaped declaration is told here, not in the middle of a run."""
    usual = Talk._field_defaults.get(name.lower())
    if usual is None:
        known = ", ".join(sorted(field.upper() for field in Talk._fields))
        raise TalkError(
            f"{file}:1: unknown name {name}; known: {known}, and names in small letters"
        )
    table = usual is NONE
    if isinstance(value, dict) != table or (not table and not isinstance(value, tuple)):
        raise TalkError(f"{file}:1: {name} is no {'table' if table else 'tuple'}; make it one")
    if not isinstance(value, dict):
        return
    if name == "CAPABILITIES" and (odd := {c for cs in value.values() for c in cs} - {*CAPABILITY}):
        raise TalkError(f"{file}:1: CAPABILITIES: {min(odd)} is not in capabilities(7)")
    if name == "PROBES":
        for need, probe in value.items():
            if not callable(probe) or not probe.__doc__:
                raise TalkError(
                    f"{file}:1: the probe of {need!r} is no function with a docstring that says"
                    " what is needed"
                )
