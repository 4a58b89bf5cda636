"""What a document asks of results in words: `pipe, across cores`, `Unix stream / TCP, 64 B`.

A way, or two with a slash between them; then, set apart by commas, a size, a measure, where it was
pinned, who measured it, as far as they are needed to tell one figure from another.
"""

from deck.measuring import units
from deck.measuring.results import PYTHON, SAME_CORE, Cell, MeasuredError, Results, ratio


def ways_in(results: Results, text: str) -> list[str]:
    """The ways of a comma list; a way's own name may have a comma in it."""
    found, rest = [], text.strip()
    while rest:
        way, rest = _first_way(results, rest, ",")
        found.append(way)
        rest = rest.removeprefix(",").strip()
    return found


def pair_in(results: Results, text: str) -> tuple[str, str, str]:
    """`A / B` and what stands behind it."""
    a, rest = _first_way(results, text.strip(), "/")
    if not rest.startswith("/"):
        raise MeasuredError(f"{results.place}: {text!r} names no two ways; write `A / B`")
    b, rest = _first_way(results, rest[1:].strip(), ",")
    return a, b, rest


def _first_way(results: Results, text: str, ends: str) -> tuple[str, str]:
    for way in sorted(results.values("way"), key=len, reverse=True):
        rest = text.removeprefix(way).strip()
        if text.startswith(way) and (not rest or rest[0] in ends + ",/"):
            return way, rest
    known = ", ".join(results.values("way"))
    raise MeasuredError(f"{results.place}: no way begins {text!r}; there is {known}")


def say(results: Results, text: str) -> str:
    """Answer `pipe, across cores` with its figure, `A / B, 64 B` with how they compare."""
    a, rest = _first_way(results, text.strip(), ",/")
    if not rest.startswith("/"):
        [cell] = _meant(results, [a], rest)
        return cell.words
    a, b, rest = pair_in(results, text)
    return ratio(*_meant(results, [a, b], rest)).words


def _meant(results: Results, ways: list[str], rest: str) -> list[Cell]:
    wanted = {"cores": SAME_CORE, "by": PYTHON} | _words(results, rest)
    groups = [results.select(way=way, **wanted) for way in ways]
    keys = [{(cell.measure, cell.size) for cell in cells} for cells in groups]
    both = set.intersection(*keys)
    if len(both) != 1:
        raise MeasuredError(f"{results.place}: {_unclear(results, ways, wanted, both)}")
    [(measure, count)] = both
    return [
        next(cell for cell in cells if (cell.measure, cell.size) == (measure, count))
        for cells in groups
    ]


def _words(results: Results, text: str) -> dict[str, object]:
    known = _vocabulary(results)
    wanted: dict[str, object] = {}
    for word in filter(None, map(str.strip, text.split(","))):
        # A measure may have a comma in its name, too: those are tried as they stand.
        if word not in known:
            raise MeasuredError(f"{results.place}: {word!r} is not known; {_known(results)}")
        name, value = known[word]
        if name in wanted:
            raise MeasuredError(f"{results.place}: {word!r} is the second {name}; leave out one")
        wanted[name] = value
    return wanted


def _vocabulary(results: Results) -> dict[str, tuple[str, object]]:
    known = {units.size(value): ("size", value) for value in results.values("size")}
    for name in ("measure", "cores", "by"):
        known |= {value.replace(",", ""): (name, value) for value in results.values(name)}
    return known


def _known(results: Results) -> str:
    return f"known are {', '.join(_vocabulary(results))}"


def _unclear(
    results: Results, ways: list[str], wanted: dict[str, object], both: set[tuple[str, int]]
) -> str:
    what = " and ".join(ways)
    if both:
        said = "; ".join(f"{measure}, {units.size(count)}" for measure, count in sorted(both))
        return f"{what} can mean several figures; add what is meant: {said}"
    words = ", ".join(units.size(v) if isinstance(v, int) else str(v) for v in wanted.values())
    return f"{what}: nothing was measured with {words}; {_known(results)}"
