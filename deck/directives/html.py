"""What the directives leave in a document, and how each builder writes it down.

HTML gets the structure that deck.css styles and deck.js drives. Every other builder, and HTML
without its script, gets plain text that reads well: the code, what it prints, the explanations.
"""

import json
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.smartquotes import educateQuotes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from deck.directives import output
from deck.programs import talk
from deck.programs.recording import Recording
from deck.slides import links, words

# How a builder writes a node: before its children, and after them.
Way = tuple[Callable[..., None], Callable[..., None] | None]
CIRCLED = " ❶❷❸❹❺❻❼❽❾❿"  # a mark without style sheet or script still reads as a mark


class trick(nodes.General, nodes.Element):
    """One example on a slide: `snippet`, then `callouts` if any, then `recorded`."""


class snippet(nodes.literal_block):
    """The shown code; `marks` maps the index of a line to the number of its callout."""


class callouts(nodes.enumerated_list):
    """The explanations, one list item for each mark, in the order of the lines."""


class recorded(nodes.literal_block):
    """What the program printed when it was recorded; nothing if no machine could record it."""


class diagram(nodes.General, nodes.Element):
    """An SVG drawing, inlined so that it follows the theme; its words are in `description`."""


class quiz(nodes.General, nodes.Element):
    """A question with choices, one of which the next key shows to be right."""


def told_of(record: Recording | None) -> dict[str, Any]:
    """What the page is told of a recording; without one, that there is nothing to replay.

    `events` are (seconds, line), `date` is ISO, `kernel` its version.
    """
    if record is None:
        return {"events": [], "date": "", "kernel": ""}
    # The release of a distribution's kernel has a tail that means nothing to a reader.
    kernel = record.kernel.partition("-")[0]
    return {"events": record.events, "date": record.date, "kernel": kernel}


def made(told: dict[str, Any]) -> str:
    """When and where what `told_of` tells of was recorded, in the talk's language."""
    return words._("recorded {date}, Linux {kernel}").format(**told)


DATE = re.compile(r"(\d{4}-\d\d-\d\d)")


def dated(text: str) -> list[nodes.Node]:
    """The text, each date of it in one piece: a browser breaks a line at a hyphen."""
    return [
        nodes.inline(part, part, classes=["date"]) if DATE.fullmatch(part) else nodes.Text(part)
        for part in DATE.split(text)
    ]


def on_slides(translator: HTML5Translator) -> bool:
    """Whether the page that is being written has the deck's script."""
    return links.building_slides(translator.builder)


# ---- the trick


def visit_trick(self: HTML5Translator, node: trick) -> None:
    layout = node["layout"]
    room = f"--rows: {layout.rows}; --columns: {layout.columns}; --start: {layout.start}"
    self.body.append(
        f'<div class="trick"{_anchor(self, node["trick"])} data-trick="{escape(node["trick"])}"'
        f' data-layout="{layout.kind}" style="{room}">\n'
    )


def depart_trick(self: HTML5Translator, node: trick) -> None:
    self.body.append(_bar(node, live=on_slides(self)))
    if on_slides(self):
        self.body.append(_data(node))
        self.body += [_new_lines(self, variant) for variant in node["variants"]]
    self.body.append("</div>\n")


def _anchor(translator: HTML5Translator, id: str) -> str:
    """The trick's id leads to the first slide that shows it; an id stands once on a page."""
    seen = translator.__dict__.setdefault("anchored_tricks", set())
    if id in seen:
        return ""
    seen.add(id)
    return f' id="{escape(id)}"'


def _bar(node: trick, live: bool) -> str:
    # A button that nothing answers is a lie: the script shows it when it can act.
    label = escape(words._("Replay"))
    run = f'<button type="button" class="trick-run" hidden>{label}</button>' if live else ""
    made = escape(told(node), quote=True)
    status = f'<output class="trick-status" title="{made}">{made}</output>'
    badges = "".join(badge.html() for badge in node["badges"])
    badges = f'<span class="badges">{badges}</span>' if badges else ""
    how = '<span class="how">python3 -m examples run </span>'
    command = f'<code class="command">{how}{escape(node["trick"])}</code>'
    # In a box of its own, so that the script's copy button stays beside it when the bar wraps.
    shell = f'<span class="shell">{command}</span>'
    return f'<div class="trick-bar">{run}{status}{badges}{shell}</div>\n'


def _data(node: trick) -> str:
    data = {"id": node["trick"], "variants": node["variants"], **told_of(None)} | node["recording"]
    if node["linux"] is not None:
        data["linux"] = node["linux"]
    # "</script>" inside a string would end the element: no "<" leaves here unescaped.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/json" class="trick-data">{text}</script>\n'


def _new_lines(translator: HTML5Translator, variant: dict[str, Any]) -> str:
    """The lines that a variant puts into the code, for the script to put there."""
    code = translator.highlighter.highlight_block("\n".join(variant["new"]), "python3")
    lines = [f'<span class="line new">{line}\n</span>' for line in _inside_pre(code)[1]]
    inside = "".join(lines) if variant["new"] else ""
    return f'<template data-variant="{escape(variant["name"])}">{inside}</template>\n'


def visit_snippet(self: HTML5Translator, node: snippet) -> None:
    html = self.highlighter.highlight_block(node.rawsource, node["language"], location=node)
    before, inside, after = _inside_pre(html)
    lines = [_line(index, line, node["marks"]) for index, line in enumerate(inside)]
    label = escape(words._("The program {file}").format(file=node["file"]), quote=True)
    marked = " marked" if node["marks"] else ""
    self.body.append(
        f'<div class="trick-code{marked}" role="group" aria-label="{label}">'
        f"{before}{''.join(lines)}{after}</div>\n"
    )
    raise nodes.SkipNode


def _inside_pre(html: str) -> tuple[str, list[str], str]:
    # Pygments closes its spans at the end of each line, so the lines can be wrapped one by one.
    head, _, rest = html.partition("<pre>")
    inside, _, tail = rest.rpartition("</pre>")
    inside = inside.removeprefix("<span></span>").rstrip("\n")
    return f"{head}<pre><code>", inside.split("\n"), f"</code></pre>{tail.rstrip()}"


def _line(index: int, html: str, marks: dict[int, int]) -> str:
    # The newline belongs inside: between two blocks it would show as an empty line.
    if index not in marks:
        return f'<span class="line">{html}\n</span>'
    number = marks[index]
    mark = f'<span class="mark" data-mark="{number}">{CIRCLED[number]}</span>'
    return f'<span class="line" data-mark="{number}">{html} {mark}\n</span>'


def visit_callouts(self: HTML5Translator, node: callouts) -> None:
    self.body.append('<ol class="callouts">\n')
    for number, item in enumerate(node.children, 1):
        # "custom" keeps reveal.js from hiding the text: the style sheet does, on slides only.
        self.body.append(
            f'<li class="callout fragment custom" data-mark="{number}"'
            f' data-fragment-index="{number - 1}">'
        )
        for child in item.children:
            child.walkabout(self)
        self.body.append("</li>\n")
    self.body.append("</ol>\n")
    raise nodes.SkipNode


def visit_recorded(self: HTML5Translator, node: recorded) -> None:
    ours = talk.read(Path(self.config.deck_root))
    lines, lanes = node["lines"], node["lanes"]
    widths = lanes.widths(lines) if lanes else map(len, lines)
    rows = len(lines) + (1 if lanes else 0)
    self.body.append(
        f'<div class="trick-screen{_step(node.parent)}"'
        f' style="--lines: {rows}; --out: {max(widths, default=0)}">'
        f"{output.pane(lines, ours, lanes, words._('Output'))}</div>\n"
    )
    raise nodes.SkipNode


def _step(node: nodes.Element) -> str:
    """The output is always there; this last step takes the explanations off."""
    return f' fragment custom" data-fragment-index="{node["steps"]}' if node["steps"] else ""


def told(node: trick) -> str:
    """When and where it was recorded, or why it was not."""
    if not node["recording"]:
        return str(node["unrecorded"])
    return made(node["recording"])


# ---- the diagram


def visit_diagram(self: HTML5Translator, node: diagram) -> None:
    said = _said(node["says"]) if on_slides(self) else ""
    self.body.append(
        f'<figure class="diagram" id="{node["anchor"]}">\n{node["svg"]}\n{said}</figure>\n'
    )
    raise nodes.SkipNode


def _said(says: tuple[str, ...]) -> str:
    """What each step shows, for a phone: there is nobody who tells it. It is heard already."""
    if not says:
        return ""
    sentences = "".join(f"<p>{escape(educateQuotes(said))}</p>" for said in says)
    return f'<figcaption class="steps-said" aria-hidden="true">{sentences}</figcaption>\n'


def visit_diagram_as_text(self: nodes.NodeVisitor, node: diagram) -> None:
    paragraph = nodes.paragraph("", node["description"])
    paragraph.walkabout(self)
    raise nodes.SkipNode


# ---- the quiz


def visit_quiz(self: HTML5Translator, node: quiz) -> None:
    self.body.append('<div class="question">\n')


def depart_quiz(self: HTML5Translator, node: quiz) -> None:
    self.body.append("</div>\n")


# ---- what every other builder does


def _pass(_self: nodes.NodeVisitor, _node: nodes.Node) -> None:
    """The children are all there is to write."""


def _like(name: str) -> Way:
    """A pair of functions that treats a node as docutils' own node of this name."""

    def visit(self: nodes.NodeVisitor, node: nodes.Node) -> None:
        getattr(self, f"visit_{name}")(node)

    def depart(self: nodes.NodeVisitor, node: nodes.Node) -> None:
        getattr(self, f"depart_{name}")(node)

    return visit, depart


def setup(app: Sphinx) -> None:
    """Tell Sphinx how each builder writes these nodes."""
    others = ("latex", "text", "man", "texinfo")

    def add(node: type[nodes.Element], html: Way, plain: Way) -> None:
        app.add_node(node, override=True, html=html, **dict.fromkeys(others, plain))

    literal = _like("literal_block")
    add(trick, (visit_trick, depart_trick), (_pass, _pass))
    add(snippet, (visit_snippet, None), literal)
    add(callouts, (visit_callouts, None), _like("enumerated_list"))
    add(recorded, (visit_recorded, None), literal)
    add(diagram, (visit_diagram, None), (visit_diagram_as_text, None))
    add(quiz, (visit_quiz, depart_quiz), (_pass, _pass))
