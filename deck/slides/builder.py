"""hieroglyph's builders on today's Sphinx: `slides`, `dirslides` and `singlefile-slides`."""

from collections.abc import Set
from pathlib import Path
from typing import Any

from docutils import nodes
from hieroglyph import builder as hieroglyph
from hieroglyph import slides as hieroglyph_slides
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.registry import SphinxComponentRegistry
from sphinx.util import logging
from sphinx.util.osutil import relative_uri

from deck.slides import (
    assets,
    body,
    delivery,
    highlighting,
    ids,
    limits,
    links,
    mathml,
    reading,
    revealjs,
    scripts,
    vocabulary,
    words,
)
from deck.slides.flatten import flatten
from deck.slides.settings import add_settings, deck_settings, deck_title
from deck.slides.talk import Talk
from deck.slides.themes import ThemesMixin, add_themes
from deck.slides.translator import SlideTranslator
from deck.slides.tree import elements_of, settings_of

logger = logging.getLogger(__name__)


class SlidesMixin(ThemesMixin):
    """What the three builders share. Is one of hieroglyph's, for whoever asks building_slides().

    Where hieroglyph overrides Sphinx for versions long gone, `super(Abstract...)` goes past it.
    """

    default_translator_class = SlideTranslator
    # Both need templates of a theme made for reading, and nobody looks for a word on a slide there:
    # the deck has its own search.
    search = False
    _copied: object = None

    def init(self) -> None:
        mathml.register(registry_of(self))
        super().init()
        self.use_index = False
        body.leave_imports_alone()

    def init_highlighter(self) -> None:
        super().init_highlighter()
        highlighting.keep_formatters(self.highlighter)

    def gen_indices(self) -> None:
        """None: see `search`."""

    # ---- files beside the pages

    def init_css_files(self) -> None:
        super().init_css_files()
        for name in revealjs.STYLES:
            self.add_css_file(f"revealjs/{name}", priority=100)

    def init_js_files(self) -> None:
        """What keeps strangers out, what authors and extensions bring; last reveal.js and ours.

        Sphinx's own scripts (search words, keys that turn pages) stay out of a talk, but for the
        one that extensions ask.
        """
        self._js_files = []
        self.add_js_file("messages.js", priority=10)
        self.add_js_file(scripts.OPTIONS, priority=20)
        for filename, attributes in registry_of(self).js_files:
            self.add_js_file(filename or "", **attributes)
        for filename, attributes in self.config.html_js_files:
            self.add_js_file(filename or "", **({"priority": 800} | attributes))
        for name in scripts.LATE:
            self.add_js_file(name, priority=900)

    def copy_static_files(self) -> None:
        """Once, as long as they stay the same: Sphinx does it twice in each build."""
        stamp = self._themes_in_use(), assets.stamp(self._static_folders())
        if stamp != self._copied:
            revealjs.copy(Path(self.outdir, "_static"))
            super(hieroglyph.AbstractSlideBuilder, self).copy_static_files()
        self._copied = stamp

    def _static_folders(self) -> list[Path]:
        with_theme = [
            Path(folder) for theme, _ in self._looks.values() for folder in theme.get_theme_dirs()
        ]
        names = [*self.config.html_static_path, self.config.html_logo, self.config.html_favicon]
        return [*with_theme, *(Path(self.confdir, name) for name in names if name)]

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        assets.write(Path(self.outdir, "_static"))
        scripts.copy_options(Path(self.outdir, "_static"), context, self.templates)
        super().copy_theme_static_files(context)

    # ---- pages

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        return super(hieroglyph.AbstractSlideBuilder, self).get_doc_context(docname, body, metatags)

    def post_process_images(self, doctree: nodes.Node) -> None:
        super(hieroglyph.AbstractSlideBuilder, self).post_process_images(doctree)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        with self._with_theme(settings_of(doctree, self.config)["theme"]):
            links.unlink_missing_pages(doctree)
            flatten(doctree, self.config, docname)
            for slide in elements_of(doctree):
                limits.check(slide, Path(self.srcdir))
            super(hieroglyph.AbstractSlideBuilder, self).write_doc(docname, doctree)

    def parts(self) -> dict[str, str]:
        """The addresses of what comes later."""
        return {}

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: Any
    ) -> None:
        """The settings for the script, and what the page's theme has of its own."""
        super().update_page_context(pagename, templatename, ctx, event_arg)
        ctx["deck_settings"] = deck_settings(self.config, ctx) | {"parts": self.parts()}
        ctx["divide"] = scripts.divide
        ctx["direction"] = words.direction(self.config.language)
        self.add_theme_to_page(ctx)


class SlideBuilder(SlidesMixin, StandaloneHTMLBuilder):
    """One page of slides for each document: `-b slides`."""

    name = "slides"
    epilog = "The slides are in %(outdir)s."


class DirectorySlideBuilder(SlidesMixin, DirectoryHTMLBuilder):
    """One folder with an index.html for each document: `-b dirslides`."""

    name = "dirslides"
    epilog = "The slides are in %(outdir)s."


class SingleFileSlideBuilder(SlidesMixin, SingleFileHTMLBuilder):
    """The whole talk in one page: `-b singlefile-slides`."""

    name = "singlefile-slides"
    epilog = "The slides are in %(outdir)s."
    delivered: delivery.Delivery | None = None

    def parts(self) -> dict[str, str]:
        return self.delivered.addresses if self.delivered else {}

    def finish(self) -> None:
        Path(self.outdir, f"{delivery.APPENDIX}.html").unlink(missing_ok=True)
        delivery.write(self.delivered, Path(self.outdir))
        if self.delivered:
            self._write_appendix(self.delivered)
        super().finish()

    def _write_appendix(self, delivered: delivery.Delivery) -> None:
        """The appendix as a page that needs no script, if there is one."""
        if delivered.appendix:
            body = delivered.to_read(self.config.root_doc + self.out_suffix)
            context = self.get_doc_context(delivery.APPENDIX, body, "") | {"to_read": True}
            self.handle_page(delivery.APPENDIX, context, "page.html")

    def init(self) -> None:
        super().init()
        self.talk = Talk(self)
        self.page: dict[str, Any] = {}
        self.events.connect("env-purge-doc", lambda _app, _env, name: self.talk.forget(name), 500)

    def write_documents(self, _docnames: Set[str]) -> None:
        """Joins all documents in one page; what was made of them before is used again."""
        root = self.config.root_doc
        self.current_docname = root
        self.imgpath = relative_uri(self.get_target_uri(root), self.imagedir)
        self.dlpath = relative_uri(self.get_target_uri(root), "_downloads")
        page = settings_of(self.env.get_doctree(root), self.config)["theme"]
        with self._with_theme(page):
            self.talk.build()
            self._warn_of_other_themes(page)
            self._write_page()

    def _write_page(self) -> None:
        talk, root, slides = self.talk, self.config.root_doc, self.talk.html
        self.delivered = delivery.deliver(self, talk)
        whole = self.delivered.page if self.delivered else "".join(slides.values())
        context = self.get_doc_context(root, body.Body(whole), "".join(talk.meta))
        context["has_maths_elements"] = talk.has_maths
        self.handle_page(root, context, event_arg=talk.tree)
        page = Path(self.get_outfilename(root)).read_bytes().decode()
        around = delivery.without_addresses(body.without(whole, page))
        self.page = {
            "slides": slides,
            "digest": b"".join(stretch.digest for stretch in talk.stretches),
            "around": around,
            "swaps": scripts.only_ours(around),
            "programs": frozenset().union(*(stretch.programs for stretch in talk.stretches)),
        }

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        """Sphinx's for one page, but without the table of contents: slides show none, and to write
        it takes a tenth of the time until a saved change is on the screen.
        """
        nothing = {"prev": None, "next": None, "docstitle": None, "meta": None}
        return nothing | {
            "title": str(escape(deck_title(self.config))),
            "body": body,
            "metatags": metatags,
            "parents": [],
            "rellinks": [],
            "sourcename": "",
            "toc": "",
            "display_toc": False,
        }

    def _warn_of_other_themes(self, page: str) -> None:
        """One page has one theme; a document's own can't be had here, unless it is the same."""
        folders = self.theme.get_theme_dirs()
        for part in (part for part in self.talk.order[1:] if part.theme != page):
            with self._with_theme(part.theme):
                if self.theme.get_theme_dirs() != folders:
                    logger.warning(
                        "one page has one theme: %r stays without its theme %r; "
                        "build it with `-b slides`, or name the theme in %r",
                        part.docname,
                        part.theme,
                        self.config.root_doc,
                        location=part.docname,
                    )


BUILDERS = (SlideBuilder, DirectorySlideBuilder, SingleFileSlideBuilder)


class InlineLeftOut(Builder):
    """Stands for hieroglyph's inline builders, to say what to do in their place."""

    def __init__(self, app: Sphinx, env: BuildEnvironment) -> None:
        raise ConfigError(
            f"The builder {self.name!r} is left out: hieroglyph's own crashes on any Sphinx. Build"
            " pages with `-b html`; `:inline-contents: true` has a slide's content appear there,"
            " and `slide_link_html_to_slides = True` links to its slides."
        )


class InlineSlideBuilder(InlineLeftOut):
    name = "inlineslides"


class DirectoryInlineSlideBuilder(InlineLeftOut):
    name = "dirinlineslides"


def registry_of(builder: Builder) -> SphinxComponentRegistry:
    """What extensions have registered. Sphinx 9 gave it a name of its own, and takes `app` away."""
    return builder._registry if hasattr(builder, "_registry") else builder.app.registry


# ---- for Sphinx


def setup(app: Sphinx) -> None:
    """Registers builders, settings, vocabulary and links."""
    if "hieroglyph" in app.config.extensions:
        raise ConfigError(
            "'deck' takes hieroglyph's place: take 'hieroglyph' out of `extensions` in conf.py"
        )
    for builder in BUILDERS:
        app.add_builder(builder)
    app.add_builder(InlineSlideBuilder)
    app.add_builder(DirectoryInlineSlideBuilder)
    add_settings(app)
    words.setup(app)
    ids.setup(app)
    vocabulary.setup(app)
    reading.setup(app)
    links.setup(app)
    app.connect("config-inited", add_themes)
    app.connect("html-collect-pages", hieroglyph_slides.get_extra_pages)
