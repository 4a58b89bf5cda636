"""hieroglyph's builders on today's Sphinx: `slides`, `dirslides` and `singlefile-slides`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docutils import nodes
from hieroglyph import builder as hieroglyph
from hieroglyph import slides as hieroglyph_slides
from jinja2 import PrefixLoader
from markupsafe import escape
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.builders.dirhtml import DirectoryHTMLBuilder
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.builders.singlehtml import SingleFileHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.jinja2glue import SphinxFileSystemLoader
from sphinx.locale import _
from sphinx.util import logging

from deck.slides import assets, links, onepage, revealjs, vocabulary
from deck.slides.flatten import flatten, settings_of
from deck.slides.translator import SlideTranslator

logger = logging.getLogger(__name__)

# hieroglyph's stock themes by name: a deck that asks for one of them gets ours.
THEMES = ("deck", "slides", "slides2", "single-level")


class SlidesMixin(hieroglyph.AbstractSlideBuilder):
    """What the three builders share. Is one of hieroglyph's, for whoever asks building_slides().

    Where hieroglyph overrides Sphinx for versions long gone, `super(Abstract...)` goes past it.
    """

    default_translator_class = SlideTranslator
    # Both need templates of a theme made for reading, and nobody looks for a word on a slide there:
    # the deck has its own search.
    search = False
    # Looks (theme and templates) by the theme's name.
    _looks: dict[str, tuple[Any, Any]]

    def init(self) -> None:
        super().init()
        self.use_index = False

    def gen_indices(self) -> None:
        """None: see `search`."""

    # ---- themes

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        return self._theme_name, self._options_of_theme()

    def _options_of_theme(self) -> dict[str, Any]:
        """The deck's theme options; for a document's own theme, those of them that it knows."""
        options = self.config.slide_theme_options
        if self._theme_name == self.config.slide_theme:
            return options
        return {name: value for name, value in options.items() if name in self.theme.get_options()}

    def init_templates(self) -> None:
        self._looks = {}
        self._put_on(self.config.slide_theme)

    def _put_on(self, theme: str) -> None:
        """Makes *theme* the current one; Sphinx loads each once."""
        self._theme_name = theme
        if theme not in self._looks:
            self.theme = None
            super(hieroglyph.AbstractSlideBuilder, self).init_templates()
            # For themes that say {% extends "slides/layout.html" %}: our folder has another name.
            ours = dict.fromkeys(THEMES, SphinxFileSystemLoader(str(links.THEME)))
            self.templates.loaders.append(PrefixLoader(ours))
            self._looks[theme] = self.theme, self.templates
        self.theme, self.templates = self._looks[theme]
        self.theme_options = self._options_of_theme()

    @contextmanager
    def _wearing(self, theme: str) -> Iterator[None]:
        """For one document, and not longer: hieroglyph's leaked into those after it."""
        before = self._theme_name
        self._put_on(theme)
        try:
            yield
        finally:
            self._put_on(before)

    def _themes_in_use(self) -> list[str]:
        """The deck's theme and those of single documents, which were noted when read."""
        noted = (about.get(vocabulary.THEME) for about in self.env.metadata.values())
        return list(dict.fromkeys([self.config.slide_theme, *filter(None, noted)]))

    def get_theme_options(self) -> dict[str, Any]:
        return self.theme.get_options(self.theme_options)

    # ---- files beside the pages

    def init_css_files(self) -> None:
        super().init_css_files()
        for name in revealjs.STYLES:
            self.add_css_file(f"revealjs/{name}", priority=100)

    def init_js_files(self) -> None:
        """reveal.js, then what extensions and the deck add, last the deck's script.

        Sphinx's own scripts (search words, keys that turn pages) stay out of a talk.
        """
        self._js_files = []
        self.add_js_file("messages.js", priority=10)
        for name in revealjs.SCRIPTS:
            self.add_js_file(f"revealjs/{name}", priority=20)
        for filename, attributes in self._registry.js_files:
            self.add_js_file(filename or "", **attributes)
        for filename, attributes in self.config.html_js_files:
            self.add_js_file(filename or "", **({"priority": 800} | attributes))
        self.add_js_file("deck.js", priority=900)

    def copy_static_files(self) -> None:
        revealjs.copy(Path(self._static_dir))
        super(hieroglyph.AbstractSlideBuilder, self).copy_static_files()

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        assets.write(Path(self._static_dir))
        # The deck's own theme comes last: where two have a file of one name, its file wins.
        for theme in reversed(self._themes_in_use()):
            with self._wearing(theme):
                super().copy_theme_static_files(context)

    # ---- pages

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        return super(hieroglyph.AbstractSlideBuilder, self).get_doc_context(docname, body, metatags)

    def post_process_images(self, doctree: nodes.document) -> None:
        super(hieroglyph.AbstractSlideBuilder, self).post_process_images(doctree)

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        with self._wearing(settings_of(doctree, self.config)["theme"]):
            unlink_missing_pages(doctree)
            flatten(doctree, self.config, docname)
            super(hieroglyph.AbstractSlideBuilder, self).write_doc(docname, doctree)

    def update_page_context(
        self, pagename: str, templatename: str, ctx: dict[str, Any], event_arg: Any
    ) -> None:
        """The settings for the script, and what the page's theme has of its own."""
        super().update_page_context(pagename, templatename, ctx, event_arg)
        ctx["deck_settings"] = deck_settings(self.config, ctx)
        own, usual = self.theme, self._looks[self.config.slide_theme][0]
        ctx["style"] = own.stylesheets[-1] if own.stylesheets else ""  # themes before Sphinx 7
        if own is usual:
            return
        ctx |= {f"theme_{name}": value for name, value in self.get_theme_options().items()}
        ctx["styles"] = list(own.stylesheets)
        drop = {f"_static/{name}" for name in usual.stylesheets}
        # The page's list is Sphinx's own, which it sets back for each page: change it in place.
        self._css_files[:] = [css for css in self._css_files if str(css.filename) not in drop]
        for name in own.stylesheets:
            self.add_css_file(name, priority=200)


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

    def assemble_doctree(self) -> nodes.document:
        tree = super().assemble_doctree()
        self._warn_of_other_themes(tree)
        self._ids = onepage.join(tree, self.config.root_doc)
        return tree

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

    def _warn_of_other_themes(self, tree: nodes.document) -> None:
        """One page has one theme; a document's own can't be had here, unless it is the same."""
        page = settings_of(tree, self.config)["theme"]
        with self._wearing(page):
            folders = self.theme.get_theme_dirs()
        for file in tree.findall(addnodes.start_of_file):
            theme = settings_of(file, self.config)["theme"]
            with self._wearing(theme):
                if theme != page and self.theme.get_theme_dirs() != folders:
                    logger.warning(
                        "one page has one theme: %r stays without its theme %r; "
                        "build it with `-b slides`, or name the theme in %r",
                        file["docname"],
                        theme,
                        self.config.root_doc,
                        location=file["docname"],
                    )

    def assemble_toc_secnumbers(self) -> dict[str, dict[str, tuple[int, ...]]]:
        return {self.config.root_doc: onepage.section_numbers(self.env, self._ids)}

    def assemble_toc_fignumbers(self) -> dict[str, dict[str, dict[str, tuple[int, ...]]]]:
        return {self.config.root_doc: onepage.figure_numbers(self.env, self._ids)}


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


# ---- what the builders ask


def deck_settings(config: Config, context: dict[str, Any]) -> dict[str, Any]:
    """What the page's script may want to know: text and numbers, no markup but the footer's."""
    return {
        "title": deck_title(config),
        "subtitle": context.get("theme_subtitle", ""),
        "presenter": config.talk_presenter or author(config),
        "presenters": context.get("theme_presenters", ""),
        "contact": config.talk_contact,
        "talk_minutes": config.talk_minutes,
        "slide_numbers": config.slide_numbers,
        "footer": config.slide_footer or "",
        "language": context.get("language") or "en",
        "previous": page_address(context.get("prev")),
        "next": page_address(context.get("next")),
    }


def page_address(page: dict[str, str] | None) -> str:
    return page["link"] if page else ""


def author(config: Config) -> str:
    """Sphinx says "Author name not set" when it isn't."""
    return "" if config.author == "Author name not set" else config.author


def deck_title(config: Config) -> str:
    """`slide_title`, else the title that conf.py gives to its pages, else the project's name."""
    made_up = _("%s %s documentation") % (config.project, config.release)
    given = config.html_title if config.html_title != made_up else ""
    return config.slide_title or given or config.project


def unlink_missing_pages(doctree: nodes.document) -> None:
    """Leaves the words of links to the index and search pages, which slides don't have."""
    missing = ("genindex", "search", "modindex", "py-modindex")
    for node in list(doctree.findall(nodes.reference)):
        page = node.get("refuri", "").split("#")[0].rstrip("/").removesuffix(".html")
        if node.get("internal") and page.rsplit("/", 1)[-1] in missing:
            logger.info("slides have no page %r: its link is left as words", page, location=node)
            node.parent.replace(node, node.children)


# ---- for Sphinx


def add_themes(app: Sphinx, config: Config) -> None:
    """Registers our theme under hieroglyph's names, then the deck's own themes, which win."""
    for name in THEMES:
        app.add_html_theme(name, links.THEME)
    folders = config.slide_theme_path
    for folder in [folders] if isinstance(folders, str) else folders:
        for theme in sorted((Path(app.confdir) / folder).iterdir()):
            if theme.suffix == ".zip" or is_theme(theme):
                app.add_html_theme(theme.stem if theme.suffix == ".zip" else theme.name, theme)


def is_theme(folder: Path) -> bool:
    return any((folder / name).is_file() for name in ("theme.toml", "theme.conf"))


def add_settings(app: Sphinx) -> None:
    """hieroglyph's settings, and three of ours."""
    app.add_config_value("slide_title", None, "html", types=(str, type(None)))
    app.add_config_value("slide_theme", "slides", "html", types=(str,))
    app.add_config_value("slide_levels", 3, "html", types=(int,))
    app.add_config_value("slide_theme_options", {}, "html", types=(dict,))
    app.add_config_value("slide_theme_path", [], "html", types=(str, list, tuple))
    app.add_config_value("slide_numbers", False, "html", types=(bool,))
    app.add_config_value("slide_footer", None, "html", types=(str, type(None)))
    app.add_config_value("autoslides", True, "env", types=(bool,))
    app.add_config_value("slide_link_html_to_slides", False, "html", types=(bool,))
    app.add_config_value("slide_link_html_sections_to_slides", False, "html", types=(bool,))
    app.add_config_value("slide_relative_path", "../slides/", "html", types=(str,))
    app.add_config_value("slide_html_slide_link_symbol", "\N{SECTION SIGN}", "html", types=(str,))
    app.add_config_value("slide_link_to_html", False, "html", types=(bool,))
    app.add_config_value("slide_html_relative_path", "../html/", "html", types=(str,))
    app.add_config_value("talk_presenter", "", "html", types=(str,))
    app.add_config_value("talk_contact", "", "html", types=(str,))
    app.add_config_value("talk_minutes", None, "html", types=(int, float, type(None)))


def setup(app: Sphinx) -> None:
    """Registers builders, settings, vocabulary and links."""
    if "hieroglyph" in app.config.extensions:
        raise ConfigError(
            "'deck' takes hieroglyph's place: take 'hieroglyph' out of `extensions` in conf.py"
        )
    for builder in (SlideBuilder, DirectorySlideBuilder, SingleFileSlideBuilder):
        app.add_builder(builder)
    app.add_builder(InlineSlideBuilder)
    app.add_builder(DirectoryInlineSlideBuilder)
    add_settings(app)
    vocabulary.setup(app)
    links.setup(app)
    app.connect("config-inited", add_themes)
    app.connect("html-collect-pages", hieroglyph_slides.get_extra_pages)
