"""Who speaks in the talk's output has the colour of its place."""

import re

from deck.directives.output import speaker_of
from deck.programs import catalogue, talk

ROOT = catalogue.ROOT
# What is no program: an object of the kernel's, or what carries bytes from host to host.
OBJECT = re.compile(
    r"\b(pipe|fifo|FIFO|file|memfd|folder|socket|page|timer|signal|filter|udp|tcp|unix|stream"
    r"|dgram|seqpacket|counter|friends|O_DIRECT)\b|^/(dev|etc|proc)/"
)
WIRE = re.compile(r"^(air|cable|wire|router|bridge|switch|link|network)\b")
SPOKEN = {
    speaker
    for path in sorted((ROOT / "examples").rglob("*.out"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if (speaker := speaker_of(line))
}


def expected(speaker: str) -> str:
    if WIRE.search(speaker):
        return "wire"
    return "kernel" if OBJECT.search(speaker) or speaker.startswith("kernel") else "process"


def test_what_is_no_program_does_not_have_the_colour_of_one_and_no_program_another():
    ours = talk.read(ROOT)
    assert {"pipe", "cable", "alice"} <= SPOKEN
    places = {speaker: ours.place_of(speaker) for speaker in SPOKEN}
    assert places == {speaker: expected(speaker) for speaker in SPOKEN}
