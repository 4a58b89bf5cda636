"""What a program asks of Linux, read from its code: names that a version of the kernel brought.

Followed are the program and, of the support modules, the functions, classes and constants that it
reaches. A name is a constant (of a module of Python that passes on the kernel's, or one that stands
below a comment that names its header), a call of the C library, a call that Python wraps, or a path
below /proc and a setting of sysctl.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

WRAPPERS = {"socket", "os", "select", "fcntl", "signal", "mmap", "resource"}
_HEADER = re.compile(r"#.*(\w\.h\b|\bthe same:)")
_SETTING = re.compile(r"net\.[a-z0-9_.]+|/proc/[\w/.*\[\]-]*")


class Module:
    """A file of `examples/`: what stands at its top, and what it imports from the others."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text().splitlines()
        self.tree: ast.Module = _WithoutTypes().visit(ast.parse("\n".join(lines)))
        self.defined: dict[str, ast.stmt] = {}
        self.imported: dict[str, tuple[str, str]] = {}
        self.constants: set[str] = set()
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self.defined[node.name] = node
            elif isinstance(node, ast.Assign):
                names = {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
                self.defined |= dict.fromkeys(names, node)
                if _below_a_header(lines, node.lineno - 1):
                    self.constants |= {name for name in names if name.isupper()}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("examples"):
                for alias in node.names:
                    self.imported[alias.asname or alias.name] = (node.module or "", alias.name)


def _below_a_header(lines: list[str], index: int) -> bool:
    """Whether the block of lines that this one stands in begins with a comment on a header."""
    while (
        index and lines[index - 1].strip() and not lines[index - 1].startswith(("def ", "class "))
    ):
        index -= 1
    block = lines[index : index + 3]
    return any(_HEADER.match(line) for line in block)


@lru_cache
def _module(root: Path, name: str) -> Module | None:
    path = root.joinpath(*name.split(".")).with_suffix(".py")
    return Module(path) if path.exists() else None


def names(root: Path, program: str) -> set[str]:
    """All names that the program `examples.unix.pass_fd` asks of the kernel, it and its support."""
    start = _module(root, program)
    assert start
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting: list[tuple[str, ast.AST]] = [(program, node) for node in start.tree.body]
    while waiting:
        where, node = waiting.pop()
        module = _module(root, where)
        assert module
        for reached in _reached(root, where, module, node, found):
            other = _module(root, reached[0])
            if reached not in seen and other and reached[1] in other.defined:
                seen.add(reached)
                waiting.append((reached[0], other.defined[reached[1]]))
    return found


def _reached(
    root: Path, where: str, module: Module, top: ast.AST, found: set[str]
) -> Iterator[tuple[str, str]]:
    """Names of other pieces as (module, name); what is the kernel's goes into `found`."""
    prose = {id(n.value) for n in ast.walk(top) if isinstance(n, ast.Expr)}
    for node in ast.walk(top):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in module.constants:
                found.add(node.id)
            if node.id in module.defined:
                yield where, node.id
            if node.id in module.imported:
                package, name = module.imported[node.id]
                other = _module(root, package)
                if other and name in other.constants:
                    found.add(name)
                yield package, name
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = node.value.id
            if owner in WRAPPERS and (node.attr.isupper() or node.attr in WRAPPED):
                found.add(node.attr if node.attr.isupper() else f"{owner}.{node.attr}")
            elif owner == "libc":
                found.add(f"libc.{node.attr}")
            elif owner in module.imported:
                package, name = module.imported[owner]
                other = _module(root, f"{package}.{name}")
                if other:
                    if node.attr in other.constants:
                        found.add(node.attr)
                    yield f"{package}.{name}", node.attr
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in BY_NUMBER:
            if node.args and isinstance(node.args[0], ast.Constant):
                found.add(f"call {node.args[0].value}")
        elif _is_setting(node) and id(node) not in prose:
            found.add(node.value)


def _is_setting(node: ast.AST) -> bool:
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and _SETTING.fullmatch(text) is not None


class _WithoutTypes(ast.NodeTransformer):
    """A type in a signature is no use of what it names."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)


# Support functions whose first word is the name of a system call.
BY_NUMBER = {"system_call", "number"}
# Functions of Python that are a call of Linux's own, which not every Linux has.
WRAPPED = {
    *("eventfd", "eventfd_read", "eventfd_write", "memfd_create", "pidfd_open", "splice", "pipe2"),
    *("sendfile", "pidfd_send_signal", "epoll", "waitid", "sched_setaffinity", "posix_fallocate"),
    *("copy_file_range", "preadv", "pwritev", "getrandom", "unshare", "setns"),
}
