"""What an assertion looks at was done before it: without assertions a program does the same."""

import ast

import pytest

from deck.programs import catalogue

PROGRAMS = sorted((catalogue.ROOT / "examples").rglob("*.py"))
# They compute, or read what stays as it is: not to ask changes nothing.
COMPUTE = {
    "all",
    "any",
    "int",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "range",
    "set",
    "sorted",
    "sum",
}
METHODS = {"endswith", "fromkeys", "join", "startswith", "upper"}
READ = {"fstat", "samestat", "getpeername", "getsockname", "getgid", "getuid", "monotonic"}
# Of examples/support: a hardware address, the number of a system call.
OURS = {"mac", "number"}
HARMLESS = COMPUTE | METHODS | READ | OURS


def acts(source: str) -> list[str]:
    """Calls in assertions that may do something, each as line and text."""
    assertions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert))
    return [
        f"{node.lineno}: {ast.unparse(node)}"
        for assertion in assertions
        for node in ast.walk(assertion)
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield)
        or (isinstance(node, ast.Call) and _name(node.func) not in HARMLESS)
    ]


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


@pytest.mark.parametrize("line", ["assert sock.recv(1)", "assert (n := 1)", "assert f(g(1)), 'no'"])
def test_what_acts_is_found(line):
    assert acts(line)


def test_an_assertion_acts_not():
    found = [f"{path}:{line}" for path in PROGRAMS for line in acts(path.read_text())]
    assert not found, "call it in a line of its own, and assert what it gave:\n" + "\n".join(found)
