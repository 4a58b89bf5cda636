"""The words that the machinery itself says on slides and pages, in the talk's language.

They are marked with `_("...")` and translated in `deck/locale/LANGUAGE/LC_MESSAGES/deck.po`; a talk
brings a language of its own, or other words, with a `deck.po` in one of its `locale_dirs`.
`python3 -m deck.slides.words` writes the template, `deck/locale/deck.pot`, anew.
"""

import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

DECK = Path(__file__).parents[1]
LOCALE = DECK / "locale"
# A script says `word("Run")` or `word(on ? "Stop" : "Run")`; keys.js has rows of key and meaning.
_WORD = re.compile(r"\bword\(([^()]*)")
_KEY = re.compile(r"""^\s*\[".{1,2}", ("[^"]+"), \(""")
_STRING = re.compile(r'"([^"]*[A-Za-z][^"]*)"')
_translations = NullTranslations()


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
            with path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
        except (OSError, ValueError, PoFileError) as error:
            raise ConfigError(f"{path}: {error}; mend it") from error
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
    if not isinstance(_translations, GNUTranslations):
        return {}
    texts = sorted({text for _file, _line, text in in_scripts()})
    return {text: _(text) for text in texts if _(text) != text}


# ---- the template for translators

Place = tuple[str, int, str]  # file, line, text


def in_python() -> Iterator[Place]:
    """What is marked with `_("...")` in deck/."""
    found = extract.extract_from_dir(DECK, [("**.py", "python")], keywords={"_": None})
    for file, line, text, _comments, _context in found:
        assert isinstance(text, str), "`_` takes one text, no plural"
        yield f"deck/{Path(file).as_posix()}", line, text


@cache
def in_scripts() -> list[Place]:
    """What the page's scripts say with `word("...")`, and what their keys do."""
    found: list[Place] = []
    for path in sorted(
        [*DECK.glob("slides/theme/scripts/*.js"), *DECK.glob("page_kernel/static/*.js")]
    ):
        for line, text in enumerate(path.read_text("utf-8").splitlines(), 1):
            for match in (*_WORD.finditer(text), *_KEY.finditer(text)):
                place = path.relative_to(DECK.parent).as_posix()
                found += [(place, line, said) for said in _STRING.findall(match[1])]
    return found


def template() -> Catalog:
    """All words of deck/, with the files where they stand."""
    catalogue = Catalog(project="deck", charset="utf-8")
    for file, line, text in (*in_python(), *in_scripts()):
        catalogue.add(text, locations=[(file, line)])
    return catalogue


def write(catalogue: Catalog, path: Path) -> None:
    """Writes a catalogue as it lies in the repository: without dates and numbers of lines."""
    with path.open("wb") as file:
        write_po(
            file, catalogue, omit_header=True, sort_output=True, include_lineno=False, width=100
        )


def main() -> None:
    """Writes the template anew, and brings each language's catalogue up to it."""
    new = template()
    write(new, LOCALE / "deck.pot")
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/deck.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        catalogue.update(new, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        write(catalogue, path)


def setup(app: Sphinx) -> None:
    app.connect("config-inited", load)


if __name__ == "__main__":
    main()
