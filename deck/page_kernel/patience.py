"""The deadlines that programs set are meant for a machine, not for an emulator: longer ones.

What a program waits at most is stretched; what it asks about its own deadline stays as it set it.
"""

import select
import signal
import socket
import threading
from collections.abc import Callable
from typing import Any

SLOWER = 4


def stretch() -> None:
    """Have this process, and whoever it forks, wait longer."""
    settimeout, alarm, poll = socket.socket.settimeout, signal.alarm, select.poll
    wait, wait_for = threading.Condition.wait, threading.Condition.wait_for

    def settimeout_(self: socket.socket, seconds: float | None) -> None:
        settimeout(self, longer(seconds))

    def wait_(self: threading.Condition, timeout: float | None = None) -> bool:
        return wait(self, longer(timeout))

    def wait_for_(
        self: threading.Condition, predicate: Callable[[], Any], timeout: float | None = None
    ) -> Any:
        return wait_for(self, predicate, longer(timeout))

    replace = {
        (socket.socket, "settimeout"): settimeout_,
        (threading.Condition, "wait"): wait_,
        (threading.Condition, "wait_for"): wait_for_,
        (signal, "alarm"): lambda seconds: alarm(SLOWER * seconds),
        (select, "poll"): lambda: Poll(poll()),
    }
    for (owner, name), longer_one in replace.items():
        setattr(owner, name, longer_one)


def longer(limit: float | None) -> float | None:
    """None, 0 and what is negative have a meaning of their own."""
    return SLOWER * limit if limit and limit > 0 else limit


class Poll:
    """A polling object, see select.poll."""

    def __init__(self, poll: "select.poll") -> None:
        self.register, self.modify, self.unregister = poll.register, poll.modify, poll.unregister
        self._poll = poll.poll

    def poll(self, timeout: float | None = None) -> list[tuple[int, int]]:
        return self._poll(longer(timeout))
