"""Sphinx looks for its documents only where there are other files than the last time.

It takes each name of the folder apart at each build: in a talk of a hundred chapters, a tenth of
the time until a saved word is seen.
"""

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any


def remember_names(project: Any) -> None:
    """Has Sphinx's class of projects keep what documents there are."""
    discover: Callable[..., set[str]] = project.discover

    @functools.wraps(discover)
    def discovered(
        self: Any, exclude_paths: Iterable[str] = (), include_paths: Iterable[str] = ("**",)
    ) -> set[str]:
        patterns = [*exclude_paths], [*include_paths]
        names = [*patterns, *names_below(Path(self.srcdir), patterns[0])]
        if getattr(self, "_names", None) != names:
            discover(self, *patterns)
            self._names = names
        docnames: set[str] = self.docnames
        return docnames

    project.discover = discovered


def names_below(folder: Path, exclude: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Folders, but for those that are left out, and the names of their files."""
    from sphinx.util.matching import compile_matchers

    left_out = compile_matchers(exclude)
    for root, folders, files in os.walk(folder, followlinks=True):
        within = os.path.relpath(root, folder)
        prefix = "" if within == "." else f"{within}/"
        folders[:] = [
            name for name in folders if not any(matches(prefix + name) for matches in left_out)
        ]
        yield root, files
