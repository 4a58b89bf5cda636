"""What was measured: `measurements/recorded.json`, its cells, and what may be said of them.

A cell is one figure of a measurement: a way to communicate, with messages of one size, pinned to
one core or two, by Python, its twin in C, or a public tool. Its rounds were interleaved with those
of all other cells, so that round i of two cells belongs together: a ratio is one of each round.
"""

import functools
import json
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from deck.measuring.units import TIMES, digits, number

Told = dict[str, Any]  # one object of JSON
Value = TypeVar("Value", str, int)

FILE = Path("measurements", "recorded.json")
CHARTS = Path("_static", "charts.json")  # those that a built deck shows
SAME_CORE, ACROSS_CORES = "same core", "across cores"
CORES = (SAME_CORE, ACROSS_CORES)
PYTHON, C = "Python", "C"
# What is said of the machine, in this order.
PLACE = {
    "python": "Python {}",
    "kernel": "Linux {}",
    "cpu": "{}",
    "virtual": "{}",
    "cpus": "{} CPUs",
}
TRIMMED_FROM = 5  # rounds; of so many, the best and the worst say nothing of the usual spread


class MeasuredError(Exception):
    """What was measured can't answer this; the message names the remedy."""


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
    """One figure of a measurement, with all its rounds."""

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

    def brief(self, count: int) -> str:
        """The same with so many digits, where other words say that they are messages."""
        words = number(self.summary.median, self.unit, count)
        return words.replace(" million messages/s", " million/s").replace(" messages/s", "/s")


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

    def times(self, count: int = 2) -> str:
        """1.5 with its sign; instead of 1.0 three digits, which say on which side of 1 it is."""
        text = digits(self.median, count)
        return f"{self.median:.3g}{TIMES}" if text == "1.0" else f"{text}{TIMES}"

    @property
    def of_faster(self) -> "Ratio":
        """How many times as fast the faster of the two is."""
        return self if self.median >= 1 else Ratio(1 / self.median, 1 / self.high, 1 / self.low)

    @property
    def words(self) -> str:
        return "as fast as" if self.no_difference else f"{self.times()} as fast as"


def ratio(a: Cell, b: Cell) -> Ratio:
    """How many times as fast as `b` is `a`; a rate counts upwards, a time downwards."""
    if a.unit != b.unit:
        raise MeasuredError(f"{a.way} is in {a.unit} and {b.way} in {b.unit}; compare like things")
    pairs = [(one[0], other[0]) for one, other in zip(a.rounds, b.rounds, strict=False)]
    quotients = [one / other if a.is_rate else other / one for one, other in pairs]
    return Ratio(statistics.median(quotients), *_spread(quotients))


# ---- the cells of one measurement


@dataclass(frozen=True)
class Results:
    """All cells of one measurement, and why others are not there."""

    name: str
    cells: tuple[Cell, ...]
    skipped: tuple[Told, ...] = ()
    shown_as: str = field(default="", compare=False)

    def select(self, **wanted: object) -> list[Cell]:
        """The cells that have all of this: `select(measure="round trip", by="C")`."""
        names = tuple(wanted)
        if names not in self._by:
            index: dict[tuple[object, ...], list[Cell]] = {}
            self._by[names] = index
            for cell in self.cells:
                index.setdefault(tuple(getattr(cell, name) for name in names), []).append(cell)
        return list(self._by[names].get(tuple(wanted.values()), ()))

    @functools.cached_property
    def _by(self) -> dict[tuple[str, ...], dict[tuple[object, ...], list[Cell]]]:
        """The cells by what they were asked for: a chart asks for each of its signs."""
        return {}

    def one(self, **wanted: object) -> Cell | None:
        """The cell that has all of this, or none."""
        found = self.select(**wanted)
        return found[0] if found else None

    def values(self, name: str, cells: Sequence[Cell] | None = None) -> list[Any]:
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

    def pick(
        self, name: str, wanted: Value, cells: Sequence[Cell], show: Callable[[Value], str] = str
    ) -> Value:
        """`wanted`, or the only value there is of this name; raises MeasuredError naming all."""
        known: list[Value] = self.values(name, cells)
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


# ---- the file


@dataclass(frozen=True)
class Recorded:
    """All that was measured on one machine, on one day."""

    machine: dict[str, object]
    measurements: dict[str, Results]
    shown_as: str = ""

    def results(self, name: str) -> Results:
        """What was measured under this name. Raises MeasuredError, which names all."""
        if name not in self.measurements:
            known = ", ".join(self.measurements) or "none"
            raise MeasuredError(
                f"{self.shown_as}: no measurement {name!r} is recorded, but {known};"
                f" `python3 -m examples bench {name}`, or mend the name"
            )
        return self.measurements[name]

    def made(self, rounds: int, whiskers: bool = True) -> str:
        """Where, when and how, in one line of small print; what whiskers are, if there are any."""
        known = {key: value for key, value in self.machine.items() if value != "not shown"}
        if "kernel" in known:
            known["kernel"] = str(known["kernel"]).partition("-")[0]
        where = [form.format(known[name]) for name, form in PLACE.items() if known.get(name)]
        how = f"a run of its own, median of {rounds} rounds"
        if whiskers:
            how += ", whiskers: spread over rounds"
        return "; ".join(filter(None, (", ".join(where), str(known.get("date", "")), how)))


def read(path: Path, shown_as: str = "") -> Recorded:
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
def _read(path: Path, shown_as: str, _changed: int, _bytes: int) -> Recorded:
    try:
        data = json.loads(path.read_text("utf-8"))
        measurements = {
            name: Results(
                name,
                tuple(map(cell, told["cells"])),
                tuple(told.get("skipped", ())),
                shown_as,
            )
            for name, told in data["questions"].items()
        }
        return Recorded(dict(data["machine"]), measurements, shown_as)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MeasuredError(
            f"{shown_as}: not what `python3 -m examples bench` writes ({error!r}); make it anew"
        ) from error


def cell(told: Told) -> Cell:
    """A cell from its JSON. Raises KeyError, TypeError or ValueError."""
    rounds = tuple(tuple(float(figure) for figure in figures) for figures in told["rounds"])
    if not rounds or not all(figures and min(figures) > 0 for figures in rounds):
        raise ValueError(f"{told['way']}, {told['measure']}: figures that are none")
    names = ("measure", "way", "cores", "by", "unit")
    return Cell(**{name: str(told[name]) for name in names}, size=int(told["size"]), rounds=rounds)


def together(lines: Iterable[Told]) -> Iterator[Cell]:
    """Cells from a program's own lines, each a figure of one round."""
    rounds: dict[tuple[Any, ...], list[list[float]]] = {}
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
