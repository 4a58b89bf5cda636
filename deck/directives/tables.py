"""Directives that make tables of what a program printed: `recorded-table`, `recorded-choices`.

    .. recorded-table:: fruit.every_kind
       :columns: kind, price
       :rows: kiwi, apple
       :words: kind = which, e = euro
       :good: seeds = no

    .. recorded-choices:: fruit.every_kind
       :words: kiwi = kiwi fruit

       | For a pie: cooks = yes
       | For a child, on the way: peels = yes, drips = no

The trick's recording is the table: its first line the header, columns set apart by two or more
spaces. So no cell is written by hand. The second directive answers each line with those rows that
have what it asks for. What can't be resolved fails the build with file and line.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx

from deck.directives import html
from deck.directives.base import Broken, DeckDirective
from deck.programs import recording

_GAP = re.compile(r"\s{2,}")


@dataclass(frozen=True)
class Table:
    """What a recording says: the words of its header, and rows of as many cells."""

    header: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> int:
        """Which column has this word at its head. Raises Broken, which names those there are."""
        if name not in self.header:
            raise Broken(f"no column {name!r}; it has {', '.join(self.header)}")
        return self.header.index(name)

    def row(self, name: str) -> list[str]:
        """The row that begins with this word. Raises Broken, which names those there are."""
        for row in self.rows:
            if row[0] == name:
                return row
        raise Broken(f"no row {name!r}; it has {', '.join(row[0] for row in self.rows)}")


def parse(lines: list[str], shown_as: str) -> Table:
    """Read the lines of a recording as a table; `shown_as` is the path that errors name."""
    header, *rows = [_GAP.split(line.strip()) for line in lines] or [[]]
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise Broken(
                f"{shown_as}:{number}: {len(row)} cells, and the header has {len(header)}; print"
                " two spaces or more between two columns, and no empty cells"
            )
    if not rows:
        raise Broken(f"{shown_as}:1: no table; print a header, then a line for each row")
    return Table(header, rows)


def plain(cell: str) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", cell))


def build(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    kind: str,
    entry: Callable[[str], nodes.entry] = plain,
) -> nodes.table:
    """A table whose first column names its rows; `entry` makes what stands in a cell."""
    lines = [[entry(cell) for cell in row] for row in (header, *rows)]
    group = nodes.tgroup("", cols=len(header))
    for at, column in enumerate(zip(*lines, strict=True)):
        width = max(len(cell.astext()) for cell in column)
        group += nodes.colspec(colwidth=width, stub=not at)
    first, *rest = (nodes.row("", *line) for line in lines)
    group += nodes.thead("", first)
    group += nodes.tbody("", *rest)
    return nodes.table("", group, classes=[kind])


class _OfRecording(DeckDirective):
    required_arguments = 1
    option_spec = {"words": directives.unchanged_required}  # noqa: RUF012

    def read(self) -> Table:
        """The table that the directive's trick has printed. Raises Broken."""
        self.trick = self.program(self.arguments[0])
        self.depend_on(self.trick.cast)
        shown_as = self.depend_on(self.trick.recording)
        kept = recording.read(self.trick)
        if kept is None:
            raise Broken(
                f"{shown_as}: no such recording; `python3 -m examples record {self.trick.id}`"
            )
        self.recording = kept
        table = parse(kept.lines, shown_as)
        self.words = self._words(table, os.path.relpath(self.trick.recording, self.root))
        return table

    def _words(self, table: Table, shown_as: str) -> dict[str, str]:
        """What the slide says instead of a word of the recording."""
        known = {*table.header, *(cell for row in table.rows for cell in row)}
        words = dict(_pairs(self.options.get("words", "")))
        for word in words.keys() - known:
            raise Broken(f"{shown_as}: {word!r} is nowhere in it; mend :words:")
        return words

    def made(self) -> nodes.paragraph:
        """Where the table comes from, in small print."""
        command = f"python3 -m examples run {self.trick.id}"
        when = ", " + html.made(html.told_of(self.recording))
        return nodes.paragraph(
            "", "", nodes.literal(command, command), *html.dated(when), classes=["made", "small"]
        )

    def table(self, header: list[str], rows: list[list[str]], kind: str) -> nodes.table:
        table = build(header, rows, kind, self._entry)
        self.set_source_info(table)
        return table

    def _entry(self, cell: str) -> nodes.entry:
        # A style sheet may tell a yes from a no, whatever they are called on the slide.
        kind = nodes.make_id(f"is-{cell}")
        said = nodes.paragraph("", self.words.get(cell, cell))
        return nodes.entry("", said, classes=[kind])


class RecordedTable(_OfRecording):
    """What a program printed, as a table."""

    option_spec = _OfRecording.option_spec | {
        "columns": directives.unchanged_required,
        "rows": directives.unchanged_required,
        "good": directives.unchanged_required,
    }

    def build(self) -> list[nodes.Node]:
        table = self.read()
        columns = [table.column(name) for name in self._names("columns")]
        columns = columns or list(range(len(table.header)))

        def chosen(row: list[str]) -> list[str]:
            return [row[column] for column in columns]

        rows = [chosen(table.row(name)) for name in self._names("rows")]
        rows = rows or [chosen(row) for row in table.rows]
        header = chosen(table.header)
        shown = self.table(header, rows, "recorded-table")
        for name, answer in _pairs(self.options.get("good", "")):
            said = [row[header.index(name)] for row in rows] if name in header else []
            if answer not in said:
                raise Broken(f"no cell below {name!r} says {answer!r} here; mend :good:")
            self._light(shown, header.index(name), [cell == answer for cell in said])
        return [shown, self.made()]

    def _light(self, shown: nodes.table, column: int, good: list[bool]) -> None:
        """Has the good answers of a column look as yes does elsewhere, and all others as no."""
        _, *rows = shown.findall(nodes.row)
        for row, is_good in zip(rows, good, strict=True):
            cells = [*row.findall(nodes.entry)]
            cells[column]["classes"] = ["is-yes" if is_good else "is-no"]

    def _names(self, option: str) -> list[str]:
        return [name for name in map(str.strip, self.options.get(option, "").split(",")) if name]


class RecordedChoices(_OfRecording):
    """What one may need, and which rows of a program's table have it."""

    has_content = True
    option_spec = _OfRecording.option_spec | {"header": directives.unchanged_required}

    def build(self) -> list[nodes.Node]:
        table = self.read()
        rows = [self._choice(table, line, number) for number, line in self._lines()]
        if not rows:
            raise Broken("no choices; below it stand lines like `| need: column = cell`")
        header = [part.strip() for part in self.options.get("header", "need, choose").split(",")]
        if len(header) != 2:
            raise Broken(f":header: has {len(header)} words, and the table two columns")
        return [self.table(header, rows, "recorded-choices"), self.made()]

    def _lines(self) -> list[tuple[int, str]]:
        lines = enumerate(self.content, self.content_offset + 1)
        return [(number, line.removeprefix("|").strip()) for number, line in lines if line.strip()]

    def _choice(self, table: Table, line: str, number: int) -> list[str]:
        need, _, asked = line.rpartition(":")
        try:
            wanted = [(table.column(name), cells) for name, cells in _pairs(asked)]
        except Broken as error:
            raise Broken(str(error), number) from error
        if not need or not wanted:
            raise Broken(f"{line!r} is no choice; write `| need: column = cell`", number)
        having = [
            row[0] for row in table.rows if all(row[at] in cells.split("|") for at, cells in wanted)
        ]
        if not having:
            raise Broken(f"no row has {asked.strip()}; ask for less", number)
        # No line breaks inside of a name.
        names = [self.words.get(name, name).replace(" ", "\u00a0") for name in having]
        return [need.strip(), ", ".join(names)]


def _pairs(text: str) -> list[tuple[str, str]]:
    """`a = b, c = d` as pairs."""
    pairs = []
    for part in filter(None, map(str.strip, text.split(","))):
        left, equals, right = (side.strip() for side in part.partition("="))
        if not (left and equals and right):
            raise Broken(f"{part!r} is not of the form `a = b`")
        pairs.append((left, right))
    return pairs


def setup(app: Sphinx) -> None:
    app.add_directive("recorded-table", RecordedTable)
    app.add_directive("recorded-choices", RecordedChoices)
