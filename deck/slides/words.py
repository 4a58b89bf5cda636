"""The words that the machinery itself says on slides and pages, in the talk's language.

They are marked with `_("...")` and translated in `deck/locale/LANGUAGE/LC_MESSAGES/deck.po`; a talk
brings a language of its own, or other words, with a `deck.po` in one of its `locale_dirs`.
`python3 -m deck.slides.words` writes the template, `deck/locale/deck.pot`, anew.
"""

from collections.abc import Iterator
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

LOCALE = Path(__file__).parents[1] / "locale"
_translations = NullTranslations()


def N_(text: str) -> str:
    """Marks *text* as something to translate later."""
    return text


# What the page's scripts say.
PAGE = (
    N_("A black screen"),
    N_("All slides, small"),
    N_("B or ."),
    N_("Back"),
    N_("Close"),
    N_("Contents"),
    N_("Contents and search"),
    N_("Copied"),
    N_("Copy the code"),
    N_("Copy the command"),
    N_("Dark"),
    N_("Dark or light"),
    N_("Explanation {number}"),
    N_("failed after {time}"),
    N_("Find"),
    N_("Find in titles, words and code"),
    N_("G and a number"),
    N_("Handout"),
    N_("Home, End"),
    N_("in the notes as well"),
    N_("Keys"),
    N_("Larger text"),
    N_("Light"),
    N_("line {line}: {code}"),
    N_("lost: the stage does not answer"),
    N_("Measure again"),
    N_("measured in {time}"),
    N_("measuring"),
    N_("More"),
    N_("Next"),
    N_("Notes"),
    N_("O or Escape"),
    N_("passed in {time}"),
    N_("Replay"),
    N_("Replay the recording"),
    N_("replay, recorded {date}, Linux {kernel}"),
    N_("Right:"),
    N_("Run"),
    N_("Run or replay the trick"),
    N_("running"),
    N_("skipped after {time}"),
    N_("slide"),
    N_("Slide {number}"),
    N_("Smaller text"),
    N_("Stop"),
    N_("Stop the trick"),
    N_("stopped after {time}"),
    N_("stopped {what}"),
    N_("Text at {percent} %"),
    N_("The chapter before"),
    N_("The deck's controls"),
    N_("The first slide, the last"),
    N_("The next chapter"),
    N_("The next step or slide"),
    N_("The rebuild failed"),
    N_("The speaker's window"),
    N_("The stage refused"),
    N_("The step or slide before"),
    N_("The whole screen"),
    N_("There are no notes to this slide."),
    N_("These keys"),
    N_("This browser does not let a page copy"),
    N_("timed out after {time}"),
    N_("To that slide"),
    N_("{count} slides"),
    N_("← Page up"),
    N_("→ Space Page down"),
)


def _(text: str) -> str:
    """*text* in the language of the talk that is being built."""
    return _translations.gettext(text)


def load(app: Sphinx, config: Config) -> None:
    """Takes the language of conf.py for all words from here on.

    :raises ConfigError: a catalogue of the talk's can't be read.
    """
    global _translations
    _translations = NullTranslations()
    for path in catalogues(
        config.language, [LOCALE, *(app.confdir / d for d in config.locale_dirs)]
    ):
        try:
            catalogue = read_po(path.open("rb"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{path}: {error}") from error
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        found = GNUTranslations(compiled)
        found.add_fallback(_translations)
        _translations = found


def catalogues(language: str, folders: list[Path]) -> Iterator[Path]:
    """The catalogues, those that win last: `de_AT` after `de`, a talk's own after ours."""
    names = dict.fromkeys([language.replace("-", "_").partition("_")[0], language])
    for folder in folders:
        for name in names:
            path = Path(folder, name, "LC_MESSAGES", "deck.po")
            if path.is_file():
                yield path


def direction(language: str | None) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`."""
    try:
        return Locale.parse((language or "en").replace("-", "_")).text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def of_the_page() -> dict[str, str]:
    """What the page's scripts say otherwise than in English, by how they say it in English."""
    return {text: _(text) for text in PAGE if _(text) != text}


# ---- the template for translators


def template() -> Catalog:
    """All words of deck/ that are marked, with the places where they stand."""
    catalogue = Catalog(project="deck", charset="utf-8")
    found = extract.extract_from_dir(
        LOCALE.parent, [("**.py", "python")], keywords={"_": None, "N_": None}
    )
    for file, line, text, _comments, _context in found:
        catalogue.add(text, locations=[(f"deck/{Path(file).as_posix()}", line)])
    return catalogue


def main() -> None:
    with (LOCALE / "deck.pot").open("wb") as file:
        write_po(file, template(), omit_header=True, sort_output=True, width=100)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", load)


if __name__ == "__main__":
    main()
