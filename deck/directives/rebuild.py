"""When a document is read again, beyond what Sphinx sees by itself.

Sphinx reads a document again when it changes, or a file that it depends on. Here are three more
reasons: a warning was about it (or a fault would be reported once, and then be in the deck unseen),
a file that it asked for in vain is there now, and something was saved while it was read.
"""

import json
import logging
import os
import time
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.logging import NAMESPACE, is_suppressed_warning

# What is remembered of a document, in `env.metadata`: files that it asked for in vain.
MISSED = "missed"


def depend_on(env: BuildEnvironment, path: Path) -> None:
    """Read the document at hand again when this file changes, comes or goes."""
    if path.exists():
        env.note_dependency(path)
    else:
        metadata = env.metadata[env.docname]
        metadata[MISSED] = json.dumps([*json.loads(metadata.get(MISSED, "[]")), str(path)])


class Warned(logging.Handler):
    """The files that warnings are about, kept from one build to the next."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.app = app
        self.file = Path(app.doctreedir, "warned.json")
        self.paths: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        # Sphinx's own handler came first, and made FILE:LINE of the place.
        place = getattr(record, "location", None)
        kind = getattr(record, "type", ""), getattr(record, "subtype", "")
        if isinstance(place, str) and not is_suppressed_warning(
            *kind, self.app.config.suppress_warnings
        ):
            self.paths.add(os.path.abspath(place.partition(":")[0]))

    def before(self, app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
        """The documents that last time's warnings were about."""
        self.paths.clear()
        return self._kept()

    def _kept(self) -> list[str]:
        try:
            return list(json.loads(self.file.read_text("utf-8")))
        except FileNotFoundError:
            return []
        except ValueError:  # a build was killed while it wrote: look at all of them
            return sorted(self.app.env.found_docs)

    def after(self, app: Sphinx, error: Exception | None) -> None:
        """Keep this time's; after an error some documents may not have been looked at."""
        env = app.env
        names = {env.path2doc(path) for path in self.paths} - {None}
        for name, paths in env.dependencies.items() if self.paths else ():
            if not self.paths.isdisjoint(os.path.normpath(env.srcdir / path) for path in paths):
                names.add(name)
        if error:
            names |= set(self._kept())
        self.file.write_text(json.dumps(sorted(names)), "utf-8")


def has_come(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """The documents that missed a file which is there now."""
    return [
        name
        for name, about in env.metadata.items()
        if MISSED in about and any(Path(path).exists() for path in json.loads(about[MISSED]))
    ]


class Begun:
    """Has documents count as read when reading began, and not, as Sphinx has it, when it ended:
    then what was saved in between would be taken for read.
    """

    at = 0  # microseconds, as Sphinx counts them

    def before(self, *_: object) -> None:
        self.at = time.time_ns() // 1000

    def after(self, _: Sphinx, env: BuildEnvironment) -> None:
        env.all_docs.update({name: min(read, self.at) for name, read in env.all_docs.items()})


def watch(app: Sphinx) -> None:
    begun = Begun()
    app.connect("env-before-read-docs", begun.before)
    app.connect("env-updated", begun.after)
    warned = Warned(app)
    logging.getLogger(NAMESPACE).addHandler(warned)
    app.connect("env-get-outdated", warned.before)
    app.connect("env-get-outdated", has_come)
    app.connect("build-finished", warned.after)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", watch)
