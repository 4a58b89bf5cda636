"""The browsers that were let in: after a restart of the stage, too, for a day.

A file keeps digests of what their cookies say, so that who reads it can't come in by it.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from deck.stage import kept

FILE = "sessions.json"
DAY = 24 * 60 * 60.0  # seconds for which a session outlives its stage


class Sessions:
    """Without a folder they end with the stage. `warn` is told when they can't be kept."""

    def __init__(
        self,
        folder: Path | None = None,
        warn: Callable[[str], None] = print,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._file = folder and folder / FILE
        self._warn = warn
        self._clock = clock
        told = kept.read(self._file) if self._file else {}
        self._until = {
            digest: until
            for digest, until in told.items()
            if isinstance(until, float) and clock() < until <= clock() + DAY
        }

    def add(self) -> str:
        """Let one more browser in; the result is for its cookie."""
        secret = secrets.token_urlsafe()
        self._until[_digest(secret)] = self._clock() + DAY
        if self._file:
            try:
                kept.write(self._file, dict(self._until))
            except OSError as error:
                self._warn(
                    f"Who was let in can't be kept ({error.strerror}: {self._file}):"
                    " after a restart each browser needs the fresh address."
                )
        return secret

    def knows(self, cookie: str) -> bool:
        digest = _digest(cookie)
        # Compare with every one, so that the time says nothing about any of them.
        return any([secrets.compare_digest(digest, known) for known in self._until])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
