"""What a long page costs Sphinx and Python beside its words, and how that is spared."""

import functools
import gc


class Body(str):
    """A page's, whose repr is short: Sphinx takes that of all that a listener gets, for its log."""

    def __repr__(self) -> str:
        return f"<{len(self)} characters>"


def without(body: str, page: str) -> str:
    """The page without its body. To look for all of a long body as such takes a hundred times as
    long as to look for its beginning, and then to compare.
    """
    at = page.find(body[:200])
    if at < 0 or not page.startswith(body, at):
        return page.replace(body, "", 1)
    return page[:at] + page[at + len(body) :]


@functools.cache
def leave_imports_alone() -> None:
    """Once, so that the collector does not look through all modules again and again: of a build
    from nothing that is a tenth.
    """
    gc.freeze()
