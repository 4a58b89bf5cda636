"""Writes slides: each `flat_slide` through the theme's slide.html, the rest as Sphinx does."""

import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from hieroglyph.writer import SlideData
from sphinx.builders import Builder
from sphinx.writers.html5 import HTML5Translator

from deck.slides import links, templates
from deck.slides.flatten import flat_slide
from deck.slides.tree import elements_of
from deck.slides.words import _


class Slide(SlideData):  # type: ignore[misc]  # hieroglyph has no types
    """hieroglyph's context for slide.html, and what ours adds to it."""

    aliases: list[str]
    seconds: int | None
    source: str

    def get_slide_context(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in ("aliases", "seconds", "source")}
        return {**super().get_slide_context(), **own}


class SlideTranslator(HTML5Translator):
    """A document that `flatten` has put in order, as a row of `<section>`."""

    anchored_tricks: set[str]  # whose ids lead somewhere on this page already

    def __init__(self, document: nodes.document, builder: Builder) -> None:
        super().__init__(document, builder)
        self.slides: list[dict[str, Any]] = []  # what slide.html got for each,
        self.rendered: list[str] = []  # and what it made of that

    # ---- slides

    def visit_flat_slide(self, node: flat_slide) -> None:
        self.docnames[-1] = node["docname"]
        self.section_level = node["level"]
        self._around, self.body = self.body, []
        self._title = ""

    def depart_flat_slide(self, node: flat_slide) -> None:
        content, self.body = "".join(self.body), self._around
        slide = Slide(
            self,
            title=self._title,
            content=content,
            level=node["level"],
            classes=node["classes"],
            slide_number=node["number"],
            id=node["ids"][0],
            aliases=node["ids"][1:],
            seconds=node["seconds"],
            source=self._source(node),
        )
        context = slide.get_slide_context()
        html = templates.render_slide(self.builder.templates.environment, context)
        self.slides.append(context)
        self.rendered.append(html)
        self.body.append(html)

    def _source(self, node: flat_slide) -> str:
        """Where a slide is written, as FILE:LINE, for those who look at it."""
        file = os.path.relpath(node.source, self.builder.confdir) if node.source else ""
        return f"{file}:{node.line}" if node.line else file

    def visit_title(self, node: nodes.title) -> None:
        if not isinstance(node.parent, flat_slide):
            super().visit_title(node)
            return
        self._content, self.body = self.body, []
        if node.parent.get("section"):
            self.add_secnumber(node)

    def depart_title(self, node: nodes.title) -> None:
        if isinstance(node.parent, flat_slide):
            if self.config.slide_link_to_html and node.parent.get("section"):
                self.body.append(self._page_link(node.parent))
            self._title, self.body = "".join(self.body), self._content
        else:
            super().depart_title(node)

    def _page_link(self, slide: flat_slide) -> str:
        path = links.html_path(self.builder, slide["docname"])
        symbol = self.config.slide_html_slide_link_symbol
        return (
            f'<a class="headerlink" href="{path}#{slide["ids"][0]}"'
            f' title="{_("View HTML")}">{symbol}</a>'
        )

    # ---- sections too deep for a slide

    def visit_section(self, node: nodes.section) -> None:
        self._outer_levels = [*getattr(self, "_outer_levels", []), self.section_level]
        self.section_level = node.get("level", self.section_level + 1)
        self.body.append(self.starttag(node, "div", CLASS=f"section level-{self.section_level}"))

    def depart_section(self, _node: nodes.section) -> None:
        self.body.append("</div>\n")
        self.section_level = self._outer_levels.pop()

    # ---- what looks otherwise on slides

    def visit_table(self, node: nodes.table) -> None:
        """In a box that scrolls: a wide table is not cut."""
        align = f" align-{node['align']}" if "align" in node else ""
        long = " many-lines" if "many-lines" in node["classes"] else ""
        self.body.append(f'<div class="scrolls{align}{long}">')
        super().visit_table(node)

    def depart_table(self, node: nodes.table) -> None:
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_image(self, node: nodes.image) -> None:
        sized = {"width", "height", "scale"} & {*node.attributes}
        if not sized and is_scalable(Path(self.builder.srcdir, node["uri"])):
            node["classes"].append("scalable")
        super().visit_image(node)

    # ---- what reads otherwise on slides

    def visit_note(self, node: nodes.Element) -> None:
        """What the speaker says, for the speaker's window."""
        self.body.append(self.starttag(node, "aside", CLASS="notes"))

    def depart_note(self, _node: nodes.Element) -> None:
        self.body.append("</aside>\n")

    def visit_block_quote(self, node: nodes.Element) -> None:
        """A paragraph alone, or with who said it, is a quotation."""
        quoted = elements_of(node)
        if [child.tagname for child in quoted] not in (["paragraph"], ["paragraph", "attribution"]):
            super().visit_block_quote(node)
            return
        self.body.append(self.starttag(node, "q", ""))
        self._inline(quoted[0])
        self.body.append("</q>\n")
        for author in quoted[1:]:
            self.body.append(self.starttag(author, "div", "", CLASS="author"))
            self._inline(author)
            self.body.append("</div>\n")
        raise nodes.SkipNode

    def _inline(self, node: nodes.Element) -> None:
        for child in node.children:
            child.walkabout(self)


def is_scalable(picture: Path) -> bool:
    """Whether a picture has no size of its own: an SVG without width, or with one in per cent."""
    if picture.suffix != ".svg" or not picture.is_file():
        return False
    start = re.search(r"<svg\b[^>]*>", picture.read_text("utf-8", errors="replace"))
    return start is not None and not re.search(r"""\bwidth\s*=\s*["'][\d.]+[a-z]*["']""", start[0])
