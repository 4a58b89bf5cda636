"""A talk on one page: the parts that its documents became, joined in the order of its contents."""

from collections.abc import Callable, Hashable
from functools import cached_property, lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from deck.slides import onepage, parts
from deck.slides.cut import Stretch
from deck.slides.flatten import flat_slide, unowned
from deck.slides.parts import Part, Place, Surplus, Taken

logger = logging.getLogger(__name__)
NOTHING = Surplus()  # what most slides get


class Talk:
    """Keeps each document's part from build to build, and makes what has to be made anew."""

    def __init__(self, builder: StandaloneHTMLBuilder) -> None:
        self.builder = builder
        self.parts: dict[str, Part] = {}
        self.order: list[Part] = []
        self._stretches: dict[tuple[str, int, int], Stretch] = {}
        self._joined: Joined | None = None
        self._ids: onepage.Ids = {}
        self._known: object = None  # what references were resolved with
        self._given: list[object] = []  # by each part, when they were joined
        self._numbers: object = None

    def forget(self, docname: str) -> None:
        """This document is read again, or is gone."""
        self.parts.pop(docname, None)

    def build(self) -> None:
        """Brings all parts up to date, and puts them in `order`."""
        numbers = numbers_of(self.builder.env)
        self._forget_what_refers(numbers)
        joined, settled = self._join(numbers)
        self.builder.images = {}
        anchored: set[str] = set()
        for docname in joined.names:
            part = self._part(docname)
            # What writes a part looks up there what its images are called.
            self.builder.images |= part.images
            if not (settled and part.place):
                part = self._place(part, joined, anchored)
            anchored |= part.tricks
        self.order = [self.parts[docname] for docname in joined.names]
        self._stretches = {where: self._stretch(*where) for where in joined.stretches}
        self._given = [part.gives for part in self.order]

    @property
    def stretches(self) -> list[Stretch]:
        """All slides, in order."""
        return [*self._stretches.values()]

    @property
    def html(self) -> dict[str, str]:
        """All slides by their ids, in order."""
        return dict(chain.from_iterable(stretch.html.items() for stretch in self.stretches))

    def _stretch(self, docname: str, first: int, last: int) -> Stretch:
        """Those slides of a document; the same as before, as long as they are the same."""
        before, written = self._stretches.get((docname, first, last)), self.parts[docname].written
        if before and before.written is written:
            return before
        return Stretch(docname, written, first, last)

    def _join(self, numbers: object) -> tuple["Joined", bool]:
        """The parts joined, and whether they are as they were: none gives others anything else."""
        if self._joined and numbers == self._numbers and self._gives_the_same(self._joined):
            return self._joined, True
        self._joined = Joined(self._part, self.builder.config.root_doc)
        self._ids = page_ids([self.parts[docname] for docname in self._joined.names])
        self._numbers = numbers
        return self._joined, False

    def _gives_the_same(self, joined: "Joined") -> bool:
        """A document that is taken in comes after those that may no longer do so."""
        found = self.builder.env.found_docs
        return joined.missing.isdisjoint(found) and all(
            docname in found and self._part(docname).gives == before
            for docname, before in zip(joined.names, self._given, strict=True)
        )

    def _place(self, part: Part, joined: "Joined", anchored: set[str]) -> Part:
        """The part, written as it is at this place of the page, which may be its old one."""
        docname, env, ids = part.docname, self.builder.env, self._ids
        place = Place(
            ids=ids_of(part, ids),
            slides=joined.surplus_of(docname, ids),
            numbers=frozen([env.toc_secnumbers.get(docname), env.toc_fignumbers.get(docname)]),
            anchored=part.tricks & anchored,
        )
        if part.place not in (None, place):
            self.forget(docname)
            part = self._part(docname)
        if part.place is None:
            parts.write(self.builder, part, place, ids, joined.numbers[docname])
        parts.number(self.builder, part, joined.numbers[docname])
        return part

    @property
    def tree(self) -> nodes.document:
        """All slides in one document, for extensions that look at what stands on a page."""
        tree = self.order[0].tree.copy()
        tree.children = [*chain.from_iterable(part.tree.children for part in self.order)]
        return tree

    @property
    def meta(self) -> list[str]:
        return list(dict.fromkeys(tag for part in self.order for tag in part.meta))

    @property
    def has_maths(self) -> bool:
        return any(part.has_maths for part in self.order)

    def _part(self, docname: str) -> Part:
        if docname not in self.parts:
            self.parts[docname] = parts.make(self.builder, docname)
        return self.parts[docname]

    def _forget_what_refers(self, numbers: object) -> None:
        known = numbers, what_is_known(self.builder.env)
        if known != self._known:
            for docname in [name for name, part in self.parts.items() if part.refers]:
                self.forget(docname)
        self._known = known


class Joined:
    """The parts in the order of the contents, and what each slide gets beyond its own."""

    def __init__(self, part_of: Callable[[str], Part], root: str) -> None:
        self.names: list[str] = []  # of the documents
        self.missing: set[str] = set()  # those that are named, and not there
        self.slides: list[tuple[str, int]] = []  # document, and which of its slides
        self.numbers: dict[str, list[int]] = {}
        self._part_of = part_of
        self._seen = {root}
        self._found: dict[str, list[_Found]] = {}
        self._last: _Found | None = None  # the slide before; none yet in its document
        self._latest: _Found | None = None  # the slide before, of whatever document
        self._next = _Found()  # what is for the slide to come
        self._add(root)
        if self._latest:
            self._latest.take(self._next)

    def _add(self, docname: str) -> None:
        part = self._part_of(docname)
        self.names.append(docname)
        found: list[_Found] = []
        self._found[docname] = found
        self.numbers[docname] = numbers = []
        self._last = None
        self._next.ids.append(f"document-{docname}")
        for item in part.items:
            if isinstance(item, flat_slide):
                self._last = self._latest = self._next
                self._next = _Found()
                self.slides.append((docname, len(found)))
                numbers.append(len(self.slides))
                found.append(self._last)
            elif isinstance(item, unowned):
                (self._last.late if self._last else self._next.early).append((part, item))
            else:
                self._add_file(item["docname"], docname)

    def _add_file(self, docname: str, among: str) -> None:
        if docname in self._seen:
            return
        self._seen.add(docname)
        try:
            self._part_of(docname)
        except FileNotFoundError:
            self.missing.add(docname)
            logger.warning(
                "toctree contains ref to nonexisting file %r",
                docname,
                location=among,
                type="toc",
                subtype="not_readable",
            )
            return
        self._add(docname)

    @cached_property
    def stretches(self) -> list[tuple[str, int, int]]:
        """Document, first and last of its slides, as they stand one after the other."""
        groups = (list(group) for _, group in groupby(self.slides, itemgetter(0)))
        return [(*group[0], group[-1][1]) for group in groups]

    def surplus_of(self, docname: str, ids: onepage.Ids) -> tuple[Surplus, ...]:
        """What each slide of a document gets."""
        return tuple(found.surplus(ids) for found in self._found[docname])


class _Found:
    """What is gathered for a slide."""

    __slots__ = ("early", "ids", "late")

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.early: list[tuple[Part, unowned]] = []
        self.late: list[tuple[Part, unowned]] = []

    def take(self, rest: "_Found") -> None:
        """What was for a next slide, where none came."""
        self.ids += rest.ids
        self.late += rest.early

    def surplus(self, ids: onepage.Ids) -> Surplus:
        if not (self.ids or self.early or self.late):
            return NOTHING
        early, late = (
            tuple(Taken(node, ids_of(part, ids)) for part, node in found)
            for found in (self.early, self.late)
        )
        return Surplus(tuple(self.ids), early, late)


# ---- what parts depend on


def page_ids(order: list[Part]) -> onepage.Ids:
    """Each id keeps its name where that is free; those that documents bring come first."""
    ids: onepage.Ids = {}
    taken: set[str] = set()
    for part in order:
        for name in part.names:
            ids[part.docname, name] = onepage.free(name, part.docname, taken)
    for part in order:
        for name, base in part.made.items():
            wanted = name
            if base and name.startswith(base):
                wanted = ids[part.docname, base] + name.removeprefix(base)
            ids[part.docname, name] = onepage.free(wanted, part.docname, taken)
    return ids


def ids_of(part: Part, ids: onepage.Ids) -> tuple[str, ...]:
    """What the ids that a part has, and those to which it leads, are called on the page."""
    return tuple(ids.get(asked, asked[1]) for asked in part.asked)


def what_is_known(env: BuildEnvironment) -> object:
    """All that a reference may be resolved with but numbers, to be compared with that of another
    build.
    """
    titles = {name: text_of(title) for name, title in env.titles.items()}
    return frozen([env.domaindata, titles, env.toctree_includes])


@lru_cache(maxsize=10_000)
def text_of(title: nodes.title) -> str:
    """Of a document that is read again, the title is another node."""
    return title.astext()


def numbers_of(env: BuildEnvironment) -> object:
    """Sphinx's, of sections and figures, to be compared with those of another build."""
    kinds = env.toc_secnumbers, env.toc_fignumbers
    return frozen([{name: found for name, found in kind.items() if found} for kind in kinds])


def frozen(value: Any) -> Any:
    """A value that is equal to another's where they hold the same, in whatever order of keys."""
    if isinstance(value, dict):
        return frozenset((key, frozen(each)) for key, each in value.items())
    if isinstance(value, set | frozenset):
        return frozenset(map(frozen, value))
    if isinstance(value, list | tuple):
        return tuple(map(frozen, value))
    return value if isinstance(value, Hashable) else repr(value)
