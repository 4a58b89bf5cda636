"""Real database servers as a scene: private, on a Unix socket only, and gone with the block.

Each yields a function that runs SQL with the server's own client and returns what that prints.
Nothing in them is worth keeping, so they are told not to wait for a disk.
"""

import contextlib
import glob
import os
import select
import socket
import subprocess
from collections.abc import Callable, Iterator

DEADLINE = 60  # seconds for any one program: initdb on a busy machine takes half of it


def _run(*words: str, **pipes: object) -> str:
    try:
        done = subprocess.run(
            words,
            check=True,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            **({"stdin": subprocess.DEVNULL} | pipes),
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
    return done.stdout.strip()


def _has_ended(server: str, log: str) -> None:
    """Say why a server has ended before it was ready, in its own last words."""
    with open(log) as file:
        last = file.read().strip().splitlines()[-3:]
    raise ChildProcessError(
        f"{server} has ended: {' / '.join(last)}"
    )


@contextlib.contextmanager
def postgres(folder: str) -> Iterator[Callable[..., str]]:
    """PostgreSQL, the folder its home; sql(command, role); the role "boss" is superuser.

    The folder is the working directory meanwhile, and psql finds this server by itself.
    A refusal raises CalledProcessError whose stderr names the SQLSTATE only: that is the same in
    every version and language. PostgreSQL itself refuses to run as root.
    """
    # Debian keeps these off the PATH, and a wrapper named psql on it.
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[::-1]
    os.environ.update(
        PATH=os.pathsep.join([*found, os.environ["PATH"]]),
        PGDATA=os.path.join(folder, "data"),
        PGHOST=folder,
        PGDATABASE="postgres",
    )
    psql = ["psql", "-XAtq", "-v", "VERBOSITY=sqlstate"]

    def sql(
        command: str, role: str = "boss", **pipes: object
    ) -> str:
        return _run(*psql, "-U", role, "-c", command, **pipes)

    quick = f"-F -h '' -k '{folder}'"  # no fsync, no TCP
    _run(
        *["initdb", "--username=boss", "--auth=trust", "--no-sync"],
        *["--locale=C", "--encoding=UTF8"],
    )
    _run("pg_ctl", "start", "-l", f"{folder}/log", "-o", quick)
    try:
        with contextlib.chdir(folder):
            yield sql
    finally:
        _run("pg_ctl", "stop", "-m", "immediate")


@contextlib.contextmanager
def mariadb(folder: str) -> Iterator[Callable[..., str]]:
    """MariaDB, the folder its home and working directory; everybody may do everything.

    sql(command, option, ..., stdin=...) hands the options to the client.
    """
    data = os.path.join(folder, "data")
    os.mkdir(data)
    path = os.path.join(folder, "socket")
    client = ["mariadb", "--no-defaults", f"--socket={path}"]

    def sql(command: str, *options: str, **pipes: object) -> str:
        return _run(*client, *options, "-BNe", command, **pipes)

    log = os.path.join(folder, "log")
    # A pipe whose one end the server holds hangs up when it ends.
    alive, held = os.pipe()
    with (
        open(log, "w") as errors,
        _told_when_ready(folder) as (ready, notify),
    ):
        server = subprocess.Popen(
            [
                *["mariadbd", "--no-defaults", f"--datadir={data}"],
                *[f"--socket={path}", "--skip-networking"],
                *[
                    "--skip-grant-tables",
                    "--innodb-log-file-size=8M",
                ],
                *["--innodb-flush-log-at-trx-commit=0"],
            ],
            stdin=subprocess.DEVNULL,
            stderr=errors,
            env=os.environ | notify,
            pass_fds=[held],
        )
        os.close(held)
        try:
            if not ready(alive):
                _has_ended("mariadbd", log)
            with contextlib.chdir(folder):
                yield sql
        finally:
            server.kill()
            server.wait()


@contextlib.contextmanager
def _told_when_ready(
    folder: str,
) -> Iterator[tuple[Callable[[int], bool], dict[str, str]]]:
    """sd_notify(3): a server says READY=1 in a datagram to the socket that this names.

    Yields a function that waits until it says so, or (False) until the other end of a pipe closes,
    which the server holds for as long as it lives.
    """
    path = os.path.join(folder, "notify")
    with socket.socket(
        socket.AF_UNIX, socket.SOCK_DGRAM
    ) as notices:
        notices.bind(path)

        def ready(alive: int) -> bool:
            poll = select.poll()
            for fd in (notices.fileno(), alive):
                poll.register(fd, select.POLLIN)
            said = b""
            while b"READY=1" not in said:
                found = [fd for fd, _ in poll.poll(DEADLINE * 1000)]
                if not found:
                    raise TimeoutError("the server is not ready")
                if notices.fileno() not in found:
                    return False
                said = notices.recv(1 << 16)
            os.close(alive)
            return True

        yield ready, {"NOTIFY_SOCKET": path}


class RedisClient:
    """Speaks to Redis in its own protocol (RESP); call it with the words of a command."""

    def __init__(self, path: str) -> None:
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(DEADLINE)
        stream.connect(path)
        self.file = stream.makefile("rwb")

    def __call__(self, *words: bytes) -> object:
        parts = [b"*%d" % len(words)]
        for word in words:
            parts += [b"$%d" % len(word), word]
        self.file.write(b"\r\n".join(parts) + b"\r\n")
        self.file.flush()
        return self.answer()

    def answer(self) -> object:
        """Wait for one answer, or for news from a channel: a list, or bytes."""
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"*":
            return [self.answer() for _ in range(int(rest))]
        if kind == b"$":
            return self.file.read(int(rest) + 2)[:-2]
        assert kind != b"-", rest
        return rest


@contextlib.contextmanager
def redis(folder: str, port: int = 0) -> Iterator[str]:
    """Redis, the folder its home; yields the path of its socket, for RedisClient.

    With a port, it listens there as well, on loopback.
    """
    path = os.path.join(folder, "socket")
    server = subprocess.Popen(
        [
            *["redis-server", "--port", str(port)],
            *["--unixsocket", path],
            *["--dir", folder, "--save", ""],
        ],
        stdout=subprocess.PIPE,
    )
    with server:
        try:
            said = []
            for line in server.stdout:
                said.append(line.decode(errors="replace").strip())
                if b"ready to accept" in line.lower():
                    break
            else:
                raise ChildProcessError(
                    f"redis-server has ended: {' / '.join(said[-3:])}"
                )
            yield path
        finally:
            server.kill()
