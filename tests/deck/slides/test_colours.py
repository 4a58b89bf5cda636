"""What is drawn is seen: the colours of charts and drawings stand out from the ground."""

import re
from pathlib import Path

import deck.slides

STYLES = Path(deck.slides.__file__).parent / "theme" / "styles"
PAIR = re.compile(r"--(\w+): light-dark\(#(\w{6}), #(\w{6})\)")
DRAWN = re.compile(r"^figure ([^{]+)\{[^}]*?(?:fill|stroke): var\(--(\w+)\)", re.MULTILINE)
LEAST = 3.0  # WCAG 1.4.11, of what is no text


def luminance(colour: str) -> float:
    """WCAG's relative luminance of six hexadecimal digits."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_each_colour_that_draws_stands_out_from_the_ground():
    pairs = {name: both for name, *both in PAIR.findall((STYLES / "colours.css").read_text())}
    drawn = {
        (name, selector.strip())
        for sheet in ("chart.css", "drawing.css")
        for selector, name in DRAWN.findall((STYLES / sheet).read_text())
        if name != "ground"
    }
    assert len(drawn) > 15
    grounds = pairs["ground"]
    pale = {
        (selector, name)
        for name, selector in drawn
        if any(contrast(*two) < LEAST for two in zip(pairs[name], grounds, strict=True))
    }
    assert not pale
