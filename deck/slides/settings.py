"""The settings of a deck in conf.py, and what of them the page's script is told."""

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.locale import _ as sphinx_words

from deck.page_kernel import extension as page_kernel
from deck.programs import talk
from deck.slides import words

# Of other types nothing can be made; for all other settings Sphinx's warning is enough.
NEEDED = {
    "slide_levels": (int, "a number"),
    "slide_theme_options": (dict, "a table of names and values"),
    "talk_minutes": (int | float | None, "a number"),
    "talk_shorter": (dict, "a table of minutes, and the documents that go: {20: ['udp']}"),
    "talk_appendix": (list | tuple, "a list of documents"),
    "handout_without": (list | tuple, "a list of documents"),
    "page_kernel": (str, "the path of a folder"),
}


def check_values(_app: Sphinx, config: Config) -> None:
    """Refuses what no deck can be built with, before anything is read.

    :raises ConfigError: it names the setting, and what it has to be.
    """
    for name, (kind, wanted) in NEEDED.items():
        if not isinstance(config[name], kind):
            raise ConfigError(f"{name} in conf.py is {config[name]!r}; it is {wanted}")
    for minutes, names in config.talk_shorter.items():
        if not isinstance(minutes, int | float) or not isinstance(names, list | tuple):
            wanted = NEEDED["talk_shorter"][1]
            raise ConfigError(f"talk_shorter in conf.py has {minutes!r}: {names!r}; it is {wanted}")


def check_documents(app: Sphinx, env: BuildEnvironment) -> None:
    """Refuses names of documents that are not there; those that are only left out are.

    :raises ConfigError: it names the setting and the document.
    """
    config = app.config
    named = [("talk_shorter", names) for names in config.talk_shorter.values()]
    named += [(setting, config[setting]) for setting in ("talk_appendix", "handout_without")]
    for setting, names in named:
        for name in names:
            if not Path(env.doc2path(name)).exists():
                raise ConfigError(f"{setting} in conf.py: there is no document {name!r}")


def deck_settings(config: Config, context: dict[str, Any]) -> dict[str, Any]:
    """What the page's script may want to know: text and numbers, no markup but the footer's.

    :raises ConfigError: the talk's own file, `examples/talk.py`, can't be read.
    """
    try:
        speakers = talk.read(Path(config.deck_root or ".")).speakers
    except talk.TalkError as error:
        raise ConfigError(str(error)) from error
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
        "direction": words.direction(config.language),
        "words": words.of_the_page(),
        "handout": config.talk_handout,
        "scripts": page_kernel.scripts(config, context),
        "linux": page_kernel.about(config),
        "speakers": dict(speakers),
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
    made_up = sphinx_words("%s %s documentation") % (config.project, config.release)
    given = config.html_title if config.html_title != made_up else ""
    return config.slide_title or given or config.project


def add_settings(app: Sphinx) -> None:
    """hieroglyph's settings, and ours."""
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
    app.add_config_value("talk_handout", "", "html", types=(str,))
    app.add_config_value("talk_appendix", [], "html", types=(list, tuple))
    app.add_config_value("talk_minutes", None, "html", types=(int, float, type(None)))
    app.add_config_value("talk_minutes_checked", False, "html", types=(bool,))
    app.add_config_value("talk_shorter", {}, "html", types=(dict,))
    app.connect("config-inited", check_values)
    app.connect("env-updated", check_documents)
