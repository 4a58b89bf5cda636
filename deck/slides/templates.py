"""Templates that others wrote for hieroglyph's own scripts, put to use in a page of reveal.js.

reveal.js wants a `<section>` for each slide. hieroglyph's themes made `<article>` or `<slide>` of
it: those stay as they are, for the theme's own style sheet, inside of a section.
"""

import re
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, TemplateNotFound
from markupsafe import Markup
from sphinx.errors import ThemeError
from sphinx.theming import Theme

# What the page around the slides has to have, for the script to find them.
_PAGE = re.compile(r"""class\s*=\s*["'][^"']*\breveal\b""")
_STOCK = re.compile(r"slide_container|<slides\b|class=['\"]slides\b|require-1|block body")
_SECTION = re.compile(r"<section\b", re.IGNORECASE)
# slides2's script filled such elements when the page was opened; here they are filled at once.
_FILLED = re.compile(
    r"(<(\w+)\b[^>]*\bdata-config-(title|subtitle|presenter)\b[^>]*>)(.*?)(</\2>)", re.DOTALL
)


def check(environment: Environment, theme: Theme) -> None:
    """Refuses a theme that has no slides, or whose page reveal.js could not work on.

    :raises ThemeError: it names the file, and what to change in it.
    """
    home = Path(theme.get_theme_dirs()[0])
    try:
        environment.get_template("slide.html")
    except TemplateNotFound:
        raise ThemeError(
            f"The theme {theme.name!r} in {home} has no slide.html, so it is a theme for pages: say"
            " `inherit = slides` in its theme.conf, or name another slide_theme in conf.py"
        ) from None
    except TemplateError as error:
        raise broken("slide.html", environment, error) from error
    text, file = source_of("layout.html", environment)
    if _PAGE.search(text) or "extends" in text:
        return
    lines = [str(n) for n, line in enumerate(text.splitlines(), 1) if _STOCK.search(line)]
    where = f", lines {', '.join(lines)}" if lines else ""
    raise ThemeError(
        f"{file}{where}: a page for hieroglyph's own scripts, which are not here. Begin it with"
        ' {% extends "slides/layout.html" %} and keep only its blocks (header, footer, extrahead,'
        ' template_css, template_js); or have <div class="reveal"><div class="slides"> around'
        " the block body, and its scripts from ours."
    )


def render_slide(environment: Environment, context: dict[str, Any]) -> str:
    """One slide by the theme's slide.html, as a section.

    :raises ThemeError: the template fails; it names its file and line.
    """
    try:
        html = environment.get_template("slide.html").render(context)
    except TemplateError as error:
        raise broken("slide.html", environment, error) from error
    source = f' data-source="{escape(context["source"])}"'
    if _SECTION.search(html):
        return html if source in html else _SECTION.sub(rf"\g<0>{source}", html, count=1)
    # A deep link to the slide has to find the section; an id stands once on a page.
    html = html.replace(f' id="{context["id"]}"', "", 1)
    seconds = context["seconds"]
    timing = f' data-timing="{seconds}"' if seconds else ""
    return in_section(html, context["id"], context["aliases"], context["level"], timing + source)


def in_section(html: str, id: str, aliases: list[str], level: int, attributes: str = "") -> str:
    """A slide's HTML as reveal.js wants it, with an anchor for each alias."""
    anchors = "".join(f'<span id="{escape(alias)}"></span>' for alias in aliases)
    start = f'<section id="{escape(id)}" class="slide level-{level} own-template"{attributes}>'
    return f"{start}{anchors}\n{html.strip()}\n</section>\n"


def extra_slide(environment: Environment, name: str, context: dict[str, Any]) -> str:
    """The slide that the theme's title_slide.html or end_slide.html makes, if it has one."""
    try:
        template = environment.get_template(f"{name}.html")
    except TemplateNotFound:
        return ""
    try:
        html = template.render(context).strip()
    except TemplateError as error:
        raise broken(f"{name}.html", environment, error) from error
    if not re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL).strip():
        return ""
    html = _FILLED.sub(lambda found: filled(found, context["deck_settings"]), html)
    return Markup(html if _SECTION.search(html) else in_section(html, name, [], 1))


def filled(element: re.Match[str], settings: dict[str, Any]) -> str:
    """An element of slides2's with the title, subtitle or presenters of conf.py."""
    start, _, what, inside, end = element.groups()
    if what == "presenter":
        people = settings["presenters"] or [{"name": settings["presenter"]}]
        said = "<br>".join(presenter(person) for person in people)
    else:
        said = escape(str(settings[what] or ""))
    return f"{start}{said or inside}{end}"


def presenter(person: Any) -> str:
    """Who presents, as slides2's settings say it: a name, or a table with one."""
    if not isinstance(person, dict):
        return escape(str(person))
    known = ("name", "company", "twitter", "www", "github")
    return "<br>".join(escape(str(person[key])) for key in known if person.get(key))


def source_of(name: str, environment: Environment) -> tuple[str, str | None]:
    """The text of a template, and its file."""
    assert environment.loader, "Sphinx gives it one"
    text, file, _ = environment.loader.get_source(environment, name)
    return text, file


def broken(name: str, environment: Environment, error: TemplateError) -> ThemeError:
    """What a template does wrong, with its file and line."""
    file, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(".html"):
            file, line = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    if not file:
        file = source_of(name, environment)[1]
    return ThemeError(f"{file}:{line or 1}: {error}")
