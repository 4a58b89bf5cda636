"""The directives of the deck: `trick`, `diagram` and `question`.

    .. trick:: unix.pass_fd
       :show: send_file, take_file

       SCM_RIGHTS
          The kernel, not the program, puts the file into the other's table.

    .. diagram:: figures/pipeline.svg

    .. question:: What does a full pipe do to the writer?
       :answer: 2

       * It gets an error.
       * It waits.

What can't be resolved (an example, a function, a marker, a recording, an annotated term) is a
warning with file and line, so that `sphinx-build -W` fails.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from docutils import nodes as docutils_nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from deck.directives import figures, snippets
from deck.directives import nodes as deck_nodes
from deck.programs import catalogue, proof, recording

logger = logging.getLogger(__name__)


class Broken(Exception):
    """A directive can't do what it says; `line` is where the document says it."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class DeckDirective(SphinxDirective):
    """A directive whose errors are warnings at its own place, and visible on the slide."""

    def run(self) -> list[docutils_nodes.Node]:
        try:
            return self.build()
        except (
            Broken,
            catalogue.CatalogueError,
            snippets.SnippetError,
            figures.FigureError,
            recording.RecordingError,
        ) as error:
            return [self._broken(str(error), getattr(error, "line", None))]

    def build(self) -> list[docutils_nodes.Node]:
        raise NotImplementedError

    def _broken(self, message: str, line: int | None) -> docutils_nodes.Node:
        source, own_line = self.get_source_info()
        logger.warning("%s: %s", self.name, message, location=f"{source}:{line or own_line}")
        # Without -W the deck still builds: the place on the slide says what is missing.
        return docutils_nodes.paragraph("", f"{self.name}: {message}", classes=["broken"])

    @property
    def root(self) -> Path:
        """The folder that holds `examples/` and the static files."""
        return Path(self.config.deck_root).resolve()

    def depend_on(self, path: Path) -> str:
        """Build this document again when the file changes. Returns the path to name in errors."""
        self.env.note_dependency(os.path.relpath(path, self.env.srcdir))
        return os.path.relpath(path, self.root)


class TrickDirective(DeckDirective):
    """An example on a slide: its own lines, its recorded output, its Run button."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012 - docutils' own way to say it
        "show": directives.unchanged_required,
        "layout": lambda value: directives.choice(value, ("beside", "below")),
        "unrecorded": directives.unchanged_required,
    }

    def build(self) -> list[docutils_nodes.Node]:
        trick = self._trick()
        shown_as = self.depend_on(trick.path)
        lines = snippets.select(trick.path, _names(self.options.get("show", "main")), shown_as)
        code = self._snippet(lines, shown_as)
        explained = self._callouts(lines, code, shown_as)
        node = deck_nodes.trick(
            trick=trick.id,
            layout=self._layout(lines, shown_as),
            steps=len(explained),
            recording=self._recording(trick),
            unrecorded=self.options.get("unrecorded", ""),
            badges=self._badges(trick),
        )
        node["takes"] = _seconds(node["recording"])
        node += [code, *([explained] if len(explained) else []), self._recorded(node)]
        self.set_source_info(node)
        return [node]

    def _trick(self) -> catalogue.Trick:
        return catalogue.find(self.arguments[0], self.root)

    def _snippet(self, lines: list[snippets.Line], shown_as: str) -> deck_nodes.snippet:
        text = "\n".join(line.text for line in lines)
        code = deck_nodes.snippet(text, text, language="python3", file=shown_as, marks={})
        self.set_source_info(code)
        return code

    def _callouts(
        self, lines: list[snippets.Line], code: deck_nodes.snippet, shown_as: str
    ) -> deck_nodes.callouts:
        """The explanations in the order of the lines; marks the lines of `code`."""
        found = []
        for item in self._definitions():
            term, definition = item[0].astext(), item[-1]
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
        result = deck_nodes.callouts(enumtype="arabic", prefix="", suffix=".")
        for number, (index, term, definition) in enumerate(sorted(found, key=_first), 1):
            code["marks"][index] = number
            result += _callout(term, definition)
        return result

    def _definitions(self) -> Iterable[docutils_nodes.definition_list_item]:
        if not self.content:
            return []
        parsed = self.parse_content_to_nodes()
        if len(parsed) != 1 or not isinstance(parsed[0], docutils_nodes.definition_list):
            raise Broken(
                "below a trick stand only its annotations, each a term from the code with its"
                " explanation indented under it",
                self.content_offset + 1,
            )
        return parsed[0]

    def _layout(self, lines: list[snippets.Line], shown_as: str) -> str:
        wide = snippets.width(lines) > snippets.BESIDE_COLUMNS
        layout = self.options.get("layout", "below" if wide else "beside")
        if wide and layout == "beside":
            raise Broken(
                f"{shown_as}:{lines[0].number}: {snippets.width(lines)} columns, and beside its"
                f" output code has {snippets.BESIDE_COLUMNS}; leave out :layout:, or break lines"
            )
        return layout

    def _recording(self, trick: catalogue.Trick) -> dict:
        for path in (trick.recording, trick.cast):
            shown_as = self.depend_on(path)
        shown_as = os.path.relpath(trick.recording, self.root)
        record = recording.read(trick)
        if record and "unrecorded" in self.options:
            raise Broken(f"{shown_as}:1: there is a recording now; remove :unrecorded:")
        if record:
            return {
                "lines": record.lines,
                "events": record.events,
                "date": record.date,
                # The release of a distribution's kernel has a tail that means nothing to a reader.
                "kernel": record.kernel.partition("-")[0],
            }
        if not self.options.get("unrecorded"):
            raise Broken(
                f"{shown_as}: no such recording; `python3 -m examples record {trick.id}`, or say"
                " why no machine at hand can with `:unrecorded: REASON`"
            )
        return {}

    def _recorded(self, node: deck_nodes.trick) -> deck_nodes.recorded:
        lines = node["recording"].get("lines", [])
        plain = "\n".join(lines) or node["unrecorded"]
        return deck_nodes.recorded(plain, plain, language="none", lines=lines)

    def _badges(self, trick: catalogue.Trick) -> list[str]:
        if proof.path(self.root).exists():
            self.depend_on(proof.path(self.root))
        proven = proof.badge(proof.read(self.root).get(trick.id, {}))
        return [f"needs {need}" for need in trick.needs] + ([proven] if proven else [])


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _seconds(kept: dict) -> float:
    """How long it takes to run a trick before a hall: what its recording took, and 2 s."""
    return max((seconds for seconds, _ in kept.get("events", ())), default=0) + 2


def _first(item: tuple) -> int:
    return item[0]


def _callout(term: str, definition: docutils_nodes.Element) -> docutils_nodes.list_item:
    """An explanation that also reads without the code at its side: it begins with the term."""
    item = docutils_nodes.list_item("", *definition.children)
    said = docutils_nodes.inline("", "", docutils_nodes.literal(term, term), classes=["term"])
    said += docutils_nodes.Text(": ")
    if isinstance(item[0], docutils_nodes.paragraph):
        item[0].insert(0, said)
    else:
        item.insert(0, docutils_nodes.paragraph("", "", said))
    return item


class DiagramDirective(DeckDirective):
    """An SVG drawing from the static folder, inlined."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"alt": directives.unchanged_required}  # noqa: RUF012

    def build(self) -> list[docutils_nodes.Node]:
        path = self._path()
        shown_as = self.depend_on(path)
        serial = self.env.new_serialno("diagram")
        anchor = f"diagram-{docutils_nodes.make_id(self.env.docname)}-{serial}"
        figure = figures.read(path, anchor, self.options.get("alt", ""), shown_as)
        node = deck_nodes.diagram(
            svg=figure.svg,
            anchor=anchor,
            description=f"{figure.title}: {figure.description}",
        )
        self.set_source_info(node)
        return [node]

    def _path(self) -> Path:
        folders = self.config.html_static_path or ["_static"]
        paths = [Path(self.root, folder, self.arguments[0]) for folder in folders]
        for path in paths:
            if path.is_file():
                return path
        raise Broken(
            f"{os.path.relpath(paths[0], self.root)}: no such drawing; draw it, or mend the name"
        )


class QuestionDirective(DeckDirective):
    """A question to the room; the next key shows which choice is right, and why."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"answer": directives.positive_int}  # noqa: RUF012

    def build(self) -> list[docutils_nodes.Node]:
        node = deck_nodes.question()
        self.set_source_info(node)
        if self.arguments:
            inline, _ = self.parse_inline(self.arguments[0])
            node += docutils_nodes.paragraph("", "", *inline, classes=["ask"])
        content = self.parse_content_to_nodes()
        if content and isinstance(content[0], docutils_nodes.bullet_list):
            choices = self._choices(content.pop(0))
            letter = "abcdefgh"[self.options["answer"] - 1]
            said = docutils_nodes.paragraph("", f"Answer: {letter}.", classes=["the-answer"])
            node += [choices, said]
        elif "answer" in self.options:
            raise Broken("an :answer: without choices; list them with bullets, first thing below")
        if content:
            # Shown together with the right choice; without choices it is itself the step.
            why = docutils_nodes.container("", *content, classes=["why"])
            node += why if "answer" in self.options else _step(why)
        return [node]

    def _choices(self, bullets: docutils_nodes.bullet_list) -> docutils_nodes.enumerated_list:
        choices = docutils_nodes.enumerated_list(
            "", *bullets.children, enumtype="loweralpha", prefix="", suffix=".", classes=["choices"]
        )
        answer = self.options.get("answer")
        if answer is None:
            raise Broken("choices without an `:answer:`; give the number of the right one")
        if answer > len(choices):
            raise Broken(f":answer: {answer}, but there are {len(choices)} choices")
        right = choices[answer - 1]
        right["classes"].append("right")
        _step(right)
        return choices


def _step(node: docutils_nodes.Element) -> docutils_nodes.Element:
    """The question has one step; "custom" leaves the hiding to deck.css, where it is a slide."""
    node["classes"] += ["fragment", "custom"]
    return node


def _set_root(app, config) -> None:
    config.deck_root = config.deck_root or str(app.confdir)


def setup(app) -> dict:
    deck_nodes.setup(app)
    app.add_config_value("deck_root", "", "env", types=(str,))
    app.connect("config-inited", _set_root)
    app.add_directive("trick", TrickDirective)
    app.add_directive("diagram", DiagramDirective)
    app.add_directive("question", QuestionDirective)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
