"""The program of each trick, whole, with what its docstring says of it."""

from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from deck.directives import what_if
from deck.handout import sources
from deck.programs import catalogue, recording, variants
from deck.slides import words


class whole_program(nodes.General, nodes.Element):
    """A trick's complete source, with what its docstring says of it; `id`, `file`, `lines`."""


def add_to(trick: nodes.Element, root: Path, manpages: str) -> None:
    """Puts the whole program at the end of the slide that shows a part of it."""
    program = program_of(catalogue.find(trick["trick"], root), manpages)
    slide = trick.parent
    while not isinstance(slide, nodes.section) and slide.parent:
        slide = slide.parent
    deeper = [i for i, node in enumerate(slide) if isinstance(node, nodes.section)]
    slide.insert(deeper[0] if deeper else len(slide), program)


def program_of(trick: catalogue.Trick, manpages: str) -> whole_program:
    """A trick's whole program, after what its docstring says of it, before its variants."""
    text = trick.path.read_text("utf-8")
    file = trick.path.relative_to(trick.root).as_posix()
    program = whole_program(trick=trick.id, file=file, lines=text.count("\n"), title=trick.title)
    program += nodes.paragraph("", trick.claim, classes=["claim"])
    program += facts(trick, manpages)
    program += nodes.literal_block(text, text, language="python3")
    program += [node for variant in variants.of(trick).values() for node in asked(variant)]
    return program


def asked(variant: variants.Variant) -> list[nodes.Element]:
    """A "what if?" of the program: what is changed, how that ends, and what it prints."""
    made = what_if.change(variant)
    changed = "\n".join([*(f"-{line}" for line in made.old), *(f"+{line}" for line in made.new)])
    title = nodes.paragraph("", "", nodes.strong("", variant.title), classes=["what-if"])
    title += nodes.Text(f" {ending(variant)}:")
    kept = recording.read(variant)
    printed = "\n".join(kept.lines) if kept else ""
    return [
        title,
        nodes.literal_block(changed, changed, language="diff"),
        *([nodes.literal_block(printed, printed, language="none")] if printed else []),
    ]


def ending(variant: variants.Variant) -> str:
    """What a variant shows, in the talk's language."""
    if variant.exception:
        return words._("It fails: {exception}").format(exception=variant.exception)
    return words._("It times out") if variant.shows == "times out" else words._("It passes")


def facts(trick: catalogue.Trick, manpages: str) -> nodes.definition_list:
    """What the docstring says of needs, kernel and sources, as a list."""
    said = {
        "needs": trick.needs or ("nothing but Linux and Python",),
        "since": (f"Linux {trick.since}",),
        "manual": trick.man,
        "see also": trick.see,
    }
    rows = nodes.definition_list(classes=["facts"])
    for name, given in said.items():
        if given:
            text = nodes.paragraph("", "", *sources.linked(", ".join(given), manpages))
            rows += nodes.definition_list_item("", nodes.term("", name), nodes.definition("", text))
    return rows


def visit_program(self: HTML5Translator, node: whole_program) -> None:
    # Closed, so that the text reads on; a link to it, and a search in the page, opens it.
    said = escape(words._("The whole program: {file}, {lines} lines"))
    file = f"<code>{escape(node['file'])}</code>"
    self.body.append(
        f'<details class="program" id="program-{escape(node["trick"])}">'
        f"<summary>{said.format(file=file, lines=node['lines'])}</summary>\n"
    )


def depart_program(self: HTML5Translator, _node: whole_program) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    app.add_node(whole_program, override=True, html=(visit_program, depart_program))
