"""A program's docstring, read without what ast and inspect would load for it: a run waits for that.

`_ast` are the nodes themselves, and how `compile` is asked for them.
"""

import _ast
import textwrap


def parse(source: bytes, name: str) -> _ast.Module:
    """As ast.parse does. Raises SyntaxError."""
    tree = compile(source, name, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, _ast.Module), "that is what it makes of a whole program"
    return tree


def of(program: _ast.Module) -> str:
    """The docstring as inspect.cleandoc leaves it; "" where there is none."""
    match program.body:
        case [_ast.Expr(value=_ast.Constant(value=str(text))), *_]:
            first, _, rest = text.expandtabs().partition("\n")
            return f"{first.lstrip()}\n{textwrap.dedent(rest)}".strip("\n")
    return ""
