"""Find the tricks and the measurements: one program each, described by its own docstring.

A program is parsed and never imported, so listing them runs none of their code.
"""

import os.path
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

from deck.programs import docstring
from deck.programs import talk as talk_file


def talk(start: Path) -> Path:
    """The talk that a folder belongs to: it or the nearest above it that holds `examples/`.

    Where there is none, the folder itself: what is missing there is said by whoever looks for it.
    """
    folders = (start, *start.parents)
    return next((each for each in folders if (each / "examples" / "__init__.py").exists()), start)


# The machinery may be installed far away from the talk: where one works is where the talk is.
ROOT = talk(Path.cwd())

REQUIRED = ("needs", "man", "since")
OPTIONAL = ("see", "hosts")
# What the machinery itself can judge; a talk adds needs of its own (see talk.py).
NEED = re.compile(r"own net|root|lab|kernel \d+\.\d+|(program|package|file) \S+")
NEEDS = "none, own net, root, lab, kernel X.Y, program P, package P, file F"
_FIELD = re.compile(r":(\w+):\s*(.*)")
_SINCE = re.compile(r"\d+\.\d+(\.\d+)?")
TITLE_COLUMNS = 72
MEASUREMENTS, SUPPORT = "measurements", "support"
BY_PATH = "examples.py"
_ID = re.compile(r"\w+\.\w+")


class CatalogueError(Exception):
    """A trick can't be read; the message names file, line and remedy."""


class UnknownTrick(CatalogueError):
    """No trick has this id; the message names the nearest ones."""


class Trick(NamedTuple):
    """One program in `examples/`, as its docstring describes it.

    `needs` holds the requirements as written (none of them gives an empty tuple), `man` the manual
    pages, `see` other sources (RFCs, kernel documents), `since` the first kernel that has it all,
    `hosts` those at the two ends of a cable.
    """

    id: str
    path: Path
    title: str
    claim: str
    needs: tuple[str, ...]
    man: tuple[str, ...]
    see: tuple[str, ...]
    since: str
    hosts: tuple[str, ...] = ()

    @property
    def program(self) -> tuple[str, ...]:
        """What follows `python3`, to start it in its `root`."""
        return "-m", self.module

    @property
    def family(self) -> str:
        return self.id.partition(".")[0]

    @property
    def module(self) -> str:
        return f"examples.{self.id}"

    @property
    def root(self) -> Path:
        """The folder that holds `examples/`."""
        return self.path.parents[2]

    @property
    def recording(self) -> Path:
        return self.path.with_suffix(".out")

    @property
    def cast(self) -> Path:
        return self.path.with_suffix(".cast")


class Measurement(Trick):
    """One program in `measurements/`: it measures, and `deck/measuring/` reads its figures."""

    @property
    def module(self) -> str:
        return self.id

    @property
    def root(self) -> Path:
        return self.path.parents[1]


Program = TypeVar("Program", bound=Trick)


def tricks(root: Path = ROOT) -> dict[str, Trick]:
    """All tricks below root/examples by id, sorted. Raises CatalogueError for the first bad one."""
    return {trick.id: trick for trick in map(read, paths(root))}


def survey(root: Path = ROOT) -> tuple[dict[str, Trick], dict[str, CatalogueError]]:
    """All tricks that can be read, and for the others what is wrong with them; both by id."""
    good, broken = {}, {}
    for path in paths(root):
        try:
            good[id_of(path)] = read(path)
        except CatalogueError as error:
            broken[id_of(path)] = error
    return good, broken


def paths(root: Path = ROOT) -> Iterator[Path]:
    """The programs below root/examples, sorted; a name that begins with `_` is none.

    What lies in `support/` builds the scene for others and is none either; nor is the `examples.py`
    of each family, by which a trick started by its path finds the rest.
    """
    found = _programs(root / "examples", "*/*.py")
    yield from (path for path in found if path.parent.name != SUPPORT and path.name != BY_PATH)


def measurements(root: Path = ROOT) -> dict[str, Measurement]:
    """All measurements below root/measurements by id, sorted, as `tricks` does."""
    return {one.id: one for one in map(read_measurement, measurement_paths(root))}


def measurement_paths(root: Path = ROOT) -> Iterator[Path]:
    """The programs that measure, sorted; a name that begins with `_` is none."""
    yield from _programs(root / "measurements", "*.py")


def _programs(folder: Path, pattern: str) -> Iterator[Path]:
    return (path for path in sorted(folder.glob(pattern)) if not path.name.startswith("_"))


def find(id: str, root: Path = ROOT) -> Trick:
    """The trick or measurement of this id, read anew. Raises CatalogueError."""
    path = path_of(id, root)
    return read_measurement(path) if path.parent.name == MEASUREMENTS else read(path)


def path_of(id: str, root: Path = ROOT) -> Path:
    """The file of this id. Raises UnknownTrick, which names the nearest ids."""
    # No slash and no dot passes: what comes from a browser reaches nothing but programs.
    if _ID.fullmatch(id):
        family, name = id.split(".")
        folder = root if family == MEASUREMENTS else root / "examples"
        path = folder / family / f"{name}.py"
        hidden = family == SUPPORT or path.name == BY_PATH or name.startswith("_")
        # os.path: what is no file name, such as one too long, is no file either.
        if not hidden and os.path.isfile(path):
            return path
    raise UnknownTrick(_unknown(id, [*map(id_of, (*paths(root), *measurement_paths(root)))]))


def id_of(path: Path) -> str:
    """The id of the program that a file holds: `unix.pass_fd`."""
    return f"{path.parent.name}.{path.stem}"


def _unknown(id: str, known: list[str]) -> str:
    import difflib  # for errors alone

    asked = id.lower().removeprefix("examples.").removesuffix(".py").replace("/", ".")
    name = asked.rpartition(".")[2]
    near = difflib.get_close_matches(asked, known, n=3, cutoff=0.5)
    near += [k for k in known if k.partition(".")[2] == name and k not in near]
    near = [asked] if asked in known else near
    hint = f"did you mean {' or '.join(near)}?" if near else "`python3 -m examples` lists them all."
    return f"there is no trick {id!r}; {hint}"


def read(path: Path) -> Trick:
    """Describe the trick at path from its docstring. Raises CatalogueError."""
    return _read(path, Trick)


def read_measurement(path: Path) -> Measurement:
    """Describe the measurement at path, as `read` does a trick."""
    return _read(path, Measurement)


def _read(path: Path, kind: type[Program]) -> Program:
    doc, line = _docstring(path)
    prose, fields = _split(doc, path, line)
    title, _, claim = prose.partition("\n\n")
    _check_title(title, path, line)
    if not claim.strip():
        raise CatalogueError(f"{path}:{line}: no claim; say below the title what is shown")
    for name in REQUIRED:
        if name not in fields:
            raise CatalogueError(f"{path}:{line}: the docstring lacks its field `:{name}:`; add it")
    return kind(
        id=id_of(path),
        path=path,
        title=title.rstrip("."),
        claim=" ".join(claim.split()),
        needs=_needs(*fields["needs"], path),
        man=_items(fields["man"][0]),
        see=_items(fields["see"][0]) if "see" in fields else (),
        since=_since(*fields["since"], path),
        hosts=_hosts(*fields["hosts"], path) if "hosts" in fields else (),
    )


def _docstring(path: Path) -> tuple[str, int]:
    try:
        tree = docstring.parse(path.read_bytes(), str(path))
    except (OSError, SyntaxError, ValueError) as error:  # ValueError: a NUL, until Python 3.12
        line, why = getattr(error, "lineno", None) or 1, getattr(error, "msg", error)
        raise CatalogueError(f"{path}:{line}: {why}; mend the program") from error
    doc = docstring.of(tree)
    if not doc:
        raise CatalogueError(f"{path}:1: no docstring; begin with title, claim and fields")
    return doc, tree.body[0].lineno


def _split(doc: str, path: Path, first: int) -> tuple[str, dict[str, tuple[str, int]]]:
    """Part a docstring into prose and fields; a field's line goes along for later errors."""
    prose, fields, name = [], {}, None
    for line, text in enumerate(doc.splitlines(), first):
        if field := _FIELD.match(text):
            name = field[1]
            if name not in REQUIRED + OPTIONAL:
                known = ", ".join(REQUIRED + OPTIONAL)
                raise CatalogueError(f"{path}:{line}: unknown field `:{name}:`; known: {known}")
            fields[name] = (field[2], line)
        elif name and text.strip():
            value, start = fields[name]
            fields[name] = (f"{value} {text.strip()}", start)
        else:
            prose.append(text)
    return "\n".join(prose).strip(), fields


def _check_title(title: str, path: Path, line: int) -> None:
    if "\n" in title or len(title) > TITLE_COLUMNS:
        raise CatalogueError(
            f"{path}:{line}: the title is longer than one line of {TITLE_COLUMNS} columns; shorten"
            " it, and leave a blank line below it"
        )
    if not title.endswith((".", "?", "!")):
        raise CatalogueError(f"{path}:{line}: the title is no sentence; end it with a full stop")


def _items(text: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)


def _needs(text: str, line: int, path: Path) -> tuple[str, ...]:
    needs = _items(text)
    if needs == ("none",):
        return ()
    for need in needs:
        if not NEED.fullmatch(need) and need not in (ours := _talk_of(path).probes):
            known = ", ".join([NEEDS, *ours])
            raise CatalogueError(
                f"{path}:{line}: unknown need {need!r}; known: {known}; write one of these, or its"
                " probe into examples/talk.py"
            )
    if not needs:
        raise CatalogueError(f"{path}:{line}: `:needs:` is empty; write none")
    return needs


def _hosts(text: str, line: int, path: Path) -> tuple[str, ...]:
    hosts = _items(text)
    if len(hosts) == 2 == len({*hosts}) and all(host.isidentifier() for host in hosts):
        return hosts
    raise CatalogueError(f"{path}:{line}: not the two ends of a cable; `:hosts: alice, bob`")


def _talk_of(program: Path) -> talk_file.Talk:
    """What the talk says about itself, to which this program belongs."""
    folder = next((f for f in program.parents if f.name in ("examples", "measurements")), program)
    try:
        return talk_file.read(folder.parent)
    except talk_file.TalkError as error:
        raise CatalogueError(str(error)) from error


def _since(text: str, line: int, path: Path) -> str:
    if not _SINCE.fullmatch(text):
        raise CatalogueError(f"{path}:{line}: `:since:` is no kernel version such as 2.6.33")
    return text
