"""Ids that stay where they are when a slide is added, for titles of any script.

docutils knows only Latin letters: a title in another script, and the second of two equal titles,
become "id1", "id2" ..., counted from the document's beginning. Links into a deck then move.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

# As docutils counts; vocabulary.py adds a number for each part of a slide that was split.
_COUNTED = re.compile(r"(id\d+)((?:-\d+)*)")


class StableIds(SphinxTransform):
    """Names each section after its title, where docutils only counted."""

    default_priority = 845  # links have their ids by then; Sphinx's labels come after

    def apply(self, **_kwargs: object) -> None:
        renamed: dict[str, str] = {}
        taken = set(self.document.ids)
        for section in self.document.findall(nodes.section):
            for id in section["ids"]:
                if counted := _COUNTED.fullmatch(id):
                    first, part = counted.groups()
                    base = renamed[first] + part if part and first in renamed else name_of(section)
                    renamed[id] = free(base, taken)
        if renamed:
            self._rename(renamed)

    def _rename(self, renamed: dict[str, str]) -> None:
        for node in self.document.findall(nodes.Element):
            for key in ("ids", "backrefs"):
                if node.get(key):
                    node[key] = [renamed.get(id, id) for id in node[key]]
            if "refid" in node:
                node["refid"] = renamed.get(node["refid"], node["refid"])
        document = self.document
        document.nameids |= {name: renamed.get(id, id) for name, id in document.nameids.items()}
        for id, new in renamed.items():
            document.ids[new] = document.ids.pop(id)
            if id in document.refids:
                document.refids[new] = document.refids.pop(id)


def name_of(section: nodes.Element) -> str:
    """What a section's title says; of two with equal titles, the second is named after its chapter
    as well.
    """
    title = section[0].astext() if section.children else ""
    around = section.parent.get("ids") if isinstance(section.parent, nodes.section) else None
    plain = nodes.make_id(title)
    return f"{around[0]}-{plain}" if plain and around else slug(title) or "slide"


def slug(text: str) -> str:
    """An id for any text: docutils' own, else the letters as they are, else their numbers."""
    letters = re.sub(r"[\W_]+", "-", text.lower()).strip("-")
    return nodes.make_id(text) or letters or "-".join(f"u{ord(c):x}" for c in text if c.strip())


def free(base: str, taken: set[str]) -> str:
    """*base*, or with the first number from 2 up that makes it new; it is taken from then on."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}-{number}"
    taken.add(name)
    return name


def setup(app: Sphinx) -> None:
    app.add_transform(StableIds)
