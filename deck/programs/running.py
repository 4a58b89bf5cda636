"""A started world: a process to wait for, and the leash that holds all that is in it.

The middle one of three: worlds.py says what to start, runner.py listens to it and judges.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from deck.programs import memory, refusals, worlds
from deck.programs.catalogue import Trick

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket

# Seconds until a program that waits says that it has heard: one that just began may be importing.
ANSWER = 10.0


class Running:
    """A program that runs in a world. Raises worlds.NoRoom.

    `report` can be read when the program has started, or no world could be made (see `started`);
    `keeper` when the process that keeps hold of the run has ended. A program that `waits` hears on
    its stdin what to do, and answers there (see `order`); others have none.
    """

    def __init__(
        self,
        world: worlds.World,
        trick: Trick,
        arguments: tuple[str, ...] = (),
        waits: bool = False,
    ) -> None:
        self._world = world
        self._told: int | None = None
        self._last_words = ""
        self._refused: str | None = None
        program = [sys.executable, "-u", *trick.program, *arguments]
        with contextlib.ExitStack() as resources:
            scratch = world.scratch()
            if scratch:
                import shutil  # most worlds need none

                resources.callback(shutil.rmtree, scratch, ignore_errors=True)
            cgroup = resources.enter_context(memory.bound())
            stdin = resources.enter_context(self._orders_of()) if waits else None
            leash, self._leash = os.pipe()
            resources.callback(self.destroy)
            self.report, report = os.pipe()
            resources.callback(os.close, self.report)
            try:
                self._process = subprocess.Popen(
                    world.command(trick, program, scratch, cgroup, leash, report),
                    cwd=trick.root,
                    env=worlds.environment(world.home(scratch)),
                    pass_fds=(leash, report),
                    stdin=stdin.fileno() if stdin else subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    start_new_session=True,
                )
            finally:
                os.close(leash)
                os.close(report)
                if stdin:
                    stdin.close()
            resources.enter_context(self._process)  # closes its pipes and waits for it
            resources.callback(self.destroy)
            self.keeper = os.pidfd_open(self._process.pid)
            resources.callback(os.close, self.keeper)
            self._resources = resources.pop_all()

    @property
    def place(self) -> str:
        return self._world.place

    @property
    def outputs(self) -> dict[str, int]:
        process = self._process
        assert process.stdout and process.stderr, "Popen was told to make pipes"
        return {"stdout": process.stdout.fileno(), "stderr": process.stderr.fileno()}

    def decode(self, lines: Iterator[worlds.Line]) -> Iterator[worlds.Line]:
        """What the lines of its output mean, as (stream, text)."""
        for line in lines:
            match self._world.decode(line):
                case "end", status:
                    self._told = int(status)
                case str(stream), text:
                    yield stream, text
                case None if line[1].strip():
                    self._last_words = line[1].strip()

    def destroy(self) -> None:
        """Let go of the leash: all that is in the world is killed."""
        if self._leash >= 0:
            os.close(self._leash)
            self._leash = -1

    @contextlib.contextmanager
    def _orders_of(self) -> Iterator["socket.socket"]:
        """The end of a program that waits; ours is `_orders`, and closed with the rest."""
        import socket  # for spares alone

        self._orders, theirs = socket.socketpair()
        with self._orders, theirs:
            yield theirs

    def order(self, words: bytes) -> bool:
        """Say to a program that waits what it is to do.

        False when it was killed, or does not say in time that it has heard: then it has most likely
        done nothing yet, and does nothing any more once this is closed.
        """
        with contextlib.suppress(OSError), self._orders as orders:
            orders.settimeout(ANSWER)
            orders.sendall(words)
            orders.shutdown(1)  # SHUT_WR: that was all
            return self._heard() and not self._was_killed()
        return False

    def _heard(self) -> bool:
        return self._orders.recv(1) != b""

    def _was_killed(self) -> bool:
        """Whether the keeper was: by itself it ends when its program has, which may be by now."""
        ended = os.waitid(os.P_PIDFD, self.keeper, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return ended is not None and ended.si_code != os.CLD_EXITED

    def started(self) -> bool:
        """Whether the program has started; waits until that is known."""
        if self._refused is None:
            self._refused = refusals.explain(os.read(self.report, 4096).decode())
        return not self._refused

    def wait(self) -> tuple[int, str]:
        """The exit status, and why there was no world, or why it has ended; "" when all is well."""
        status = self._process.wait()
        self.started()
        refused = self._refused or ""
        if status < 0:
            return 128 - status, f"the process that kept hold of it was killed (signal {-status})"
        if refused or self._world.kernel is None:
            return status, refused
        if self._told is None:
            said = f": {self._last_words}" if self._last_words else " and said nothing"
            return 1, f"the lab kernel has died{said}"
        return self._told, ""

    def close(self) -> None:
        """End it, and return when nothing of it is left."""
        self._resources.close()

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
