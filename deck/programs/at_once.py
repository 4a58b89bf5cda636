"""Many runs, as many at once as there are CPUs, and told in the order in which they were asked for.

A trick waits for events and has a world of its own: another one beside it changes nothing. What is
on the machine's own network shares that, and so there is one of those at a time.
"""

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from deck.programs import talk
from deck.programs.runner import Event, Run

# So many runs of each CPU may be over before one is told that is still running.
AHEAD = 4
SIGNALS_SEEN = 0.5  # seconds
Asked = TypeVar("Asked")


def cpus() -> int:
    """How many of this machine's CPUs we may use."""
    return len(os.sched_getaffinity(0))


def run(
    asked: Iterable[Asked], start: Callable[[Asked], Run | Event], jobs: int = 0
) -> Generator[tuple[Asked, list[Event]], None, None]:
    """Run each and yield its events when it has ended; `jobs` at a time, left out: one per CPU.

    `start` makes a run, or says at once how it ends. Closed early, this stops what runs, begins
    nothing more, and returns when nothing is left.
    """
    jobs = jobs or cpus()
    running: set[Run] = set()
    stopping, machine = threading.Event(), threading.Lock()

    def events(each: Asked) -> list[Event]:
        made = start(each)
        if isinstance(made, Event):
            return [made]
        running.add(made)
        try:
            with machine if _on_the_machine(made) else contextlib.nullcontext():
                if stopping.is_set():
                    made.cancel()
                return list(made.events())
        finally:
            running.discard(made)

    pool = ThreadPoolExecutor(jobs, thread_name_prefix="run")
    ahead: deque[tuple[Asked, Future[list[Event]]]] = deque()
    try:
        for each in asked:
            ahead.append((each, pool.submit(events, each)))
            if len(ahead) > AHEAD * jobs:
                yield _told(*ahead.popleft())
        while ahead:
            yield _told(*ahead.popleft())
    finally:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for one in list(running):
            one.cancel()
        pool.shutdown()


def _told(each: Asked, future: Future[list[Event]]) -> tuple[Asked, list[Event]]:
    # A wait without an end is not woken by a signal that another thread got.
    while not wait([future], SIGNALS_SEEN).done:
        pass
    return each, future.result()


def _on_the_machine(made: Run) -> bool:
    return talk.read(made.trick.root).shares_network(made.trick.needs)
