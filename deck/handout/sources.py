"""Where the sources that notes and programs name can be read: their names become links."""

import re
from collections.abc import Iterator

from docutils import nodes

# Manual pages have no address of their own: `manpages_url` in conf.py says where they are read.
_PLACES = (
    (r"\bRFC (?P<a>\d+)", "https://www.rfc-editor.org/rfc/rfc{a}"),
    (r"\bPEP (?P<b>\d+)", "https://peps.python.org/pep-{b:0>4}/"),
    (r"\bLWN (?P<c>\d+)", "https://lwn.net/Articles/{c}/"),
    (r"\bDocumentation/(?P<d>[\w/.-]+)\.rst", "https://docs.kernel.org/{d}.html"),
    (
        r"\b(?P<e>(?:include|net|kernel|fs|drivers|lib|mm|tools)/[\w/.-]+\.[ch])\b",
        "https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/{e}",
    ),
    (r"(?P<f>\b(?:[\w-]+\.)+(?:org|io|net|com|dev)/[^\s,;)]*[\w/])", "https://{f}"),
)
_MAN = r"(?P<page>[A-Za-z_][\w.+-]*)\((?P<section>[1-9]\w*)\)"


def linked(text: str, manpages: str = "") -> list[nodes.Node]:
    """The text, with a link on each source in it that has an address."""
    places = (*_PLACES, (_MAN, manpages)) if manpages else _PLACES
    return list(_parts(text, places))


def _parts(text: str, places: tuple[tuple[str, str], ...]) -> Iterator[nodes.Node]:
    end = 0
    for match in re.finditer("|".join(pattern for pattern, _ in places), text):
        found = {name: value for name, value in match.groupdict().items() if value}
        if "page" in found:
            found["path"] = match[0]
        address = next(url for pattern, url in places if re.fullmatch(pattern, match[0]))
        if match.start() > end:
            yield nodes.Text(text[end : match.start()])
        yield nodes.reference("", match[0], refuri=address.format(**found))
        end = match.end()
    if end < len(text):
        yield nodes.Text(text[end:])


def link(paragraph: nodes.Element, manpages: str = "") -> None:
    """Puts the links into a paragraph's own words; code and links stay as they are."""
    for text in list(paragraph.findall(nodes.Text)):
        if not isinstance(text.parent, nodes.reference | nodes.literal):
            text.parent.replace(text, linked(text.astext(), manpages))
