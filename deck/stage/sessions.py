"""The browsers that were let in: after a restart of the stage, too, for a day.

A file keeps digests of what their cookies say, so that who reads it can't come in by it.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from deck.stage.kept import Kept

FILE = "sessions.json"
LOST = "after a restart each browser that was let in needs the fresh address."
DAY = 24 * 60 * 60.0  # seconds for which a session outlives its stage


class Sessions:
    """Without a folder they end with the stage. `warn` is told when they can't be kept."""

    def __init__(
        self,
        folder: Path | None = None,
        warn: Callable[[str], None] = print,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._kept = Kept(folder, FILE, LOST, warn)
        self._clock = clock
        self._until = {
            digest: until
            for digest, until in self._kept.read().items()
            if isinstance(until, float) and clock() < until <= clock() + DAY
        }

    def add(self) -> str:
        """Let one more browser in; the result is for its cookie."""
        secret = secrets.token_urlsafe()
        self._until[_digest(secret)] = self._clock() + DAY
        self._kept.write(dict(self._until))
        return secret

    def knows(self, cookie: str) -> bool:
        digest = _digest(cookie)
        # Compare with every one, so that the time says nothing about any of them.
        return any([secrets.compare_digest(digest, known) for known in self._until])


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
