"""A chart as a file of its own."""

import math
import re
from pathlib import Path
from xml.etree import ElementTree

from deck.measuring.charts.pen import SVG, serialised

STYLES = Path(__file__).parents[2] / "slides" / "theme" / "styles"


def standalone(svg: str) -> str:
    """The drawing with its own style, for a file: light and dark as the reader has it."""
    sheet = "".join((STYLES / f"{name}.css").read_text("utf-8") for name in ("colours", "chart"))
    pairs = re.findall(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\);", sheet)
    rules = sheet.partition("/* Charts")[2].partition("*/\n")[2].partition("/* End of charts */")[0]
    light = " ".join(f"{name}: {value};" for name, value, _ in pairs)
    dark = " ".join(f"{name}: {value};" for name, _, value in pairs)
    root = ElementTree.fromstring(svg)
    _, _, width, height = root.attrib["viewBox"].split()
    # The reader's letters may be wider than those that the room was made for.
    width = str(math.ceil(float(width) * 1.06))
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("width", width)
    root.set("height", height)
    style = ElementTree.Element(f"{{{SVG}}}style")
    style.text = (
        f'svg {{ {light} --sans: "Source Sans Pro", "Source Sans 3", Arial, sans-serif;'
        " background: var(--ground); color: var(--ink); }\n"
        f"@media (prefers-color-scheme: dark) {{ svg {{ {dark} }} }}\n"
        + rules.replace("figure .c-", ".c-")
    )
    root.insert(2, style)
    return serialised(root)
