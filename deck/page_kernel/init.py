"""PID 1 of the Linux in the page: wait with Python ready, run one program at a time, pass it on.

It is told what to run over the first serial port, a line for each word:

    run BASE64     zlib, then JSON: {"id", "module", "parts": {path: text}, "known": {path: digest}
                   of files that are here, "capabilities", "uid", "machine_network": bool,
                   "deadline": seconds, "time": seconds since 1970}; for one of two hosts on a
                   cable also "arguments": [its name], and "cable": the hardware address of its
                   network card, in hexadecimal digits
    stop           ends what runs
    shrink         gives back what memory holds needlessly, before the machine's state is saved

and answers with the lab kernel's marks: `@ready`, `@out TEXT`, `@err TEXT`, and `@end STATUS`. To
start another Python takes seconds in an emulator; a child of this one, which has imported what
programs import, takes a moment; the next one always waits already.
"""

import base64
import gc
import importlib
import json
import os
import select
import termios
import tty
import zlib
from pathlib import Path

from deck.page_kernel.run import Run
from deck.page_kernel.system import libc, loopback_up, mount

SERIAL = "/dev/ttyS0"
MODULES = "/lib/deck/modules"  # kernel modules in the order in which they load
IMPORTS = "/lib/deck/imports"  # Python modules that programs import

SYS_FINIT_MODULE = 350  # i386

LONGEST = 1 << 20  # bytes of output of one run
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/dev/shm",
    "TMPDIR": "/dev/shm",
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def main() -> None:
    furnish()
    load_modules()
    serial = os.open(SERIAL, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(serial)
    termios.tcflush(serial, termios.TCIFLUSH)
    for name in Path(IMPORTS).read_text().split():
        importlib.import_module(name)
    # To look at an object is to write to its page, which a child must then copy.
    gc.collect()
    gc.freeze()
    machine = Machine(serial)
    machine.say(f"@ready {os.uname().release} {os.uname().machine}")
    machine.serve()


# ---- the machine


def furnish() -> None:
    """What an init system would do."""
    os.environ.update(ENVIRONMENT)
    mount("devtmpfs", "/dev")
    for kind, where in (("proc", "/proc"), ("sysfs", "/sys"), ("cgroup2", "/sys/fs/cgroup")):
        mount(kind, where)
    mount("mqueue", "/dev/mqueue")
    mount("tmpfs", "/tmp")
    mount("tmpfs", "/run")
    for name, target in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        if not os.path.lexists(f"/dev/{name}"):
            os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")
    loopback_up()


def load_modules() -> None:
    for path in Path(MODULES).read_text().split():
        with open(path, "rb") as file:
            libc.syscall(SYS_FINIT_MODULE, file.fileno(), b"", 0)
        os.unlink(path)  # it would only make the saved state larger


def shrink() -> None:
    """Free pages are zero (init_on_free), and what is zero takes no room in a saved state."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
    Path("/proc/sys/vm/compact_memory").write_text("1")


class Machine:
    """The serial port, and the run that is under way, if one is."""

    def __init__(self, serial: int) -> None:
        self.serial = serial
        self.run: Run | None = None
        self._next = Run()
        self._rest = b""

    def say(self, text: str) -> None:
        rest = (text + "\n").encode()
        while rest:
            rest = rest[os.write(self.serial, rest) :]

    def serve(self) -> None:
        while True:
            run = self.run
            waiting = [self.serial, *(run.descriptors() if run else ())]
            left = run.left() if run else None
            ready, _, _ = select.select(waiting, [], [], left)
            if self.serial in ready:
                self._hear(os.read(self.serial, 4096))
            if run:
                self._go_on(run, ready)

    def _hear(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "run" and not self.run:
                self.run = self._next
                self.run.start(json.loads(zlib.decompress(base64.b64decode(rest))))
            elif word == "stop" and self.run:
                self.run.kill()
            elif word == "shrink":
                shrink()
                self.say("@end 0")

    def _go_on(self, run: "Run", ready: list[int]) -> None:
        if run.left() == 0:
            run.time_out()
        for stream in run.streams:
            if stream.descriptor in ready:
                for line in stream.read():
                    run.said += len(line)
                    if run.said <= LONGEST:
                        self.say(f"{stream.mark} {line}")
                    else:
                        run.kill()
        if run.over():
            self.say(f"@end {run.status()}")
            self.run = None
            self._next = Run()


if __name__ == "__main__":
    main()
