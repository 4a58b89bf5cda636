"""What if? The changes of a trick that its TRICK.toml names, and how each of them must end.

    [wrong_fd]
    title = "What if the wrong descriptor is passed?"
    replace = "socket.SCM_RIGHTS, rights"
    with = "socket.SCM_RIGHTS, array('i', [0])"
    shows = "fails AssertionError"

`replace` is a text that occurs once in the program. `shows` is `passes`, `times out` or `fails
EXCEPTION`. Tables with the same `knob` are the positions of one switch. A variant has an id,
`unix.pass_fd~wrong_fd`, and a recording. It runs in a copy of `examples/`, so the program itself
stays as it is.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from deck.programs import catalogue
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.runner import Event, Kind, Result, Run

# What is to time out shall not keep anybody waiting.
DEADLINE = 5.0
KEYS = ("title", "replace", "with", "shows", "knob")
COLUMNS = 60
_RAISED = r"[A-Za-z_][\w.]*(Error|Exception|Expired|Exit|Interrupt)\b"
_NAME = r"[a-z][a-z0-9_]*"
_SHOWS = r"passes|times out|fails [A-Z]\w*"


class Variant(NamedTuple):
    """One change of one trick: `old`, which occurs once in the program, becomes `new`."""

    trick: Trick
    name: str
    title: str
    old: str
    new: str
    shows: str
    knob: str = ""

    @property
    def id(self) -> str:
        return f"{self.trick.id}~{self.name}"

    @property
    def recording(self) -> Path:
        return self.trick.path.with_name(f"{self.trick.path.stem}~{self.name}.out")

    @property
    def cast(self) -> Path:
        return self.recording.with_suffix(".cast")

    @property
    def result(self) -> Result:
        """How a run of it has to end."""
        return {"passes": Result.PASSED, "times out": Result.TIMED_OUT}.get(
            self.shows, Result.FAILED
        )

    @property
    def exception(self) -> str:
        """The exception that must end it, or ""."""
        return self.shows.removeprefix("fails ") if self.shows.startswith("fails ") else ""

    def source(self) -> str:
        """The changed program."""
        return self.trick.path.read_text("utf-8").replace(self.old, self.new)

    def changed_lines(self) -> list[str]:
        """The lines of the changed program in which it differs: what a slide shows."""
        return self._piece().replace(self.old, self.new).split("\n")

    def old_lines(self) -> list[str]:
        """The lines of the program that they stand for."""
        return self._piece().split("\n")

    def _piece(self) -> str:
        text = self.trick.path.read_text("utf-8")
        start = text.index(self.old)
        first = text.rfind("\n", 0, start) + 1
        last = text.find("\n", start + len(self.old))
        return text[first : last if last >= 0 else len(text)]


def of(trick: Trick) -> dict[str, Variant]:
    """The variants of a trick by name, in their order. Raises CatalogueError."""
    table = trick.path.with_suffix(".toml")
    if not table.exists():
        return {}
    import tomllib  # most runs have no use for it

    try:
        text = table.read_text("utf-8")
        rows = tomllib.loads(text)
    except ValueError as error:  # no TOML, or no UTF-8
        line = re.search(r"at line (\d+)", str(error))
        raise CatalogueError(f"{table}:{line[1] if line else 1}: {error}; mend it") from error
    program = trick.path.read_text("utf-8")
    return {name: _variant(trick, name, row, text, program) for name, row in rows.items()}


def survey(trick: Trick) -> tuple[dict[str, Variant], str]:
    """The variants of a trick by name; where its table can't be read none, and why."""
    try:
        return of(trick), ""
    except (CatalogueError, OSError) as error:
        return {}, str(error)


def all_of(tricks: dict[str, Trick]) -> dict[str, Variant]:
    """The variants of all these tricks by id."""
    return {variant.id: variant for trick in tricks.values() for variant in of(trick).values()}


def find(id: str, root: Path = catalogue.ROOT) -> Variant:
    """The variant of this id. Raises UnknownTrick, which names those that there are."""
    owner, _, name = id.partition("~")
    known = of(catalogue.find(owner, root))
    if name not in known:
        there = f"it has {', '.join(known)}" if known else "it has none"
        raise catalogue.UnknownTrick(f"{owner} has no variant {name!r}; {there}")
    return known[name]


def _variant(trick: Trick, name: str, row: object, text: str, program: str) -> Variant:
    head = re.search(rf"^\[{re.escape(name)}\]", text, re.MULTILINE)
    line = text.count("\n", 0, head.start()) + 1 if head else 1
    where = f"{trick.path.with_suffix('.toml')}:{line}"
    if not isinstance(row, dict) or not re.fullmatch(_NAME, name):
        raise CatalogueError(f"{where}: {name!r} is no table with a name in small letters")
    if unknown := set(row) - {*KEYS}:
        raise CatalogueError(f"{where}: unknown key {min(unknown)}; known: {', '.join(KEYS)}")
    if lacking := [key for key in KEYS[:-1] if not isinstance(row.get(key), str)]:
        raise CatalogueError(f"{where}: {name} lacks its text {lacking[0]}; add it")
    if not re.fullmatch(_SHOWS, row["shows"]):
        raise CatalogueError(
            f"{where}: shows = {row['shows']!r} is none of: passes, times out, fails EXCEPTION"
        )
    if (count := program.count(row["replace"])) != 1:
        raise CatalogueError(
            f"{where}: the text of `replace` occurs {count} times in {trick.path.name}, not once"
        )
    knob = str(row.get("knob", ""))
    return Variant(trick, name, row["title"], row["replace"], row["with"], row["shows"], knob)


@contextmanager
def copy(trick: Trick, text: str) -> Iterator[Trick]:
    """The trick with this text for its program, in a copy of `examples/` while the block lasts."""
    from deck.programs.copies import Copy  # most runs have no use for it

    with closing(Copy(trick.root)) as made:
        yield made.change(trick, text)


class VariantRun(Run):
    """A run of a variant: as that of a trick, but in a copy with the change in it."""

    def __init__(self, variant: Variant, **options: object) -> None:
        if variant.result == Result.TIMED_OUT:
            options = {"deadline": DEADLINE, **options}
        super().__init__(variant.trick, **options)  # type: ignore[arg-type]
        self.variant = variant

    def events(self) -> Generator[Event, None, None]:
        make = self.spares.copy if self.spares else copy
        with make(self.variant.trick, self.variant.source()) as changed:
            self.trick, folder = changed, f"{changed.root}/"
            for event in super().events():
                # Where the copy lay says nothing to anybody.
                yield event._replace(text=event.text.replace(folder, ""))


def objection(variant: Variant, events: list[Event]) -> str:
    """How a run of it ended otherwise than it must; "" when all is as `shows` has it."""
    end = events[-1]
    if end.result == Result.SKIPPED:
        return ""
    if end.result != variant.result:
        return f"it {end.result} ({end.text}), and has to end otherwise: {variant.shows}"
    said = last_word(events)
    if variant.exception and said.partition(":")[0].rpartition(".")[2] != variant.exception:
        return f"it failed with {said!r}, and has to fail with {variant.exception}"
    return ""


def last_word(events: list[Event]) -> str:
    """The last line of the traceback: what went wrong. Cut to what a slide has room for."""
    said = [event.text for event in events if event.kind == Kind.STDERR and event.text.strip()]
    # A server or a child may have said something since.
    raised = [text for text in said if re.match(_RAISED, text)]
    text = (raised or said or [""])[-1]
    return text if len(text) <= COLUMNS else text[: COLUMNS - 1] + "…"


def recorded(variant: Variant, events: list[Event]) -> list[Event]:
    """What is kept of a run: its stdout, and of a failure the last line of the traceback."""
    kept = [event for event in events if event.kind == Kind.STDOUT]
    if variant.exception:
        kept.append(Event(Kind.STDOUT, events[-1].time, last_word(events)))
    return kept
