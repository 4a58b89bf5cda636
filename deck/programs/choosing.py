"""Which programs a command is about: by id, by family, by variant, by the path of the file."""

from pathlib import Path

from deck.programs import catalogue, variants
from deck.programs.catalogue import CatalogueError, Trick
from deck.programs.runner import Run
from deck.programs.variants import Variant, VariantRun

Program = Trick | Variant


def find(id: str) -> Program:
    """The trick or variant that is meant. Raises CatalogueError, which names the nearest ids."""
    id = _by_path(id)
    return variants.find(id) if "~" in id else catalogue.find(id)


def several(ids: list[str], everything: bool) -> list[Program]:
    """Those named; a family means all of its tricks. Raises CatalogueError.

    A trick that can't be read stops only those who name it: see `broken`.
    """
    if everything:
        return list(catalogue.survey()[0].values())
    chosen: list[Program] = []
    for id in ids:
        chosen += _family(id) or [find(id)]
    if not chosen:
        raise CatalogueError("name a trick, a family, or --all; `python3 -m examples` lists them")
    return chosen


def tricks(ids: list[str], everything: bool) -> list[Trick]:
    """As `several`, where a variant makes no sense."""
    chosen = several(ids, everything)
    if named := [program.id for program in chosen if isinstance(program, Variant)]:
        raise CatalogueError(f"{named[0]} is a variant; name a trick")
    return [program for program in chosen if isinstance(program, Trick)]


def broken(everything: bool, ids: list[str]) -> dict[str, CatalogueError]:
    """What can't be read of that which `several` was asked for as a whole."""
    bad = catalogue.survey()[1] if everything or any("." not in id for id in ids) else {}
    return {id: why for id, why in bad.items() if everything or id.partition(".")[0] in ids}


def start(program: Program, isolated: bool = True) -> Run:
    """A run of it, not yet begun; without isolation only if somebody asked for that."""
    if isinstance(program, Variant):
        return VariantRun(program, isolated=isolated)
    return Run(program, isolated=isolated)


def _family(id: str) -> list[Program]:
    if "." in id or "/" in id:
        return []
    good, bad = catalogue.survey()
    members: list[Program] = [trick for trick in good.values() if trick.family == id]
    if not members and (why := next((bad[one] for one in bad if one.startswith(f"{id}.")), None)):
        raise why
    return members


def _by_path(id: str) -> str:
    """`examples/unix/pass_fd.py` and `examples.unix.pass_fd` are ids, too."""
    if id.endswith(".py"):
        return catalogue.id_of(Path(id).resolve())
    return id.removeprefix("examples.")
