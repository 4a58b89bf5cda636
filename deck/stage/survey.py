"""Which programs the talk has, what this machine can run of them, and their variants."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deck.programs import catalogue, needs, variants
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.needs import Verdict
from deck.programs.outlook import LIVE, Outlook, expect
from deck.programs.talk import TalkError
from deck.programs.variants import Variant


@dataclass(frozen=True)
class Survey:
    """`verdicts` by the id of a trick or measurement, and what is to be expected of each; `here`
    are those that this machine's own kernel runs; `variants` by their ids; `faults` says in
    sentences what can't be read."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    outlooks: tuple[Outlook, ...] = ()
    here: tuple[Trick, ...] = ()
    variants: dict[str, Variant] = field(default_factory=dict)
    faults: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """What a window is told of it."""
        tricks = {
            id: {"runnable": verdict.runnable, "reason": verdict.reason, "world": verdict.world}
            for id, verdict in self.verdicts.items()
        }
        return {"tricks": tricks, "variants": {id: _told(v) for id, v in self.variants.items()}}


def _told(variant: Variant) -> dict[str, Any]:
    return {
        "trick": variant.trick.id,
        "title": variant.title,
        "knob": variant.knob,
        "shows": variant.shows,
        "old": variant.old_lines(),
        "new": variant.changed_lines(),
    }


def survey(root: Path, isolated: bool = True) -> Survey:
    """Ask anew. Takes a while: probes are run in the worlds that tricks get."""
    needs.forget()
    tricks, broken = catalogue.survey(root)
    faults = [str(error) for error in broken.values()]
    programs: dict[str, Trick] = dict(tricks)
    found: dict[str, Variant] = {}
    verdicts: dict[str, Verdict] = {}
    try:
        programs |= catalogue.measurements(root)
    except CatalogueError as error:
        faults.append(str(error))
    for id, trick in programs.items():
        try:
            verdicts[id] = needs.check(trick, isolated=isolated)
            found |= variants.all_of({id: trick})
        except (CatalogueError, TalkError, OSError) as error:
            faults.append(str(error))
    for id, why in broken.items():
        verdicts[id] = Verdict(False, f"can't be read: {why}")
    outlooks = tuple(
        expect(trick, verdicts[id]) for id, trick in programs.items() if id in verdicts
    )
    here = tuple(programs[one.id] for one in outlooks if one.how == LIVE)
    return Survey(verdicts, outlooks, here, found, tuple(dict.fromkeys(faults)))


class Surveyor:
    """Surveys in a thread each time it is asked to, and not more than once at a time."""

    def __init__(self, ask: Callable[[], Survey], report: Callable[[Survey], None]) -> None:
        self._ask = ask
        self._report = report
        self._wanted = asyncio.Event()

    def again(self) -> None:
        self._wanted.set()

    async def keep_asking(self) -> None:
        """Answer for ever."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            self._report(await asyncio.to_thread(self._ask))
