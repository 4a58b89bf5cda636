"""Build the deck again and again in one process, which keeps Sphinx and all it read in memory.

`python -m deck.stage.warm FOLDER` builds once for each line on stdin, and answers with a line of
JSON on stdout: {"ok": bool, "text": warnings or the error, "seconds": float, "version": the page's,
"swap": what an open page has to change (swap.py), null for all of it, "programs": the ids of those
that it shows, null where the builder does not tell}. It ends with stdin, and after a failed build:
Sphinx may be half changed then, and the next process starts clean.
"""

import contextlib
import errno
import filecmp
import functools
import gc
import io
import json
import os
import select
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deck.programs import shown
from deck.stage import swap
from deck.stage.rebuild import keep, rebuild
from deck.stage.warm_files import remember_names, remember_times

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

BUILDER = "singlefile-slides"
# Seconds without a save until what was saved is on the screen, and until nobody waits for one.
LULL, REST = 0.1, 1.0
# As much of a long message as a slide can show.
LAST_LINES = 30


class Workshop:
    """One deck in the making: Sphinx builds in a folder of its own, then the result is published.

    So a build that fails, or is cut off, leaves the published deck as it was.
    """

    def __init__(self, root: Path, builder: str = BUILDER) -> None:
        self.root = root
        self.builder = builder
        self.output = root / "_build" / "stage" / "slides"
        self.published = root / shown.SITE
        self._warnings = io.StringIO()
        self._app: Sphinx | None = None
        self._built: swap.Built | None = None
        self._patches = contextlib.ExitStack()

    def build(self) -> dict[str, Any]:
        """Bring the published deck up to date; the answer for stdout."""
        began = time.perf_counter()
        self._warnings.seek(0)
        self._warnings.truncate()
        change = None
        try:
            if ok := self._build():
                change = self._compare(publish(self.output, self.published))
            text = self._warnings.getvalue()
        except Exception as error:
            ok, text = False, self._warnings.getvalue() + _explain(error)
        last = "\n".join(text.splitlines()[-LAST_LINES:])
        built = self._built
        return {
            "ok": ok,
            "text": last,
            "seconds": time.perf_counter() - began,
            "version": built.version if built else "",
            "swap": change,
            "programs": sorted(built.programs) if built else None,
        }

    def keep(self) -> None:
        """Keep what was read for the next process, while nobody waits."""
        if self._app is not None:
            keep(self._app)
            publish(self.output, self.published)

    def _build(self) -> bool:
        if self._app is None:
            self._app = self._sphinx()
            self._app.connect("env-purge-doc", _forget)
            self._app.build()
        else:
            rebuild(self._app)
        return bool(self._app.statuscode == 0)

    def _compare(self, files: list[Path]) -> dict[str, Any] | None:
        """What is new since the last build; None where the builder does not tell."""
        page = getattr(self._app.builder if self._app else None, "page", None)
        before = self._built
        self._built = swap.Built(**page) if page else None
        return swap.between(before, self._built, files) if self._built else None

    def _sphinx(self) -> "Sphinx":
        # Imported here: it is slow, and a mistake in conf.py should be reported like any other.
        from sphinx.application import Sphinx
        from sphinx.environment import BuildEnvironment
        from sphinx.highlighting import PygmentsBridge
        from sphinx.project import Project
        from sphinx.util.docutils import patch_docutils

        remember_highlighting(PygmentsBridge)
        remember_names(Project)
        remember_times(BuildEnvironment)

        # What sphinx-build does around a build; here it lasts as long as the process.
        self._patches.enter_context(patch_docutils(self.root))
        return Sphinx(
            srcdir=self.root / "slides",
            confdir=self.root,
            outdir=self.output,
            doctreedir=self.output.with_name("doctrees"),
            buildername=self.builder,
            confoverrides={"page_kernel": ""},  # a stage runs programs itself
            status=None,
            warning=self._warnings,
        )


def _forget(app: "Sphinx", env: "BuildEnvironment", docname: str) -> None:
    """Drop a changed document: Sphinx, which builds once, keeps the first one it unpickled."""
    env._pickled_doctree_cache.pop(docname, None)
    env._write_doc_doctree_cache.pop(docname, None)


def remember_highlighting(bridge: Any) -> None:
    """Colour each block of code once: of a build with nothing new, that is two thirds."""
    colour = bridge.highlight_block
    seen: dict[tuple[object, ...], str] = {}

    @functools.wraps(colour)
    def highlight_block(
        self: Any,
        source: str,
        lang: str,
        opts: dict[str, Any] | None = None,
        force: bool = False,
        location: Any = None,
        **how: Any,
    ) -> str:
        look = (self.formatter, repr(self.formatter_args))
        key = (*look, source, lang, force, repr(opts), repr(how))
        if key not in seen:
            seen[key] = colour(self, source, lang, opts, force, location, **how)
        return seen[key]

    bridge.highlight_block = highlight_block


def _explain(error: Exception) -> str:
    """A mistake in the slides in a sentence; any other error with the place where it happened."""
    from sphinx.errors import SphinxError

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}\nFree some room, and save a file again."
    if isinstance(error, SphinxError):
        return f"{error.category}: {error}"
    return "".join(traceback.format_exception(error))


def publish(source: Path, target: Path) -> list[Path]:
    """Make target the same as source, replacing each changed file in one step; these are told."""
    changed = []
    target.mkdir(parents=True, exist_ok=True)
    wanted = {path.relative_to(source) for path in source.rglob("*")}
    # Sorted, so that a folder is there before what lies in it.
    for name in sorted(wanted):
        if _update(source / name, target / name):
            changed.append(name)
    present = {path.relative_to(target) for path in target.rglob("*")}
    for name in sorted(present - wanted, reverse=True):
        _remove(target / name)
    return changed


def _update(source: Path, target: Path) -> bool:
    """Whether the file is another one than before."""
    if source.is_dir():
        target.mkdir(exist_ok=True)
        return False
    if _same(source, target):
        return False
    same = target.exists() and filecmp.cmp(source, target, shallow=False)
    # A reader sees the whole old file or the whole new one.
    passing = target.with_name(target.name + ".new")
    shutil.copy2(source, passing)
    os.replace(passing, target)
    return not same


def _same(source: Path, target: Path) -> bool:
    """copy2 passes the time on, so that equal times mean equal files."""
    try:
        new, old = source.stat(), target.stat()
    except FileNotFoundError:
        return False
    return (new.st_size, new.st_mtime_ns) == (old.st_size, old.st_mtime_ns)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink()


def main(root: str, builder: str = BUILDER) -> int:
    # What conf.py or an extension prints must not get between our answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    workshop = Workshop(Path(root).resolve(), builder)
    # Collect between the builds: meanwhile the page paints.
    gc.disable()
    for number, _ in enumerate(orders({LULL: gc.collect, REST: workshop.keep})):
        answer = workshop.build()
        print(json.dumps(answer), file=answers, flush=True)
        if not answer["ok"]:
            return 1
        if not number:
            # Most of a talk stays as it is: from now on only what is new is looked at.
            gc.collect()
            gc.freeze()
    return 0


def orders(idle: dict[float, Callable[[], object]]) -> Iterator[str]:
    """The lines of stdin; what is to be done when none comes for so many seconds after one."""
    waits = select.poll()
    waits.register(sys.stdin, select.POLLIN)
    while line := sys.stdin.readline():
        yield line
        began = time.monotonic()
        for seconds, act in idle.items():
            if waits.poll(1000 * max(0.0, began + seconds - time.monotonic())):
                break
            act()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
