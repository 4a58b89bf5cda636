"""The steps of a drawing: which of its parts appear, leave or move with each key.

The drawing, NAME.svg, is the structure; the steps stand beside it in NAME.toml:

    [[step]]
    says = "The card falls."      # for those who hear the slide, and for text
    show = ["cross"]              # ids of parts
    hide = ["wire"]
    move = { card = [0, 120] }    # from where it is drawn, in the drawing's units

A part that some step shows before any hides it is not there at first. What a step did stays until
a later one changes it. Away from slides, and without a script, the drawing stands as after its last
step. All of it is CSS that asks which steps were taken: no script moves anything.
"""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


class ChoreographyError(Exception):
    """The steps can't be used; the message names file, step and remedy."""


@dataclass(frozen=True)
class State:
    """How one part is seen: whether it is there, and how far from where it was drawn."""

    there: bool = True
    dx: float = 0
    dy: float = 0

    @property
    def css(self) -> str:
        moved = f"translate({self.dx:g}px, {self.dy:g}px)" if self.dx or self.dy else "none"
        shown = (
            "opacity: 1; visibility: visible" if self.there else "opacity: 0; visibility: hidden"
        )
        return f"{shown}; transform: {moved}"


@dataclass(frozen=True)
class Step:
    """What one key does."""

    says: str
    states: dict[str, State]


@dataclass(frozen=True)
class Choreography:
    """All steps of a drawing, after the states in which its parts begin."""

    first: dict[str, State]
    steps: list[Step]

    @property
    def said(self) -> str:
        return " ".join(step.says for step in self.steps)

    @property
    def last(self) -> dict[str, State]:
        last = dict(self.first)
        for step in self.steps:
            last |= step.states
        return last


def read(path: Path, parts: set[str], shown_as: str = "") -> Choreography | None:
    """The steps beside a drawing whose ids are `parts`; None where it has none.

    `shown_as` is the path that errors name. Raises ChoreographyError.
    """
    if not path.is_file():
        return None
    name = shown_as or str(path)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise ChoreographyError(f"{name}: no well-formed TOML; {error}") from error
    steps = table.get("step", [])
    if set(table) != {"step"} or not _is_list_of(dict, steps):
        raise ChoreographyError(f"{name}: it has to be made of [[step]] tables, and nothing else")
    changes = [_changes(step, parts, f"{name}, step {n}") for n, step in enumerate(steps, 1)]
    first: dict[str, State] = {}
    for change in changes:
        for part, parameters in change.items():
            first.setdefault(part, State(there=not parameters.get("there", False)))
    now, found = dict(first), []
    for step, change in zip(steps, changes, strict=True):
        states = {part: replace(now[part], **parameters) for part, parameters in change.items()}
        now |= states
        found.append(Step(step["says"], states))
    return Choreography(first, found)


def _changes(step: Any, parts: set[str], name: str) -> dict[str, dict[str, Any]]:
    """For each part that a step names, what becomes different."""
    if unknown := set(step) - {"says", "show", "hide", "move"}:
        raise ChoreographyError(f"{name}: {min(unknown)!r}; a step has says, show, hide and move")
    if not isinstance(step.get("says"), str) or not step["says"].strip():
        raise ChoreographyError(f"{name}: no `says`; tell in a sentence what one sees")
    for key in ("show", "hide"):
        if not _is_list_of(str, step.get(key, [])):
            raise ChoreographyError(f"{name}: {key} = {step[key]!r}; it is a list of ids")
    if not isinstance(step.get("move", {}), dict):
        raise ChoreographyError(
            f"{name}: move = {step['move']!r}; write move = {{ id = [0, 120] }}"
        )
    found: dict[str, dict[str, Any]] = {}
    for part in step.get("show", []):
        found.setdefault(part, {})["there"] = True
    for part in step.get("hide", []):
        found.setdefault(part, {})["there"] = False
    for part, way in step.get("move", {}).items():
        if not (isinstance(way, list) and len(way) == 2 and all(map(_is_number, way))):
            raise ChoreographyError(f"{name}: {part} = {way!r}; a way is [to the right, down]")
        found.setdefault(part, {}).update(dx=way[0], dy=way[1])
    if missing := set(found) - parts:
        raise ChoreographyError(
            f"{name}: the drawing has no part with the id {min(missing)!r}; it has"
            f" {', '.join(sorted(parts)) or 'none'}"
        )
    return found


def _is_list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def parts_of(root: ElementTree.Element) -> set[str]:
    """The ids that steps may name: a part that is placed by `transform` can't be moved as well."""
    return {
        element.attrib["id"]
        for element in root.iter()
        if "id" in element.attrib and "transform" not in element.attrib
    }


def apply(root: ElementTree.Element, dance: Choreography, prefix: str) -> None:
    """Put the steps into a drawing whose ids have the prefix: a marker each, and the rules."""
    for number in range(len(dance.steps)):
        marker = {"class": "fragment custom", "data-step": str(number + 1)}
        ElementTree.SubElement(root, f"{SVG}g", marker)
    for element in root.iter():
        part = element.get("id", "").removeprefix(f"{prefix}-")
        if part in dance.first and "title" not in element.tag and "desc" not in element.tag:
            element.set("class", f"{element.get('class', '')} part".strip())
    style = ElementTree.SubElement(root, f"{SVG}style")
    style.text = "\n".join(_rules(dance, prefix))


def _rules(dance: Choreography, prefix: str) -> list[str]:
    rules = [f"#{prefix}-{part} {{ {state.css} }}" for part, state in dance.last.items()]
    slides = [f".reveal #{prefix}-{part} {{ {state.css} }}" for part, state in dance.first.items()]
    for number, step in enumerate(dance.steps, 1):
        taken = f'.reveal :has(> [data-step="{number}"].visible)'
        slides += [
            f"{taken} #{prefix}-{part} {{ {state.css} }}" for part, state in step.states.items()
        ]
        slides.append(f"{taken} + .steps-said > :nth-child({number}) {{ visibility: visible }}")
    return [*rules, "@media not (scripting: none) {", *slides, "}"]
