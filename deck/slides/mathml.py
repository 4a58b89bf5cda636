r"""Formulas as MathML, made at build time: every browser draws them, and nothing is loaded.

Used where conf.py chooses no other renderer (`html_math_renderer`, `sphinx.ext.imgmath`). Macros
are MathJax's: `mathjax3_config = {"tex": {"macros": {"R": r"\mathbb{R}"}}}` in conf.py.
"""

import re
from html import escape
from typing import Any

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.registry import SphinxComponentRegistry
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

NAME = "mathml"
logger = logging.getLogger(__name__)

# What the converter calls otherwise; Sphinx numbers equations itself.
_SPLIT = re.compile(r"\\(begin|end)\{split\}")
_NUMBERED = re.compile(r"\\(begin|end)\{(align|gather|equation|multline)\}")
_LABEL = re.compile(r"\\label\{[^}]*\}")


def register(registry: SphinxComponentRegistry) -> None:
    """Offers MathML to the builder at hand; Sphinx takes it, unless conf.py says otherwise."""
    if set(registry.html_inline_math_renderers) == {"mathjax"}:
        registry.add_html_math_renderer(NAME, (visit_math, None), (visit_math_block, None))


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(self.starttag(node, "span", "", CLASS="math"))
    self.body.append(formula(node.astext(), node, self.config, block=False))
    self.body.append("</span>")
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", "", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})</span>')
    text = node.astext()
    if not node.get("no-wrap", node.get("nowrap", False)):
        text = aligned(text)
    self.body.append(formula(text, node, self.config, block=True))
    self.body.append("</div>\n")
    raise nodes.SkipNode


def aligned(text: str) -> str:
    r"""As Sphinx has it: paragraphs are equations below each other, and `\\` breaks lines."""
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    if len(parts) > 1 or (r"\\" in text and r"\begin" not in text):
        return r"\begin{aligned}" + r" \\ ".join(parts) + r"\end{aligned}"
    return text


def formula(text: str, node: nodes.Element, config: Config, *, block: bool) -> str:
    """The formula as MathML; where it can't be had, a warning, and the formula's own text."""
    text = _SPLIT.sub(r"\\\1{aligned}", text)
    text = _NUMBERED.sub(r"\\\1{\2*}", _LABEL.sub("", text))
    plain, functions = macros(config)
    try:
        converter = LatexToMathML(fancy_error=False, macros=plain)
        return converter.convert_with_local_state(functions + text, displaystyle=block)
    except LatexError as error:
        reason = re.sub(r"^\d+: ", "", str(error))
        logger.warning(
            "this formula can't become MathML: %s Write it otherwise, or say"
            ' html_math_renderer = "mathjax" in conf.py, which needs the network: %s',
            reason,
            text,
            location=node,
            type="deck",
            subtype="math",
        )
        return f'<code class="broken">{escape(node.astext())}</code>'


def macros(config: Config) -> tuple[dict[str, str], str]:
    """MathJax's macros of conf.py: those without arguments by name, the others as definitions.

    :raises ConfigError: it names a macro that is none.
    """
    given: dict[str, Any] = {}
    for name in ("mathjax2_config", "mathjax3_config", "mathjax4_config"):
        settings = getattr(config, name, None) or {}
        given |= settings.get("tex", settings.get("TeX", {})).get(
            "macros", settings.get("TeX", {}).get("Macros", {})
        )
    for name, body in given.items():
        if not isinstance(body, str) and not (isinstance(body, list | tuple) and len(body) > 1):
            raise ConfigError(
                f"the macro {name} in conf.py is {body!r}; it is TeX, or a list: TeX and the number"
                " of its arguments"
            )
    plain = {name: body for name, body in given.items() if isinstance(body, str)}
    functions = (
        rf"\newcommand{{\{name}}}[{body[1]}]{{{body[0]}}}"
        for name, body in given.items()
        if not isinstance(body, str)
    )
    return plain, "".join(functions)
