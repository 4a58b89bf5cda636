"""A program's docstring, read without what ast would load for it: a run waits for that."""

import ast
import textwrap


def of(program: ast.Module) -> str:
    """The docstring as inspect.cleandoc leaves it; "" where there is none."""
    first, _, rest = (ast.get_docstring(program, clean=False) or "").expandtabs().partition("\n")
    return f"{first.lstrip()}\n{textwrap.dedent(rest)}".strip("\n")
