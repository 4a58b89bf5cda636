"""What was measured: `measurements/recorded.json`, its cells, and what may be said of them.

A cell is one figure of a question: a way to communicate, with messages of one size, pinned to one
core or two, by Python, its twin in C, or a public tool. Its rounds were interleaved with those of
all other cells, so that round i of two cells belongs together: a ratio is one of each round.
"""

import functools
import json
import math
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path("measurements", "recorded.json")
SAME_CORE, ACROSS_CORES = "same core", "across cores"
CORES = (SAME_CORE, ACROSS_CORES)
PYTHON, C = "Python", "C"
TIMES = "\N{MULTIPLICATION SIGN}"
TRIMMED_FROM = 5  # rounds; of so many, the best and the worst say nothing of the usual spread


class MeasuredError(Exception):
    """What was measured can't answer this; the message names the remedy."""


# ---- numbers


_UNITS = {
    "µs": ((1e6, "s"), (1e3, "ms"), (1, "µs"), (1e-3, "ns")),
    "MB/s": ((1e3, "GB/s"), (1, "MB/s"), (1e-3, "kB/s")),
    "messages/s": ((1e6, "million messages/s"), (1, "messages/s")),
}


def digits(value: float) -> str:
    """Two significant digits: 4.9, 120, 0.74, 120,000."""
    value = float(f"{value:.2g}")
    decimals = 1 - math.floor(math.log10(value)) if value else 0
    return f"{value:,.{max(0, decimals)}f}"


def number(value: float, unit: str) -> str:
    """A figure for readers: "4.9 µs", "44 ms", "5.2 GB/s", "1.3 million messages/s"."""
    rounded = float(f"{value:.2g}")
    scales = _UNITS.get(unit, ((1, unit),))
    factor, name = next((pair for pair in scales if rounded >= pair[0]), scales[-1])
    return f"{digits(rounded / factor)} {name}"


def size(count: int) -> str:
    """Bytes for readers: "64 B", "1 KiB"."""
    for power, name in ((20, "MiB"), (10, "KiB")):
        if count >= 1 << power:
            return f"{count / (1 << power):g} {name}"
    return f"{count} B"


# ---- cells


@dataclass(frozen=True)
class Summary:
    """A cell in few figures: the median over the rounds' medians, and how far they spread.

    `p99` and `minimum` are there for times only, whose rounds tell of each sample.
    """

    median: float
    low: float
    high: float
    p99: float | None
    minimum: float | None
    rounds: int


@dataclass(frozen=True)
class Cell:
    """One figure of a question, with all its rounds."""

    measure: str
    way: str
    size: int
    cores: str
    by: str
    unit: str
    rounds: tuple[tuple[float, ...], ...]

    @property
    def is_rate(self) -> bool:
        """Of a rate more is better, of a time less."""
        return self.unit.endswith("/s")

    @functools.cached_property
    def summary(self) -> Summary:
        medians = [figures[0] for figures in self.rounds]
        tails = [figures[1:3] for figures in self.rounds if len(figures) >= 3]
        return Summary(
            statistics.median(medians),
            *_spread(medians),
            p99=statistics.median(p99 for p99, _ in tails) if tails else None,
            minimum=min(minimum for _, minimum in tails) if tails else None,
            rounds=len(medians),
        )

    @property
    def words(self) -> str:
        return number(self.summary.median, self.unit)


def _spread(values: Iterable[float]) -> tuple[float, float]:
    values = sorted(values)
    if len(values) >= TRIMMED_FROM:
        values = values[1:-1]
    return values[0], values[-1]


@dataclass(frozen=True)
class Ratio:
    """How many times as fast one way is as another: the median over the rounds, and the spread."""

    median: float
    low: float
    high: float

    @property
    def no_difference(self) -> bool:
        """Whether some rounds say one thing and some the other."""
        return self.low <= 1 <= self.high

    @property
    def times(self) -> str:
        """1.5 with its sign; instead of 1.0 three digits, which say on which side of 1 it is."""
        text = digits(self.median)
        return f"{self.median:.3g}{TIMES}" if text == "1.0" else f"{text}{TIMES}"

    @property
    def words(self) -> str:
        return "as fast as" if self.no_difference else f"{self.times} as fast as"


def ratio(a: Cell, b: Cell) -> Ratio:
    """How many times as fast as `b` is `a`; a rate counts upwards, a time downwards."""
    if a.unit != b.unit:
        raise MeasuredError(f"{a.way} is in {a.unit} and {b.way} in {b.unit}; compare like things")
    pairs = [(one[0], other[0]) for one, other in zip(a.rounds, b.rounds, strict=False)]
    quotients = [one / other if a.is_rate else other / one for one, other in pairs]
    return Ratio(statistics.median(quotients), *_spread(quotients))


# ---- questions


@dataclass(frozen=True)
class Question:
    """All cells of one question, and why others are not there."""

    name: str
    cells: tuple[Cell, ...]
    skipped: tuple[dict, ...] = ()
    shown_as: str = field(default="", compare=False)

    def select(self, **wanted: object) -> list[Cell]:
        """The cells that have all of this: `select(measure="round trip", by="C")`."""
        return [cell for cell in self.cells if _has(cell, wanted)]

    def one(self, **wanted: object) -> Cell | None:
        """The cell that has all of this, or none."""
        found = self.select(**wanted)
        return found[0] if found else None

    def values(self, name: str, cells: Sequence[Cell] | None = None) -> list:
        """What there is of "way", "measure", "size", "cores" or "by", in the order of the cells."""
        return list(
            dict.fromkeys(getattr(c, name) for c in (self.cells if cells is None else cells))
        )

    def reason(self, **wanted: object) -> str:
        """Why there is no such cell, when the machine could not measure it."""
        for row in self.skipped:
            if all(row.get(key) == value for key, value in wanted.items()):
                return str(row.get("reason", ""))
        return ""

    def pick(self, name: str, wanted: object, cells: Sequence[Cell], show=str) -> object:
        """`wanted`, or the only value there is of this name; raises MeasuredError naming all."""
        known = self.values(name, cells)
        if wanted in known:
            return wanted
        if not wanted and len(known) == 1:
            return known[0]
        said = ", ".join(show(value) for value in known) or "nothing"
        what = f"no {name} {show(wanted)!r}" if wanted else f"more than one {name}"
        raise MeasuredError(f"{self.place}: {what}; there is {said}")

    @property
    def place(self) -> str:
        return f"{self.shown_as or FILE}: {self.name}"

    # -- the language of the role and of the directive's options

    def ways_in(self, text: str) -> list[str]:
        """The ways of a comma list; a way's own name may have a comma in it."""
        found, rest = [], text.strip()
        while rest:
            way, rest = self._first_way(rest, ",")
            found.append(way)
            rest = rest.removeprefix(",").strip()
        return found

    def pair_in(self, text: str) -> tuple[str, str, str]:
        """`A / B` and what stands behind it."""
        a, rest = self._first_way(text.strip(), "/")
        if not rest.startswith("/"):
            raise MeasuredError(f"{self.place}: {text!r} names no two ways; write `A / B`")
        b, rest = self._first_way(rest[1:].strip(), ",")
        return a, b, rest

    def _first_way(self, text: str, ends: str) -> tuple[str, str]:
        for way in sorted(self.values("way"), key=len, reverse=True):
            rest = text.removeprefix(way).strip()
            if text.startswith(way) and (not rest or rest[0] in ends + ",/"):
                return way, rest
        known = ", ".join(self.values("way"))
        raise MeasuredError(f"{self.place}: no way begins {text!r}; there is {known}")

    def say(self, text: str) -> str:
        """Answer `pipe, across cores` with its figure, `A / B, 64 B` with how they compare."""
        a, rest = self._first_way(text.strip(), ",/")
        if not rest.startswith("/"):
            [cell] = self._meant([a], rest)
            return cell.words
        a, b, rest = self.pair_in(text)
        return ratio(*self._meant([a, b], rest)).words

    def _meant(self, ways: list[str], rest: str) -> list[Cell]:
        wanted = {"cores": SAME_CORE, "by": PYTHON} | self._words(rest)
        groups = [self.select(way=way, **wanted) for way in ways]
        keys = [{(cell.measure, cell.size) for cell in cells} for cells in groups]
        both = set.intersection(*keys)
        if len(both) != 1:
            raise MeasuredError(f"{self.place}: {self._unclear(ways, wanted, both)}")
        [(measure, count)] = both
        return [
            next(cell for cell in cells if (cell.measure, cell.size) == (measure, count))
            for cells in groups
        ]

    def _words(self, text: str) -> dict[str, object]:
        known = self._vocabulary()
        wanted: dict[str, object] = {}
        for word in filter(None, map(str.strip, text.split(","))):
            # A measure may have a comma in its name, too: those are tried as they stand.
            if word not in known:
                raise MeasuredError(f"{self.place}: {word!r} is not known; {self._known()}")
            name, value = known[word]
            if name in wanted:
                raise MeasuredError(f"{self.place}: {word!r} is the second {name}; leave out one")
            wanted[name] = value
        return wanted

    def _vocabulary(self) -> dict[str, tuple[str, object]]:
        known = {size(value): ("size", value) for value in self.values("size")}
        for name in ("measure", "cores", "by"):
            known |= {value.replace(",", ""): (name, value) for value in self.values(name)}
        return known

    def _known(self) -> str:
        return f"known are {', '.join(self._vocabulary())}"

    def _unclear(self, ways: list[str], wanted: dict, both: set) -> str:
        what = " and ".join(ways)
        if both:
            said = "; ".join(f"{measure}, {size(count)}" for measure, count in sorted(both))
            return f"{what} can mean several figures; add what is meant: {said}"
        words = ", ".join(size(v) if k == "size" else str(v) for k, v in wanted.items())
        return f"{what}: nothing was measured with {words}; {self._known()}"


def _has(cell: Cell, wanted: dict[str, object]) -> bool:
    return all(getattr(cell, key) == value for key, value in wanted.items())


# ---- the file


@dataclass(frozen=True)
class Measured:
    """All that was measured on one machine, on one day."""

    machine: dict[str, object]
    questions: dict[str, Question]
    shown_as: str = ""

    def question(self, name: str) -> Question:
        if name not in self.questions:
            known = ", ".join(self.questions) or "none"
            raise MeasuredError(
                f"{self.shown_as}: no question {name!r} is recorded, but {known};"
                f" `python3 -m examples bench {name}`, or mend the name"
            )
        return self.questions[name]

    def made(self, rounds: int) -> str:
        """Where and when, in one line of small print."""
        known = {key: value for key, value in self.machine.items() if value != "not shown"}
        if "kernel" in known:
            known["kernel"] = str(known["kernel"]).partition("-")[0]
        forms = ("Python {python}", "Linux {kernel}", "{cpu}", "{virtual}", "{cpus} CPUs")
        names = [re.search(r"{(\w+)}", form)[1] for form in forms]
        where = [f.format(**known) for f, name in zip(forms, names, strict=True) if known.get(name)]
        how = f"median of {rounds} rounds, whiskers: spread over rounds"
        return "; ".join(filter(None, (", ".join(where), str(known.get("date", "")), how)))


def read(path: Path, shown_as: str = "") -> Measured:
    """The measurements at path. Raises MeasuredError."""
    shown_as = shown_as or str(path)
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise MeasuredError(
            f"{shown_as}: there is no such file; `python3 -m examples bench` makes it"
        ) from None
    return _read(path, shown_as, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=4)
def _read(path: Path, shown_as: str, _changed: int, _bytes: int) -> Measured:
    try:
        data = json.loads(path.read_text("utf-8"))
        questions = {
            name: Question(
                name,
                tuple(map(cell, told["cells"])),
                tuple(told.get("skipped", ())),
                shown_as,
            )
            for name, told in data["questions"].items()
        }
        return Measured(dict(data["machine"]), questions, shown_as)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MeasuredError(
            f"{shown_as}: not what `python3 -m examples bench` writes ({error!r}); make it anew"
        ) from error


def cell(told: dict) -> Cell:
    """A cell from its JSON. Raises KeyError, TypeError or ValueError."""
    rounds = tuple(tuple(float(figure) for figure in figures) for figures in told["rounds"])
    if not rounds or not all(figures and min(figures) > 0 for figures in rounds):
        raise ValueError(f"{told['way']}, {told['measure']}: figures that are none")
    names = ("measure", "way", "cores", "by", "unit")
    return Cell(**{name: str(told[name]) for name in names}, size=int(told["size"]), rounds=rounds)


def together(lines: Iterable[dict]) -> Iterator[Cell]:
    """Cells from a program's own lines, each a figure of one round."""
    rounds: dict[tuple, list] = {}
    for line in lines:
        key = tuple(line[name] for name in ("measure", "way", "size", "cores", "by", "unit"))
        rounds.setdefault(key, []).append(line["figures"])
    for (measure, way, count, cores, by, unit), figures in rounds.items():
        yield cell(
            {
                **{"measure": measure, "way": way, "size": count, "cores": cores},
                **{"by": by, "unit": unit, "rounds": figures},
            }
        )
