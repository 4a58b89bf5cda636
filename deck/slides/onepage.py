"""Joins all documents in one page: every id once, every link to where it leads now.

Two documents may each have a section "Summary", and Sphinx's links say `#document-name#summary`.
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.environment import BuildEnvironment

from deck.slides.tree import files, within_file

# (document, id there) -> id on the page
Ids = dict[tuple[str, str], str]
PREFIX = "#document-"


def join(tree: nodes.document, root: str) -> Ids:
    """Puts ids and links of the joined *tree* right, in place; returns what became of each id."""
    parts = [(file.get("docname", root), list(elements(file))) for file in files(tree)]
    ids = give_ids(parts)
    for docname, part in parts:
        for node in part:
            relink(node, docname, ids)
    return ids


def elements(file: nodes.Element) -> Iterator[nodes.Element]:
    return (node for node in within_file(file) if isinstance(node, nodes.Element))


def give_ids(parts: list[tuple[str, list[nodes.Element]]]) -> Ids:
    """Each id keeps its name where that is free: the first document's links stay as they were."""
    ids: Ids = {}
    taken: set[str] = set()
    for docname, part in parts:
        for name in dict.fromkeys(name for node in part for name in node["ids"]):
            ids[docname, name] = free(name, docname, taken)
    return ids


def free(name: str, docname: str, taken: set[str]) -> str:
    """*name*, or one made from it that the page does not have yet; it has it from then on."""
    if name in taken:
        name = f"{nodes.make_id(docname)}-{name}"
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def relink(node: nodes.Element, docname: str, ids: Ids) -> None:
    """Leads one node's own ids and links to their new names."""
    for key in ("ids", "backrefs"):
        if node.get(key):
            node[key] = [ids.get((docname, name), name) for name in node[key]]
    if "refid" in node:
        node["refid"] = ids.get((docname, node["refid"]), node["refid"])
    if led := leads_to(node):
        node["refuri"] = "#" + ids.get(led, led[1])


def leads_to(node: nodes.Element) -> tuple[str, str] | None:
    """The document and id to which a link of Sphinx's leads; None for all others."""
    uri = node.get("refuri", "")
    target, _, name = uri.removeprefix(PREFIX).partition("#")
    return (target, name) if name and uri.startswith(PREFIX) else None


def section_numbers(env: BuildEnvironment, ids: Ids) -> dict[str, tuple[int, ...]]:
    """Sphinx's section numbers by the ids on the page."""
    numbers = {}
    for docname, found in env.toc_secnumbers.items():
        for anchor, number in found.items():
            # The first heading of a document has no anchor; its id is the section's.
            name = anchor[1:] or first_id(env, docname)
            numbers["#" + ids.get((docname, name), name)] = number
    return numbers


def first_id(env: BuildEnvironment, docname: str) -> str:
    """The id of a document's first section, or nothing."""
    ids = (section["ids"] for section in env.get_doctree(docname).findall(nodes.section))
    return str(next(ids, [""])[0])


def figure_numbers(env: BuildEnvironment, ids: Ids) -> dict[str, dict[str, tuple[int, ...]]]:
    """Sphinx's numbers of figures, tables and listings by the ids on the page."""
    numbers: dict[str, dict[str, tuple[int, ...]]] = {}
    for docname, kinds in env.toc_fignumbers.items():
        for kind, found in kinds.items():
            renamed = {ids.get((docname, name), name): value for name, value in found.items()}
            numbers.setdefault(kind, {}).update(renamed)
    return numbers
