"""Which documents there are, and which were saved, asked with a system call for each file.

Sphinx takes each path apart several times at each build: in a talk of a hundred chapters, a tenth
of the time until a saved word is seen.
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
            self._paths = {name: self.doc2path(name, False) for name in self.docnames}
        docnames: set[str] = self.docnames
        return docnames

    project.discover = discovered


def remember_times(environment: Any) -> None:
    """Has Sphinx's class of environments look only at documents that may be older than a file."""
    outdated: Callable[..., tuple[set[str], set[str], set[str]]] = environment.get_outdated_files
    before: dict[Any, dict[str, object]] = {}

    @functools.wraps(outdated)
    def get_outdated_files(self: Any, config_changed: bool) -> tuple[set[str], set[str], set[str]]:
        if config_changed:
            return outdated(self, config_changed)
        now = times_of(self)
        last = before.get(self, {})
        same = {name for name, times in now.items() if last.get(name) == times}
        before.clear()
        before[self] = now
        added, changed, _ = outdated(Some(self, self.found_docs - same), config_changed)
        changed |= self.reread_always & same
        return added, changed, self.all_docs.keys() - self.found_docs

    environment.get_outdated_files = get_outdated_files


class Some:
    """An environment that has found these documents only."""

    def __init__(self, env: Any, found: set[str]) -> None:
        self.env = env
        self.found_docs = found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.env, name)


def times_of(env: Any) -> dict[str, object]:
    """Of each document, and of what it depends on."""

    @functools.cache
    def time_of(path: str | os.PathLike[str]) -> int:
        try:
            return os.stat(path).st_mtime_ns
        except OSError:
            return 0

    folder, paths = os.fspath(env.srcdir), env.project._paths
    return {
        name: (
            time_of(f"{folder}/{paths[name]}"),
            {path: time_of(path) for path in env.dependencies.get(name, ())},
        )
        for name in env.found_docs
    }


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
