"""Have a talk's probes answer in the very world in which a trick would run."""

import functools
import threading
from pathlib import Path

from deck.programs import talk, worlds
from deck.programs.catalogue import Trick
from deck.programs.running import Running

DEADLINE = 60.0  # seconds for all probes of a talk; each has one of its own
WORKER = Path(__file__).with_name("probe_worker.py")

# What decides about a trick's world: the needs that bring it capabilities, or another network.
Kind = tuple[str, ...]
BARE = "without isolation"  # stands among them where that is asked for


def kind_of_world(trick: Trick, isolated: bool = True) -> Kind:
    """Tricks with the same one have their probes answered together."""
    ours = talk.read(trick.root)
    decisive = {"root", "own net", *ours.capabilities, *ours.machine_network}
    return tuple(sorted(decisive.intersection(trick.needs))) + (() if isolated else (BARE,))


def forget() -> None:
    """Have all of them answer anew from now on."""
    ask.cache_clear()
    _answers.cache_clear()


@functools.cache
def ask(root: Path, kind: Kind, need: str) -> str:
    """What is wrong with a need in such a world; "" when it is met. No need: with the world."""
    answers, no_world = _answers(root, kind)
    if no_world or not need:
        return no_world
    return answers.get(need, "its probe has ended the program that asks")


@functools.cache
def _answers(root: Path, kind: Kind) -> tuple[dict[str, str], str]:
    import json  # most tricks have nothing to ask

    from deck.programs.stand_in import stand_in

    asking = stand_in(root, kind, str(WORKER), str(talk.path(root)))
    world = worlds.choose(asking, "here", isolated=BARE not in kind)
    with Running(world, asking) as running:
        deadline = threading.Timer(DEADLINE, running.destroy)
        deadline.start()
        with open(running.outputs["stdout"], closefd=False) as answers:
            said = answers.read()
        deadline.cancel()
        _, no_world = running.wait()
    return (json.loads(said) if said else {}), no_world
