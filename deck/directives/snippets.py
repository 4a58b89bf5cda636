"""The part of a program that a slide shows: whole functions, or what stands between two markers.

Names and markers instead of line numbers, because those drift in silence.
"""

import ast
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

MAX_LINES = 16
MAX_COLUMNS = 68

_MARKER = re.compile(r"#\s*\[(end )?[\w -]+\]")


class SnippetError(Exception):
    """The wanted lines can't be shown; the message names file, line and remedy."""


@dataclass(frozen=True)
class Line:
    """One shown line and where it stands in its file (0: a blank line that joins two parts)."""

    number: int
    text: str


def select(path: Path, wanted: list[str], shown_as: str = "") -> list[Line]:
    """The lines of the program at path that `wanted` names, in that order, ready to be shown.

    Each name is a function, a class or a method (`Class.method`), or `[marker]` for the lines
    between `# [marker]` and `# [end marker]`. `shown_as` is the path that errors name.
    """
    name = shown_as or str(path)
    source = path.read_text(encoding="utf-8").splitlines()
    lines: list[Line] = []
    for want in wanted:
        part = _between_markers if want.startswith("[") else _definition
        found = _without_markers(part(source, want, name))
        lines += [Line(0, "")] * bool(lines) + _dedented(found)
    _check_size(lines, name)
    return lines


def width(lines: list[Line]) -> int:
    return max(len(line.text) for line in lines)


def line_with(term: str, lines: list[Line], shown_as: str) -> int:
    """The index of the one line that holds the term. Raises SnippetError for none or several."""
    found = [index for index, line in enumerate(lines) if term in line.text]
    if not found:
        raise SnippetError(
            f"{shown_as}: no shown line holds {term!r}; quote the code as it stands there"
        )
    if len(found) > 1:
        places = ", ".join(str(lines[index].number) for index in found)
        raise SnippetError(
            f"{shown_as}:{lines[found[0]].number}: {term!r} occurs on several shown lines"
            f" ({places}); quote more of the one that is meant"
        )
    return found[0]


def _definition(source: list[str], want: str, name: str) -> list[Line]:
    # Sphinx's own reader of Python remembers a file for as long as the process lives, so while
    # someone edits, it would show yesterday's line numbers; `ast` reads what is there now.
    try:
        scope: ast.AST = ast.parse("\n".join(source))
    except SyntaxError as error:
        raise SnippetError(f"{name}:{error.lineno}: {error.msg}; mend the program") from error
    for part in want.split("."):
        defined = {node.name: node for node in getattr(scope, "body", []) if hasattr(node, "name")}
        if part not in defined:
            known = ", ".join(defined) or "nothing"
            raise SnippetError(f"{name}:1: it defines no {want!r}; it has {known}")
        scope = defined[part]
    if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        raise SnippetError(f"{name}:1: {want!r} names no function or class; name one")
    first = min([scope.lineno, *(mark.lineno for mark in scope.decorator_list)])
    return [Line(n, source[n - 1]) for n in range(first, (scope.end_lineno or first) + 1)]


def _between_markers(source: list[str], want: str, name: str) -> list[Line]:
    marker = want.strip("[]")
    start = _only_line(source, f"# [{marker}]", name)
    end = _only_line(source, f"# [end {marker}]", name)
    if end <= start:
        raise SnippetError(f"{name}:{end}: `# [end {marker}]` stands above its start; swap them")
    return [Line(n, source[n - 1]) for n in range(start + 1, end)]


def _only_line(source: list[str], marker: str, name: str) -> int:
    found = [number for number, text in enumerate(source, 1) if text.strip() == marker]
    if not found:
        raise SnippetError(f"{name}:1: no line `{marker}`; add it where the shown part lies")
    if len(found) > 1:
        raise SnippetError(f"{name}:{found[1]}: a second `{marker}`; a marker is used once")
    return found[0]


def _without_markers(lines: list[Line]) -> list[Line]:
    kept = [line for line in lines if not _MARKER.fullmatch(line.text.strip())]
    while kept and not kept[-1].text.strip():
        kept.pop()
    while kept and not kept[0].text.strip():
        kept.pop(0)
    return kept


def _dedented(lines: list[Line]) -> list[Line]:
    texts = textwrap.dedent("\n".join(line.text for line in lines)).split("\n")
    return [Line(line.number, text) for line, text in zip(lines, texts, strict=True)]


def _check_size(lines: list[Line], name: str) -> None:
    if not lines:
        raise SnippetError(f"{name}:1: nothing to show; the marked part is empty")
    if len(lines) > MAX_LINES:
        raise SnippetError(
            f"{name}:{lines[0].number}: {len(lines)} lines to show, and a slide has room for"
            f" {MAX_LINES}; show fewer functions, or mark a part"
        )
    for line in lines:
        if len(line.text) > MAX_COLUMNS:
            raise SnippetError(
                f"{name}:{line.number}: {len(line.text)} columns, and a slide has room for"
                f" {MAX_COLUMNS}; break the line"
            )
