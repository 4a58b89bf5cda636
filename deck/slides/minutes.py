"""How long each slide takes, by one formula, and whether that is within its `minutes`.

    words that are said / 120 a minute
    + 10 s for a question and for a slide of the class `breath`
    + what a node says that it `takes`: a trick, the length of its recording and 2 s

A slide counts when it has `minutes`; others belong to no talk. What is found is written to
`minutes.txt` beside the doctrees, and where a rehearsal took otherwise; with
`talk_minutes_checked`, what takes longer fails the build.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from docutils import nodes
from hieroglyph import directives as hieroglyph
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util.docutils import SphinxDirective

from deck.slides import links, notes, vocabulary
from deck.stage import rehearsal

# What is remembered of a document, in `env.metadata`: Sphinx merges and forgets it for us.
TIMES = "slides minutes"
REPORT = "minutes.txt"
WORDS_A_MINUTE = 120
PAUSE = 10  # seconds, for a question and for a breath
# What is said: rehearsal and formula differ by so much of the latter, and by so many minutes.
APART, LEAST = 1 / 3, 0.2
_WORD = re.compile(r"\w")


class minutes(nodes.Invisible, nodes.Element):
    """How long the speaker wants to stay on the slide that this stands in."""


class Minutes(SphinxDirective):
    """`.. minutes:: 1.5` -- how long this slide takes; the deck's `talk_minutes` is the limit."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        try:
            value = float(self.arguments[0])
        except ValueError:
            raise self.error(f'"{self.arguments[0]}" is no number of minutes') from None
        if not 0 < value < 24 * 60:
            raise self.error(f"{self.arguments[0]} minutes for a slide: not more than 0 or absurd")
        node = minutes(minutes=value)
        self.set_source_info(node)
        return [node]


@dataclass
class Time:
    """One slide: the `minutes` it has, the `words` that are said, the other `seconds` it takes."""

    title: str
    document: str
    line: int
    minutes: float
    words: int = 0
    seconds: float = 0
    id: str = ""

    @property
    def place(self) -> str:
        return f"{self.document}:{self.line}"

    @property
    def needed(self) -> float:
        """The minutes that it takes, by the formula."""
        return self.words / WORDS_A_MINUTE + self.seconds / 60


# ---- one document


def note_document(app: Sphinx, doctree: nodes.document) -> None:
    """Notes the times of a document's slides, also for later builds, which don't read it."""
    docname = app.env.docname
    times = [asdict(time) for time in times_of(doctree, docname, app.config.slide_levels)]
    if times:
        app.env.metadata[docname][TIMES] = json.dumps(times)


def times_of(doctree: nodes.document, docname: str, levels: int) -> Iterator[Time]:
    """The slides of a document that have `minutes`; sections deeper than *levels* make none."""
    for slide in {node.parent: None for node in doctree.findall(minutes)}:
        own = list(own_nodes(slide, levels))
        given = [node for node in own if isinstance(node, minutes)]
        title = next((node.astext() for node in own if isinstance(node, nodes.title)), "")
        time = Time(title, docname, given[0].line or 0, sum(node["minutes"] for node in given))
        time.id = next(iter(slide.get("ids", [])), "")
        time.words = sum(said_in(node) for node in own if isinstance(node, nodes.note))
        time.seconds = sum(node.get("takes", 0) for node in own if isinstance(node, nodes.Element))
        kinds = {*slide.get("classes", []), *(type(node).__name__ for node in own)}
        time.seconds += PAUSE * len(kinds & {"question", "breath"})
        yield time


def own_nodes(slide: nodes.Element, levels: int) -> Iterator[nodes.Node]:
    """All that stands on this slide, without the slides inside of it."""
    for child in slide.children:
        if isinstance(child, hieroglyph.slide):
            continue
        if isinstance(child, nodes.section) and depth(child) <= levels:
            continue
        yield child
        if isinstance(child, nodes.Element):
            yield from own_nodes(child, levels)


def depth(section: nodes.Element) -> int:
    """How deep a section is in others; 1 for the outermost."""
    return 1 + sum(isinstance(around, nodes.section) for around in notes.ancestors(section))


def said_in(note: nodes.note) -> int:
    """How many words of a note are said."""
    return sum(1 for text in notes.said(note) for word in text.split() if _WORD.search(word))


# ---- the talk


def check(app: Sphinx, env: BuildEnvironment) -> None:
    """Holds the talk, and its shorter forms, against their minutes.

    Raises ConfigError where the slides' `minutes` are more than a talk has; what the formula finds
    is an error only with `talk_minutes_checked`, and stands in the report in any case.
    """
    if not app.config.talk_minutes or not links.building_slides(app.builder):
        return
    documents = vocabulary.documents_in_order(env)
    whole = talk(env, documents)
    lines, over, sums = [], slides_over(whole), []
    for limit, left_out in {app.config.talk_minutes: (), **app.config.talk_shorter}.items():
        times = [time for time in whole if time.document not in left_out]
        lines.append(summary(times, limit))
        sums += sum_over(times, limit)
        if (needed := sum(time.needed for time in times)) > limit:
            over.append(f"the talk of {limit:g} minutes takes {needed:.1f}")
    report = [*lines, *over, *sums, *against_rehearsal(whole, Path(app.confdir))]
    Path(app.doctreedir, REPORT).write_text("".join(f"{line}\n" for line in report), "utf-8")
    if sums:
        raise ConfigError("\n".join(sums))
    if over and app.config.talk_minutes_checked:
        remedy = "Say less, leave slides out, or give `minutes` that are true:"
        raise ConfigError("\n".join([remedy, *over]))


def talk(env: BuildEnvironment, documents: list[str]) -> list[Time]:
    """The times of all slides of these documents."""
    noted = (json.loads(env.metadata[name].get(TIMES, "[]")) for name in documents)
    return [Time(**time) for times in noted for time in times]


def sum_over(times: list[Time], limit: float) -> list[str]:
    """A sentence where the slides' `minutes` are together more than the limit."""
    total = round(sum(time.minutes for time in times), 3)
    if total <= limit:
        return []
    longest = max(times, key=lambda time: time.minutes)
    return [
        f"The slides add up to {total:g} minutes, the talk has {limit:g} (talk_minutes or"
        f" talk_shorter in conf.py): take {total - limit:g} off their `minutes` directives, or"
        f" raise it there. The longest slide is {longest.place} with {longest.minutes:g}."
    ]


def against_rehearsal(times: list[Time], root: Path) -> list[str]:
    """Where the rehearsal and the formula differ by a third, the largest difference first."""
    try:
        spent = rehearsal.rehearsed(root)
    except rehearsal.RehearsalError as error:
        return [str(error)]
    took = {time.id: spent[time.id] / 60 for time in times if time.id in spent}
    known = [time for time in times if time.id in took]
    if not known:
        return []
    lines = [
        f"Rehearsed: {len(known)} of {len(times)} slides in {sum(took.values()):.1f} minutes;"
        f" by the formula they take {sum(time.needed for time in known):.1f}"
    ]
    apart = {time.id: took[time.id] - time.needed for time in known}
    other = [time for time in known if abs(apart[time.id]) > max(time.needed * APART, LEAST)]
    lines += [
        f'{time.place}: "{time.title}" took {took[time.id]:.2f} minutes in the rehearsal, and takes'
        f" {time.needed:.2f} by the formula"
        for time in sorted(other, key=lambda time: -abs(apart[time.id]))
    ]
    return lines


def summary(times: list[Time], limit: float) -> str:
    """How long a talk of these slides takes by the formula, in a sentence."""
    words, needed = sum(time.words for time in times), sum(time.needed for time in times)
    return (
        f"The talk of {limit:g} minutes takes {needed:.1f}: {words} words are said on"
        f" {len(times)} slides"
    )


def slides_over(times: list[Time]) -> list[str]:
    """A sentence for each slide that takes longer than its `minutes`."""
    return [
        f'{time.place}: "{time.title}" takes {time.needed:.2f} minutes ({time.words} words,'
        f" {time.seconds:.0f} s beside them), and its `minutes` are {time.minutes:g}"
        for time in times
        if time.needed > time.minutes + 0.005
    ]


def setup(app: Sphinx) -> None:
    app.add_node(minutes, override=True, **vocabulary.SILENT)
    app.add_directive("minutes", Minutes, override=True)
    app.connect("doctree-read", note_document)
    app.connect("env-updated", check)
