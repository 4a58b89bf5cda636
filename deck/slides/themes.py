"""The themes of a deck: its own, those of single documents, and templates made for hieroglyph."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hieroglyph import builder as hieroglyph
from jinja2 import PrefixLoader
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.errors import ConfigError, ThemeError
from sphinx.jinja2glue import BuiltinTemplateLoader, SphinxFileSystemLoader
from sphinx.theming import Theme

from deck.slides import links, templates, vocabulary

# hieroglyph's stock themes by name: a deck that asks for one of them gets ours.
THEMES = ("deck", "slides", "slides2", "single-level")
BASE = ("fill.css", "deck.css")
# Style sheets of hieroglyph's that a theme's own may take in with @import.
_STOCK_STYLES = ("slides.css", "styles.css", "theme.css", "single.css", "basic.css")


class ThemesMixin(
    hieroglyph.AbstractSlideBuilder,  # type: ignore[misc]  # hieroglyph has no types
    StandaloneHTMLBuilder,
):
    """A slide builder's themes: the deck's own, and for single documents another."""

    # Looks (theme and templates) by the theme's name.
    _looks: dict[str, tuple[Theme, BuiltinTemplateLoader]]

    def get_theme_config(self) -> tuple[str, dict[str, Any]]:
        return self._theme_name, self.config.slide_theme_options

    def init_templates(self) -> None:
        self._looks = {}
        # Sphinx looks here last, so a slide theme wins over a page theme of the same name.
        pages = [folder for folder in self.config.html_theme_path]
        self.config.html_theme_path = [*pages, *theme_folders(self.config)]
        self._use_theme(self.config.slide_theme)

    def _use_theme(self, theme: str) -> None:
        """Makes *theme* the current one; Sphinx loads each once."""
        self._theme_name = theme
        if theme not in self._looks:
            try:
                super(hieroglyph.AbstractSlideBuilder, self).init_templates()
            except ThemeError as error:
                raise ThemeError(f"{self._named_in(theme)}: {error}") from error
            # For themes that say {% extends "slides/layout.html" %}: our folder has another name.
            ours = dict.fromkeys(THEMES, SphinxFileSystemLoader(str(links.THEME)))
            self.templates.loaders.append(PrefixLoader(ours))
            templates.check(self.templates.environment, self.theme)
            self.theme.stylesheets = with_base(self.theme)
            self._looks[theme] = self.theme, self.templates
        self.theme, self.templates = self._looks[theme]
        self.theme_options = self._options_of_theme()

    def _named_in(self, theme: str) -> str:
        """Where an author asks for this theme."""
        if theme == self.config.slide_theme:
            return "slide_theme in conf.py"
        metadata = self.env.metadata
        name = next(name for name in metadata if metadata[name].get(vocabulary.THEME) == theme)
        return f"{self.env.doc2path(name)}, slideconf"

    def _options_of_theme(self) -> dict[str, Any]:
        """The deck's theme options; for a document's own theme, those of them that it knows."""
        options: dict[str, Any] = self.config.slide_theme_options
        if self._theme_name == self.config.slide_theme:
            return options
        return {name: value for name, value in options.items() if name in self.theme.get_options()}

    @contextmanager
    def _with_theme(self, theme: str) -> Iterator[None]:
        """For one document, and not longer: hieroglyph's leaked into those after it."""
        before = self._theme_name
        self._use_theme(theme)
        try:
            yield
        finally:
            self._use_theme(before)

    def _themes_in_use(self) -> list[str]:
        """The deck's theme and those of single documents, which were noted when read."""
        noted = (about.get(vocabulary.THEME) for about in self.env.metadata.values())
        return list(dict.fromkeys([self.config.slide_theme, *filter(None, noted)]))

    def get_theme_options(self) -> dict[str, Any]:
        return self.theme.get_options(self.theme_options)

    def copy_theme_static_files(self, context: dict[str, Any]) -> None:
        # The deck's own theme comes last: where two have a file of one name, its file wins.
        for theme in reversed(self._themes_in_use()):
            with self._with_theme(theme):
                super().copy_theme_static_files(context)
        stand_in(Path(self.outdir, "_static"))

    def add_theme_to_page(self, context: dict[str, Any]) -> None:
        """Gives a page what its theme has of its own: options, style sheets, slides around it."""
        own, usual = self.theme, self._looks[self.config.slide_theme][0]
        context["style"] = own.stylesheets[-1] if own.stylesheets else ""  # before Sphinx 7
        if own is not usual:
            options = self.get_theme_options()
            context |= {f"theme_{name}": value for name, value in options.items()}
            context["styles"] = list(own.stylesheets)
            drop = {f"_static/{name}" for name in usual.stylesheets}
            # The page's list is Sphinx's own, set back for each page: change it in place.
            self._css_files[:] = [css for css in self._css_files if str(css.filename) not in drop]
            for name in own.stylesheets:
                self.add_css_file(name, priority=200)
        for place in ("title_slide", "end_slide"):
            context[place] = templates.extra_slide(self.templates.environment, place, context)


def stand_in(static: Path) -> None:
    """Puts an empty file where a sheet takes in one of hieroglyph's: the page has ours already."""
    sheets = [sheet.read_text("utf-8", "replace") for sheet in static.glob("*.css")]
    for name in _STOCK_STYLES:
        wanted = re.compile(rf"@import\s+(url\()?\s*['\"]?{re.escape(name)}")
        if not (static / name).exists() and any(map(wanted.search, sheets)):
            (static / name).write_text("/* What hieroglyph has here is in deck.css. */\n", "utf-8")


def with_base(theme: Theme) -> tuple[str, ...]:
    """A theme's style sheets, after ours where it is based on them: it adds to what they say.

    Sphinx takes the theme's in place of those it inherits; hieroglyph's pages had both.
    """
    ours = links.THEME in map(Path, theme.get_theme_dirs())
    return (*(BASE if ours else ()), *(name for name in theme.stylesheets if name not in BASE))


def theme_folders(config: Config) -> list[str]:
    folders = config.slide_theme_path
    return [folders] if isinstance(folders, str) else list(folders)


def add_themes(app: Sphinx, config: Config) -> None:
    """Registers our theme by each of its names, and refuses folders that are not there."""
    for name in THEMES:
        app.add_html_theme(name, links.THEME)
    for folder in theme_folders(config):
        if not (Path(app.confdir) / folder).is_dir():
            raise ConfigError(
                f"slide_theme_path in conf.py names {folder!r}, and there is no such folder in"
                f" {app.confdir}: make it, or take it out"
            )
