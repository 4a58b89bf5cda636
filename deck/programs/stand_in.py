"""Programs of the machinery that are started where a talk's tricks run, in the same world."""

from pathlib import Path

from deck.programs.catalogue import Trick


class StandIn(Trick):
    """Stands in for a trick: it has its needs, and `started` for a program."""

    started: tuple[str, ...] = ()

    @property
    def program(self) -> tuple[str, ...]:
        return self.started


def stand_in(root: Path, needs: tuple[str, ...], *program: str) -> StandIn:
    """A trick with these needs in the talk below root; `program` is what follows `python3`."""
    made = StandIn(
        id="examples.talk",
        path=root / "examples" / "talk" / "stand_in.py",
        title="",
        claim="",
        needs=needs,
        man=(),
        see=(),
        since="2.6",
    )
    made.started = program
    return made
