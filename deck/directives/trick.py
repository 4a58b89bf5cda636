"""The directive `trick`: an example on a slide.

.. trick:: unix.pass_fd
   :show: send_file, take_file

   SCM_RIGHTS
      The kernel, not the program, puts the file into the other's table.
"""

import operator
import os
from collections.abc import Collection, Container, Iterable
from pathlib import Path
from typing import Any, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from deck.directives import badges, html, layout, output, snippets, what_if
from deck.directives.base import Broken, DeckDirective
from deck.page_kernel.extension import verdict
from deck.programs import catalogue, page_kernel, proof, recording, talk, variants

MARKS = len(html.CIRCLED) - 1


class TrickDirective(DeckDirective):
    """An example on a slide: its own lines, its recorded output, its Run button."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012 - docutils' own way to say it
        "show": directives.unchanged_required,
        "lanes": directives.unchanged_required,
        "layout": lambda value: directives.choice(value, ("beside", "below")),
        "unrecorded": directives.unchanged_required,
    }

    def build(self) -> list[nodes.Node]:
        trick = self.program(self.arguments[0])
        for path in (trick.recording, trick.cast, proof.path(self.root), talk.path(self.root)):
            self.depend_on(path)
        shown_as = self._name(trick.path)
        lines = snippets.select(trick.path, _names(self.options.get("show", "main")), shown_as)
        code = self._snippet(lines, shown_as)
        explained = self._callouts(lines, code, shown_as)
        kept = self._recording(trick)
        lanes = self._lanes(trick, kept, lines)
        told = self._variants(trick, lines)
        widths = _widths(lines, code["marks"], {variant["at"] for variant in told})
        node = html.trick(
            trick=trick.id,
            layout=self._layout(widths, code["marks"], lines, kept, shown_as, lanes),
            steps=len(explained),
            recording=kept,
            unrecorded=self.options.get("unrecorded", ""),
            badges=[],
            variants=told,
        )
        node["badges"] = self._badges(trick, node)
        node["linux"] = self._linux(trick)
        node["takes"] = _seconds(node["recording"])
        node += [code, *([explained] if len(explained) else []), self._recorded(node, lanes)]
        self.set_source_info(node)
        return [node]

    def _linux(self, trick: catalogue.Trick) -> str | None:
        """Why the Linux in the page can't run it, "" when it can; None where there is none."""
        manifest = self.root / self.config.page_kernel / page_kernel.MANIFEST
        if self.config.page_kernel:
            self.depend_on(manifest)
        return verdict(self.config, trick)

    def _name(self, path: Path) -> str:
        """The path that errors name."""
        return os.path.relpath(path, self.root)

    def _snippet(self, lines: list[snippets.Line], shown_as: str) -> html.snippet:
        text = "\n".join(line.text for line in lines)
        code = html.snippet(text, text, language="python3", file=shown_as, marks={})
        self.set_source_info(code)
        return code

    def _callouts(
        self, lines: list[snippets.Line], code: html.snippet, shown_as: str
    ) -> html.callouts:
        """The explanations in the order of the lines; marks the lines of `code`."""
        found: list[tuple[int, str, nodes.Element]] = []
        for item in self._definitions():
            term, definition = item[0].astext(), cast(nodes.Element, item[-1])
            try:
                index = snippets.line_with(term, lines, shown_as)
            except snippets.SnippetError as error:
                raise Broken(str(error), item.line) from error
            if index in [known for known, _, _ in found]:
                raise Broken(
                    f"{shown_as}:{lines[index].number}: a second annotation of one line; join them",
                    item.line,
                )
            found.append((index, term, definition))
            if len(found) > MARKS:
                raise Broken(f"more than {MARKS} annotations; join some, or show less", item.line)
        result = html.callouts(enumtype="arabic", prefix="", suffix=".")
        for number, (index, term, definition) in enumerate(
            sorted(found, key=operator.itemgetter(0)), 1
        ):
            code["marks"][index] = number
            result += _callout(term, definition)
        return result

    def _definitions(self) -> Iterable[nodes.definition_list_item]:
        if not self.content:
            return []
        parsed = self.parse_content_to_nodes()
        if len(parsed) != 1 or not isinstance(parsed[0], nodes.definition_list):
            raise Broken(
                "below a trick stand only its annotations, each a term from the code with its"
                " explanation indented under it",
                self.content_offset + 1,
            )
        return cast(Iterable[nodes.definition_list_item], parsed[0].children)

    def _lanes(
        self, trick: catalogue.Trick, kept: dict[str, Any], lines: list[snippets.Line]
    ) -> output.Lanes | None:
        """The lanes that are asked for, or one for each of its hosts, as far apart as the code is
        wide, or the smallest letters allow."""
        names = _names(self.options["lanes"]) if "lanes" in self.options else trick.hosts
        if not names or not kept:
            return None
        room = max([layout.LANES, *(len(line.text) for line in lines)])
        return output.lanes_of(names, kept["lines"], room)

    def _layout(
        self,
        widths: list[int],
        marks: Collection[int],
        lines: list[snippets.Line],
        kept: dict[str, Any],
        shown_as: str,
        lanes: output.Lanes | None,
    ) -> layout.Layout:
        said = [len(line) for line in kept.get("lines", ())]
        if lanes:
            return layout.below(widths, [0, *lanes.widths(kept["lines"])])
        wanted = self.options.get("layout")
        if not wanted:
            return layout.choose(widths, said, marks)
        below = wanted == "below"
        found = layout.below(widths, said) if below else layout.beside(widths, said, marks)
        if wanted == "beside" and not found.fits:
            raise Broken(
                f"{shown_as}:{lines[0].number}: code and output have {found.rows} rows and"
                f" {found.columns} columns, more than fit beside each other; leave out :layout:,"
                " or break lines"
            )
        return found

    def _recording(self, trick: catalogue.Trick) -> dict[str, Any]:
        shown_as = self._name(trick.recording)
        record = recording.read(trick)
        if record and "unrecorded" in self.options:
            raise Broken(f"{shown_as}:1: there is a recording now; remove :unrecorded:")
        if record:
            return {"lines": record.lines, **html.told_of(record)}
        if not self.options.get("unrecorded"):
            raise Broken(
                f"{shown_as}: no such recording; `python3 -m examples record {trick.id}`, or say"
                " why no machine at hand can with `:unrecorded: REASON`"
            )
        return {}

    def _variants(self, trick: catalogue.Trick, lines: list[snippets.Line]) -> list[dict[str, Any]]:
        self.depend_on(trick.path.with_suffix(".toml"))
        found = variants.of(trick).values()
        for variant in found:
            for path in (variant.recording, variant.cast):
                self.depend_on(path)
        return [what_if.told(variant, lines) for variant in found]

    def _recorded(self, node: html.trick, lanes: output.Lanes | None) -> html.recorded:
        lines = node["recording"].get("lines", [])
        plain = "\n".join(lines) or node["unrecorded"]
        return html.recorded(plain, plain, language="none", lines=lines, lanes=lanes)

    def _badges(self, trick: catalogue.Trick, node: html.trick) -> list[badges.Badge]:
        for path in proof.sources(trick):
            self.depend_on(path)
        unseen = any(variant["at"] < 0 for variant in node["variants"])
        all_of_it = badges.of(trick, proof.read(self.root), talk.read(self.root))
        return badges.fitted(all_of_it, trick.id, html.told(node), what_if=unseen)


def _widths(
    lines: list[snippets.Line], marks: Container[int], switches: Container[int]
) -> list[int]:
    """How many columns each line takes, with what stands behind it."""
    return [
        len(line.text) + layout.MARK * (at in marks) + layout.SWITCH * (at in switches)
        for at, line in enumerate(lines)
    ]


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _seconds(kept: dict[str, Any]) -> float:
    """How long it takes to run a trick before a hall: what its recording took, and 2 s."""
    return max((seconds for seconds, _ in kept.get("events", ())), default=0) + 2


def _callout(term: str, definition: nodes.Element) -> nodes.list_item:
    """An explanation that also reads without the code at its side: it begins with the term."""
    item = nodes.list_item("", *definition.children)
    said = nodes.inline("", "", nodes.literal(term, term), classes=["term"])
    said += nodes.Text(": ")
    if isinstance(item[0], nodes.paragraph):
        item[0].insert(0, said)
    else:
        item.insert(0, nodes.paragraph("", "", said))
    return item


def setup(app: Sphinx) -> None:
    app.add_directive("trick", TrickDirective)
