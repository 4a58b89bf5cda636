"""Code in colours, with one formatter for all blocks of code that want the same of it.

Sphinx makes a formatter for each block, and each writes a style sheet that nobody asks for.
"""

from typing import Any

from sphinx.highlighting import PygmentsBridge


def keep_formatters(bridge: PygmentsBridge) -> None:
    """Have it make no formatter of Pygments twice."""
    make = bridge.get_formatter
    made: dict[str, Any] = {}

    def get_formatter(**wanted: Any) -> Any:
        key = repr(sorted(wanted.items()))
        if key not in made:
            made[key] = make(**wanted)
        return made[key]

    bridge.get_formatter = get_formatter  # type: ignore[method-assign]
