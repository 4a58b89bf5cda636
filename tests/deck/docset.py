"""What the builder's tests share: building a tiny docset, and reading the slides that come out."""

import os
import re
import shutil
from dataclasses import dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from sphinx import locale
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

DOCSETS = Path(__file__).parent / "docsets"
# Set it to have the expected slides written anew; read the difference before you commit it.
UPDATE = "UPDATE_GOLDEN"
# A picture of one dot, for docsets that need some picture.
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="9"/></svg>'


@dataclass
class Built:
    """What a build made of a docset."""

    output: Path
    warnings: str
    documents_read: list[str]

    def page(self, name: str = "index.html") -> str:
        return (self.output / name).read_text("utf-8")

    def slides(self, name: str = "index.html") -> str:
        """The slides of a page, without the page around them."""
        found = re.search(
            r'<div class="slides">\n(.*)\n      </div>\n    </main>', self.page(name), re.S
        )
        assert found, f"{name} has no slides"
        return re.sub(r"\n{2,}", "\n", found[1])


def write(folder: Path, files: dict[str, str]) -> Path:
    """Writes a docset; conf.py names the extension if the docset brings none."""
    for name, text in {"conf.py": "extensions = ['deck']\nproject = 'Tiny'\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def build(
    source: Path,
    builder: str = "singlefile-slides",
    *,
    parallel: int = 1,
    doctrees: Path | None = None,
    strict: bool = True,
    **conf: object,
) -> Built:
    """Builds a docset as `sphinx-build -W` does (without -W when not *strict*)."""
    output = source.parent / f"{source.name}-built" / builder
    warnings = StringIO()
    read: list[str] = []
    # Sphinx keeps the language of a process's last build, and falls back to it.
    locale.translators.clear()
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(
            source,
            source,
            output,
            doctrees or output.with_name(f".doctrees-{builder}"),
            builder,
            confoverrides=conf,
            status=None,
            warning=warnings,
            warningiserror=strict,
            exception_on_warning=strict,
            parallel=parallel,
        )
        app.connect("env-before-read-docs", lambda app, env, names: read.extend(names))
        app.build()
    return Built(output, warnings.getvalue(), sorted(read))


def make(
    folder: Path,
    text: str,
    builder: str = "singlefile-slides",
    *,
    strict: bool = True,
    files: dict[str, str] | None = None,
    **conf: object,
) -> Built:
    """Builds a docset of one document, and of the files that it shows."""
    source = write(folder / "deck", {"index.rst": text, **(files or {})})
    return build(source, builder, strict=strict, **conf)


def build_text(folder: Path, text: str, builder: str = "singlefile-slides", **options) -> str:
    """The slides of a docset that is one document."""
    return build(write(folder / "docs", {"index.rst": text}), builder, **options).slides()


def copy(name: str, folder: Path) -> Path:
    """A copy of a docset of ours, for builds to write beside."""
    return Path(shutil.copytree(DOCSETS / name, folder / name))


def expect(name: str, slides: str, builder: str) -> None:
    """Compares slides with those that lie beside the docset, or writes those anew."""
    golden = DOCSETS / name / f"expected-{builder}.html"
    if os.environ.get(UPDATE):
        golden.write_text(slides + "\n", "utf-8")
    assert slides + "\n" == golden.read_text("utf-8")


class Anchors(HTMLParser):
    """Collects a page's ids, its links into itself, and whether its tags nest."""

    VOID = frozenset({"meta", "link", "img", "br", "hr", "input", "col", "source", "wbr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.badly_nested: list[str] = []
        self.feed(html)
        self.badly_nested += self.open

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if attributes.get("href", "").startswith("#"):
            self.links.append(attributes["href"][1:])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.badly_nested.append(f"/{tag}")


def check_page(html: str) -> None:
    """What holds for every page of slides."""
    page = Anchors(html)
    assert not page.badly_nested
    assert len(page.ids) == len(set(page.ids)), "an id is there twice"
    assert set(page.links) <= set(page.ids), "a link into the page leads nowhere"
    assert not re.search(r"<h[^1-6rte]", html), "a heading of no level"
