"""What can run on this machine, and what would make more of it run, in sentences."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from deck.programs.needs import Verdict

# So many ids are named in a sentence; the rest is counted.
NAMED = 4


def remedies(verdicts: dict[str, Verdict]) -> list[str]:
    """How many tricks and measurements can run here, and why others can't: a line per remedy."""
    groups: dict[str, list[str]] = defaultdict(list)
    for id, verdict in verdicts.items():
        if not verdict.runnable:
            groups[_remedy(verdict)].append(id)
    able = sum(verdict.runnable for verdict in verdicts.values())
    in_lab = sum(verdict.runnable and verdict.where == "lab" for verdict in verdicts.values())
    aside = f", {in_lab} of them in the lab kernel" if in_lab else ""
    lines = [f"{_count(able)} can run here{aside}."]
    lines += places(verdicts.values())
    for remedy, ids in groups.items():
        lines.append(f"{_count(len(ids))} can't: {remedy} ({_some(ids)}).")
    return lines


def places(verdicts: Iterable[Verdict]) -> list[str]:
    """How many run in which world, and what holds there: a line for each."""
    counts = Counter(verdict.world for verdict in verdicts if verdict.world)
    return [f"{number} run {world[0].lower()}{world[1:]}." for world, number in counts.items()]


def _remedy(verdict: Verdict) -> str:
    return f"install {verdict.package}" if verdict.package else verdict.reason


def _count(number: int) -> str:
    return "1 program" if number == 1 else f"{number} programs"


def _some(ids: list[str]) -> str:
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" and {more} more" if more > 0 else "")
