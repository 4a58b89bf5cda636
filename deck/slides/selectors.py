"""Selectors as browsers find them quickly: a list in place of one that ends in `:is(a, b)`.

A browser files each rule under a class or tag of the elements that it is for, and tries it on those
alone. `.reveal :is(ul, ol)` has two, so it goes to the rules that are tried on every element. The
parts of our style sheet are written with `:is()`, since that reads better; here they are written
out. What a rule is for, and its weight among others, stay.
"""

import re
from collections.abc import Iterator
from functools import cache

_PIECE = re.compile(r"""[^{};"'/]+|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.""", re.S)
_SIMPLE = re.compile(r"(#[\w-]+)|(\.[\w-]+|\[[^\]]*\]|(?<!:):[\w-]+)|(::[\w-]+|[\w-]+)|[*&\s>+~]+")
_NAMED = re.compile(r"(?:^|[^:\w-])[\w-]+|[.#]")  # what a rule may be filed under
_PLAIN = re.compile(r"(?:[\w-]+|[.#][\w-]+)(?:[.#][\w-]+)*")
_CHOICE = re.compile(r":(?:is|where)\(")

Weight = tuple[int, int, int]  # ids; classes, attributes, states; tags


@cache
def unfold(sheet: str) -> str:
    """A style sheet with the selectors of its rules written out, and without comments."""
    done: list[str] = []
    waiting = ""
    for piece in _PIECE.findall(sheet):
        if piece in ("{", "}", ";"):
            done.append((_prelude(waiting) if piece == "{" else waiting) + piece)
            waiting = ""
        elif not piece.startswith("/*"):
            waiting += piece if piece[0] in "\"'" else re.sub(r"\s+", " ", piece)
    return "".join(done).replace("; }", "}").replace("} ", "}\n").strip() + "\n"


def _prelude(text: str) -> str:
    """What stands before a brace: selectors, or an at-rule, which stays."""
    rule = text.strip()
    if rule.startswith("@"):
        return rule
    return ",".join(one for each in split(rule) for one in written_out(each))


def written_out(selector: str) -> list[str]:
    """The selectors that together are this one."""
    if not _CHOICE.search(selector):
        return [selector]
    start, last = _ends(selector)
    found = [start + one for one in _choices(last)]
    if any(_NAMED.search(_bare(one[len(start) :])) for one in found):
        return found
    # Tried on every element in any case: soon done where a parent's name tells that it need not.
    return [front + one[len(start) :] for one in found for front in _choices(start)]


def _choices(text: str) -> list[str]:
    """Without the outer `:is()` and `:where()` that have several arguments."""
    for found in _CHOICE.finditer(text):
        if text.count("(", 0, found.start()) > text.count(")", 0, found.start()):
            continue
        end = _close(text, found.end())
        some = list(split(text[found.end() : end]))
        if len(some) == 1:
            continue
        most = max(map(weight, some)) if found[0] == ":is(" else (0, 0, 0)
        before, after = text[: found.start()], text[end + 1 :]
        return [one for each in some for one in _choices_of(before, each, most, after)]
    return [text]


def _choices_of(before: str, one: str, most: Weight, after: str) -> list[str]:
    if weight(one) == most:
        joins = not before or before[-1] in " >+~" or one[0] in ".#"
        put = one if joins and _PLAIN.fullmatch(one) else f":is({one})"
    else:
        put = f":where({one})" + ":not(#_)" * most[0] + ":not(._)" * most[1] + ":not(_)" * most[2]
    return [before + put + rest for rest in _choices(after)]


def weight(selector: str) -> Weight:
    """A selector's specificity."""
    total = [0, 0, 0]
    at = 0
    while at < len(selector):
        found = _SIMPLE.match(selector, at)
        if not found:
            raise ValueError(f"no selector: {selector}")
        at = found.end()
        inner: Weight | None = None
        if selector[at : at + 1] == "(":
            end = _close(selector, at + 1)
            inside = selector[at + 1 : end].rpartition(" of ")[2]
            inner = max(map(weight, split(inside))) if _has_selectors(found[0], inside) else None
            at = end + 1
        own = [int(bool(found[group])) for group in (1, 2, 3)]
        if found[0] in (":is", ":not", ":has", ":where"):
            own = [0, 0, 0]
        if inner and found[0] != ":where":
            own = [one + other for one, other in zip(own, inner, strict=True)]
        total = [one + other for one, other in zip(total, own, strict=True)]
    return (total[0], total[1], total[2])


def _has_selectors(name: str, inside: str) -> bool:
    return name in (":is", ":not", ":has", ":where") or (
        name.startswith(":nth-") and not re.fullmatch(r"[\dn+\- ]+|odd|even", inside)
    )


def split(text: str) -> Iterator[str]:
    """The selectors of a list."""
    depth = start = 0
    for at, sign in enumerate(text):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _ends(selector: str) -> tuple[str, str]:
    """A selector up to its last combinator, and the elements that it is for."""
    depth = cut = 0
    for at, sign in enumerate(selector):
        depth += (sign in "([") - (sign in ")]")
        if not depth and sign in " >+~":
            cut = at + 1
    return selector[:cut], selector[cut:]


def _bare(compound: str) -> str:
    """Without what stands in parentheses behind `:not` and its like."""
    while found := re.search(r":(?!is\(|where\()[\w-]+\(", compound):
        compound = compound[: found.start()] + compound[_close(compound, found.end()) + 1 :]
    return re.sub(r"::?[\w-]+", "", compound)


def _close(text: str, at: int) -> int:
    """Where the parenthesis closes that is open here."""
    depth = 1
    while depth:
        depth += (text[at] == "(") - (text[at] == ")")
        at += 1
    return at - 1
