"""Public tools that measure the same: do they say the same as our twin in C?"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator

from measurements.harness.cells import Cell
from measurements.harness.programs import Unavailable, cpus

SECONDS = 1
DEADLINE = 10
SOCKPERF, IPERF3, REDIS_BENCHMARK = "sockperf", "iperf3", "redis-benchmark"
# Redis cuts off who reads so late that 32 MB wait for it (redis.conf, client-output-buffer-limit).
PUBLISHED, PUBLISHED_BYTES = 200_000, 24 << 20


@contextlib.contextmanager
def _server(cpu: int, *words: str) -> Iterator[None]:
    """A tool's server, pinned; ended with the block."""
    os.sched_setaffinity(0, {cpu})
    server = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def _client(cpu: int, *words: str) -> str:
    """What the tool's client prints. Tried again while the server is not listening yet."""
    os.sched_setaffinity(0, {cpu})
    until = time.monotonic() + DEADLINE
    while True:
        done = subprocess.run(words, capture_output=True, text=True, timeout=DEADLINE)
        # In JSON, iperf3 tells of an error and ends with 0.
        if done.returncode == 0 and '"error"' not in done.stdout:
            return done.stdout
        if time.monotonic() > until:
            raise ChildProcessError(f"{' '.join(words)}: {done.stdout}{done.stderr}")


def _program(name: str, package: str = "") -> str:
    path = shutil.which(name)
    if not path:
        raise Unavailable(f"needs {name} (Debian package {package or name})")
    return path


def _free_port(kind: socket.SocketKind) -> str:
    with socket.socket(socket.AF_INET, kind) as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def sockperf(cell: Cell) -> list[float]:
    """`sockperf ping-pong`, which counts a way as half a round trip unless told otherwise."""
    program, (first, second) = _program(SOCKPERF), cpus(cell.cores)
    kind = socket.SOCK_DGRAM if cell.way == "UDP" else socket.SOCK_STREAM
    where = ["-i", "127.0.0.1", "-p", _free_port(kind), *([] if cell.way == "UDP" else ["--tcp"])]
    with _server(second, program, "server", *where):
        size = ["-m", str(cell.size), "-t", str(SECONDS), "--full-rtt"]
        text = _client(first, program, "ping-pong", *where, *size)
    return [_percentile(text, "50.000"), _percentile(text, "99.000"), _percentile(text, "min")]


def _percentile(text: str, which: str) -> float:
    name = "<MIN> observation" if which == "min" else f"percentile {which}"
    found = re.search(rf"{name}\s*=\s*([\d.]+)", text)
    if not found:
        raise ChildProcessError(f"{SOCKPERF} told no {name}: {text}")
    return float(found[1])


def iperf3(cell: Cell) -> list[float]:
    """`iperf3` with as large writes as ours, counted where they arrive, in MB/s."""
    program, (first, second) = _program(IPERF3), cpus(cell.cores)
    port = _free_port(socket.SOCK_STREAM)
    with _server(first, program, "-s", "-1", "-p", port):
        options = ["-p", port, "-t", str(SECONDS), "-l", str(cell.size), "-C", "reno", "-J"]
        report = json.loads(_client(second, program, "-c", "127.0.0.1", *options))
    return [report["end"]["sum_received"]["bits_per_second"] / 8e6]


def redis_benchmark(server: str, size: int, batch: int, cpu: int) -> list[float]:
    """How many messages a second `redis-benchmark` publishes; it waits for nobody to read them."""
    program = _program(REDIS_BENCHMARK, "redis-tools")
    count = min(PUBLISHED, PUBLISHED_BYTES // size)
    options = ["-s", server, "-c", "1", "-P", str(batch), "-n", str(count), "--csv"]
    report = _client(cpu, program, *options, "publish", "news", "x" * size)
    return [float(report.splitlines()[-1].split('","')[1])]


TOOLS: dict[str, Callable[[Cell], list[float]]] = {SOCKPERF: sockperf, IPERF3: iperf3}
