"""What a page of slides is held to by the tests: more than `deck check` asks of any deck."""

from deck.check.slides import SCREENS, Finding, Findings, Rules, fitting, standing_out

# Text is 1/22 of the slide's height, code 1/32.
STRICT = Rules(1080 / 22, 1080 / 32)


def complaints(page) -> list[Finding]:
    """What hides, goes beyond its slide, or is too small, at each size of screen and each step."""
    found = Findings()
    for width, height in SCREENS:
        found.add(f"{width}x{height}", fitting(page, (width, height), STRICT))
    return list(found)


def pale(page) -> list[Finding]:
    """Text that stands out too little, in the light and in the dark."""
    found = Findings()
    for theme in ("light", "dark"):
        found.add(theme, standing_out(page, theme, STRICT))
    return list(found)
