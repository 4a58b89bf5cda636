"""From a document's tree of sections to the slides, one after the other.

hieroglyph opened and closed slides while it wrote them, and lost its place: content fell between
two slides, a deep section took its slide's title, levels drifted. Here the tree is put in order
first; then each slide is written from its own node.

A document is put in order by itself. Where it takes in others, `start_of_file` stands between its
slides, and what belongs to a slide that some other document has stands as `unowned` (parts.py).
"""

from collections.abc import Iterable

from docutils import nodes
from hieroglyph import directives as hieroglyph
from sphinx import addnodes
from sphinx.config import Config
from sphinx.util import logging

from deck.slides import ids
from deck.slides.arrange import arrange
from deck.slides.minutes import minutes
from deck.slides.tree import (
    explicit_slides,
    is_empty_toctree,
    is_explicit,
    is_unseen,
    level_of,
    settings_of,
    take_out_files,
    title_text,
)

logger = logging.getLogger(__name__)


class flat_slide(nodes.section):
    """One slide: an optional title, then its content. A section, for whoever looks for those.

    level, number, docname, seconds (None: not given); `section` says it was one before.
    """


class unowned(nodes.Element):
    """Notes and the like that stand where their document has no slide to take them."""


def flatten(doctree: nodes.document, config: Config, docname: str) -> None:
    """Makes the resolved *doctree*, which takes in no other, a row of `flat_slide`, in place."""
    early: list[nodes.Node] = []
    aliases = [f"document-{docname}"]
    slides: list[flat_slide] = []
    for item in Row(doctree, config, docname).items:
        if isinstance(item, unowned):
            early += item.children
        elif isinstance(item, flat_slide):
            item["ids"] += aliases
            item["number"] = len(slides) + 1
            finish(item, early)
            slides.append(item)
            early, aliases = [], []
    doctree.children = []
    doctree += slides


class Row:
    """The slides of a document, and the one to which content is being added.

    `items` are `flat_slide`, `unowned` and `start_of_file`, in order. `made` are the ids that
    slides got here, each with the id of the document from which it is made, or "".
    """

    def __init__(self, doctree: nodes.document, config: Config, docname: str) -> None:
        """Takes the slides out of the resolved *doctree*, whose levels begin at one."""
        self.config = config
        self.docname, self.conf = docname, settings_of(doctree, config)
        self.items: list[nodes.Element] = []
        self.owner: nodes.Element | None = None  # whose content the last slide takes
        self.made: dict[str, str] = {}
        self.ids = {name for node in doctree.findall(nodes.Element) for name in node["ids"]}
        children = doctree.children if self.conf["autoslides"] else explicit_slides(doctree)
        self.add_all(children, doctree, level=0)

    # ---- walking

    def add_file(self, file: nodes.Element) -> None:
        """Notes that another document is taken in here."""
        self.owner = None
        self.items.append(file)

    def add_all(self, children: list[nodes.Node], owner: nodes.Element, level: int) -> None:
        for child in list(children):
            self.add(child, owner, level)

    def add(self, node: nodes.Node, owner: nodes.Element, level: int) -> None:
        """Adds a node that stands in *owner*, which is a slide of this *level*."""
        if isinstance(node, addnodes.start_of_file):
            self.add_file(node)
        elif isinstance(node, hieroglyph.slide):
            # One that is too deep belongs to the slide before it, whosever that is.
            self.add_slide(node, self.owner or owner, level_of(node, level), level)
        elif isinstance(node, nodes.section) and (self.conf["autoslides"] or is_explicit(node)):
            self.add_slide(node, owner, level_of(node, level + 1), level)
        else:
            self.add_content(node, owner, level)

    def add_slide(self, node: nodes.Element, owner: nodes.Element, level: int, outer: int) -> None:
        if node.get("nextslide"):  # asked for by name, it is a slide also where sections are not
            level = min(level, self.config.slide_levels)
        if level > self.config.slide_levels:
            node["level"] = level
            self.add_content(node, owner, outer)
            return
        self.open(node, level)
        self.add_all(node.children, node, level)

    def add_content(self, node: nodes.Node, owner: nodes.Element, level: int) -> None:
        taken_in = take_out_files(node)
        if not is_empty_toctree(node):
            self.put(node, owner, level)
        for file in taken_in:
            self.add_file(file)

    def put(self, node: nodes.Node, owner: nodes.Element, level: int) -> None:
        """Puts content on its owner's slide; on a further one when others came in between."""
        if is_unseen(node):
            self.put_unseen(node)
            return
        if self.owner is not owner:
            self.open_further(owner, max(level, 1))
        if isinstance(node, hieroglyph.slide):
            node = self.as_section(node)
        self.keep_inner_slides(node)
        self.items[-1].append(node)

    def put_unseen(self, node: nodes.Node) -> None:
        if not self.owner and not (self.items and isinstance(self.items[-1], unowned)):
            self.items.append(unowned(docname=self.docname))
        self.items[-1].append(node)

    def keep_inner_slides(self, node: nodes.Node) -> None:
        """A slide can't begin inside of other content: it stays there, as a section."""
        levels = self.config.slide_levels
        for slide in list(node.findall(hieroglyph.slide)):
            deep = isinstance(slide.parent, nodes.section | hieroglyph.slide)
            if not deep or slide.get("level", levels + 1) <= levels:
                logger.warning(
                    "a slide can't begin inside of %s: it stays there, on the slide around it",
                    slide.parent.tagname,
                    location=slide,
                )
            slide.parent.replace(slide, self.as_section(slide))

    def as_section(self, slide: nodes.Element) -> nodes.section:
        """A slide directive that becomes no slide, as a section with a heading."""
        section = nodes.section(classes=slide["classes"])
        section["ids"] = slide["ids"] or [self.free_id(title_text(slide))]
        if "level" in slide:
            section["level"] = slide["level"]
        section += slide.children
        return section

    # ---- making slides

    def open(self, node: nodes.Element, level: int) -> flat_slide:
        """Begins the slide of a section or slide directive."""
        own = node["classes"]
        if isinstance(node, hieroglyph.slide) and not node.get("own classes"):
            classes = self.conf["slide_classes"] + own
        else:
            classes = own or self.conf["slide_classes"]
        slide = self.new(node, level, classes)
        slide["ids"] = [*node["ids"]] or [self.free_id(title_text(node))]
        slide["section"] = isinstance(node, nodes.section)
        return slide

    def open_further(self, owner: nodes.Element, level: int) -> None:
        """Begins another slide of *owner*, under the same title."""
        slide = self.new(owner, level, self.conf["slide_classes"])
        base = owner["ids"][0] if isinstance(owner, nodes.section) and owner["ids"] else ""
        slide["ids"] = [self.free_id(base or "slide", base)]
        if isinstance(owner, nodes.section) and owner.children:
            slide.extend(child.deepcopy() for child in owner[:1] if isinstance(child, nodes.title))

    def new(self, owner: nodes.Element, level: int, classes: list[str]) -> flat_slide:
        slide = flat_slide(classes=[*classes], level=level, docname=self.docname)
        slide.source, slide.line = owner.source, owner.line
        self.items.append(slide)
        self.owner = owner
        return slide

    def free_id(self, text: str, base: str = "") -> str:
        id = ids.free(ids.slug(text) or "slide", self.ids)
        self.made[id] = base
        return id


def finish(slide: flat_slide, early: Iterable[nodes.Node], late: Iterable[nodes.Node] = ()) -> None:
    """Arranges a slide, with what it takes over that stood before or after it, unseen."""
    after_title = 1 if title_text(slide) else 0
    slide[after_title:after_title] = early
    slide.extend(late)
    add_up_minutes(slide)
    arrange(slide)


def add_up_minutes(slide: flat_slide) -> None:
    """Notes what a slide's `minutes` come to, in seconds, and takes them out of it."""
    given = list(slide.findall(minutes))
    slide["seconds"] = round(sum(node["minutes"] for node in given) * 60) or None
    for node in given:
        node.parent.remove(node)
