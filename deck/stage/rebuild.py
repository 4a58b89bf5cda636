"""Build once more with a Sphinx that has built before, and put off what nobody waits for."""

import contextlib
import os
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def rebuild(app: "Sphinx") -> None:
    """What `app.build()` does, but that neither the environment nor the list of what other sites
    may link to is written: see `keep`.
    """
    from sphinx.util import logging
    from sphinx.util.build_phase import BuildPhase

    builder, env = app.builder, app.env
    # Sphinx 9 took it from the application to the builder.
    holder: Any = builder if hasattr(builder, "phase") else app
    holder.phase = BuildPhase.READING
    try:
        builder.compile_update_catalogs()
        with logging.pending_warnings():
            updated = set(builder.read())
        updated.update(env.check_dependents(app, updated))
        if updated:
            holder.phase = BuildPhase.CONSISTENCY_CHECK
            env.check_consistency()
        holder.phase = BuildPhase.RESOLVING
        builder.write(["__all__"], updated, "update")
        with _no_inventory(builder):
            builder.finish()
        builder.finish_tasks.join()
        app.events.emit("build-finished", None)
    except Exception as error:
        environment(app).unlink(missing_ok=True)
        app.events.emit("build-finished", error)
        raise
    builder.cleanup()


@contextlib.contextmanager
def _no_inventory(builder: Any) -> Iterator[None]:
    if not hasattr(builder, "dump_inventory"):
        yield
        return
    builder.dump_inventory = lambda: None
    try:
        yield
    finally:
        del builder.dump_inventory


def keep(app: "Sphinx") -> None:
    """Writes the environment, from which the next process goes on, and the inventory.

    Where this was cut off the older one stands, and what changed since is read again.
    """
    if hasattr(app.builder, "dump_inventory"):
        app.builder.dump_inventory()
    path = environment(app)
    passing = path.with_suffix(".new")
    with passing.open("wb") as file:
        pickle.dump(app.env, file, pickle.HIGHEST_PROTOCOL)
    os.replace(passing, path)


def environment(app: "Sphinx") -> Path:
    from sphinx.application import ENV_PICKLE_FILENAME

    return Path(app.doctreedir, ENV_PICKLE_FILENAME)
