"""What the Run button of each program will do on this machine, and what would make it do more."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from deck.programs.catalogue import Trick
from deck.programs.needs import Verdict
from deck.programs.variants import Variant

# What comes of a program on its slide; SILENT has no recording either, which its slide says.
LIVE, LAB, REPLAY, SILENT, FAILS = "live", "lab", "replay", "silent", "fails"
WORDS = {
    LIVE: "run live",
    LAB: "run in the lab kernel",
    REPLAY: "will replay",
    SILENT: "have nothing to show",
    FAILS: "fail",
}
# So many ids are named in a sentence; the rest is counted.
NAMED = 4


@dataclass(frozen=True)
class Outlook:
    """Of one program: `how`, and where it can't run live `why`, and the `remedy`.

    `world` says what holds for a run; `seconds` is the longest one, 0 for what has not run.
    """

    id: str
    how: str
    why: str = ""
    remedy: str = ""
    world: str = ""
    seconds: float = 0.0


def expect(trick: Trick | Variant, verdict: Verdict) -> Outlook:
    """What is to be expected of a program that has not run yet."""
    if verdict.runnable:
        return Outlook(trick.id, LAB if verdict.where == "lab" else LIVE, world=verdict.world)
    how = REPLAY if trick.recording.exists() else SILENT
    remedy = f"sudo apt-get install {verdict.package}" if verdict.package else ""
    return Outlook(trick.id, how, verdict.reason, remedy)


def counted(outlooks: Iterable[Outlook]) -> str:
    """How many there are of each kind: "83 run live, 4 run in the lab kernel, 2 will replay"."""
    counts = Counter(one.how for one in outlooks)
    return ", ".join(f"{counts[how]} {words}" for how, words in WORDS.items() if counts[how])


def places(outlooks: Iterable[Outlook]) -> list[str]:
    """How many run in which world, and what holds there: a line for each."""
    counts = Counter(one.world for one in outlooks if one.world)
    return [f"{number} run {world[0].lower()}{world[1:]}." for world, number in counts.items()]


def remedies(outlooks: Iterable[Outlook]) -> list[str]:
    """Why others do not run, and what to do: a line for each remedy."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in outlooks:
        if one.how not in (LIVE, LAB):
            groups[WORDS[one.how], one.remedy or one.why].append(one.id)
    return [f"{len(ids)} {words}: {what} ({some(ids)})." for (words, what), ids in groups.items()]


def some(ids: list[str]) -> str:
    """The first of them, and how many more there are."""
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" and {more} more" if more > 0 else "")
