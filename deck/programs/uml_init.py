"""PID 1 of the lab kernel: furnish the machine, run one isolated program, say how it ended, halt.

What to run comes as packed JSON in the one argument (see `uml.Order`). The console is all
that leads out: each line of the program goes there behind a mark that says which stream it was.
"""

import base64
import fcntl
import json
import os
import struct
import subprocess
import sys
import threading
import zlib
from typing import Any, BinaryIO

sys.path.insert(0, os.path.abspath(f"{__file__}/../../.."))

from deck.programs import isolation, uml
from deck.programs.isolation_calls import libc, mount, syscall
from deck.programs.isolation_table import LINKS, TMPDIR

POWER_OFF = 0x4321FEDC
RNDADDENTROPY = 0x40085203  # random(4)

_console = threading.Lock()


def main(order: dict[str, Any]) -> None:
    status = 1
    try:
        furnish()
        seed(bytes.fromhex(order["seed"]))
        load(order["modules"], order["module_folder"])
        status = run(order)
    except Exception as error:
        say(uml.MARKS["stderr"], f"the lab kernel: {error}")
    say(uml.END, str(status))
    os.sync()
    libc.reboot(POWER_OFF)


def say(mark: str, text: str) -> None:
    with _console:
        print(mark + text, flush=True)


def furnish() -> None:
    """What an init system would do. By system call: mount(8) is setuid, and hostfs says by whom."""
    for kind, where in (("proc", "/proc"), ("sysfs", "/sys"), ("tmpfs", "/run")):
        mount(kind, where, kind, 0)
    if not os.path.ismount("/dev"):  # most kernels do this one by themselves
        mount("devtmpfs", "/dev", "devtmpfs", 0)
    os.makedirs(TMPDIR, exist_ok=True)
    for path, target in LINKS.items():
        if not os.path.lexists(path):
            os.symlink(target, path)


def seed(chance: bytes) -> None:
    """Until it has 256 bits of chance, getrandom(2) blocks: on Linux 5.10 for seconds."""
    with open("/dev/random", "wb") as file:
        # struct rand_pool_info: bits, bytes, and the bytes themselves.
        fcntl.ioctl(file, RNDADDENTROPY, struct.pack("ii", 8 * len(chance), len(chance)) + chance)


def load(modules: list[str], folder: str) -> None:
    """Load kernel modules and what they depend on. By system call: no kmod is needed."""
    with open(f"{folder}/modules.dep") as file:
        lines = [line.split() for line in file]
    files = {os.path.basename(path).split(".")[0]: [path[:-1], *deps] for path, *deps in lines}
    for module in modules:
        for path in reversed(files.get(module, [])):
            with open(f"{folder}/{path}", "rb") as file:
                # finit_module(2); a second load gives EEXIST, which is as good.
                syscall("finit_module", file.fileno(), b"", 0)


def run(order: dict[str, Any]) -> int:
    """Run the program as the host would, and pass its lines on."""
    leash, _keep = os.pipe()
    report, report_end = os.pipe()
    process = subprocess.Popen(
        isolation.command(
            order["mode"],
            *(leash, report_end, order["program"]),
            capabilities=order["capabilities"],
            places=tuple(order["places"]),
            owner=tuple(order["owner"]),
        ),
        cwd=order["folder"],
        env=order["environment"],
        pass_fds=(leash, report_end),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(report_end)
    streams = {"stdout": process.stdout, "stderr": process.stderr}
    readers = [threading.Thread(target=pass_on, args=item) for item in streams.items()]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if refused := os.read(report, 4096):
        say(uml.MARKS["stderr"], f"the lab kernel: {refused.decode()}")
    return process.wait()


def pass_on(kind: str, stream: BinaryIO) -> None:
    for line in stream:
        say(uml.MARKS[kind], line.decode(errors="replace").rstrip("\n"))


if __name__ == "__main__":
    main(json.loads(zlib.decompress(base64.urlsafe_b64decode(sys.argv[1]))))
