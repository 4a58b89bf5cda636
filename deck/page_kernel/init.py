"""PID 1 of the Linux in the page: wait with Python ready, run one program at a time, pass it on.

It is told what to run over the first serial port, a line for each word:

    run BASE64     zlib, then JSON: {"id", "module", "parts": {path: text}, "capabilities", "uid",
                   "machine_network": bool, "deadline": seconds, "time": seconds since 1970}
    stop           ends what runs
    shrink         gives back what memory holds needlessly, before the machine's state is saved

and answers with the lab kernel's marks: `@ready`, `@out TEXT`, `@err TEXT`, and `@end STATUS`. To
start another Python takes seconds in an emulator; a child of this one, which has imported what
programs import, takes a moment.
"""

import base64
import ctypes
import fcntl
import importlib
import json
import os
import resource
import runpy
import select
import signal
import socket
import struct
import sys
import termios
import time
import traceback
import tty
import zlib
from pathlib import Path
from typing import Any

SERIAL = "/dev/ttyS0"
RUN_FOLDER = "/run/talk"
MODULES = "/lib/deck/modules"  # kernel modules in the order in which they load
IMPORTS = "/lib/deck/imports"  # Python modules that programs import

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x8000000, 0x20000000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
SYS_FINIT_MODULE, SYS_CAPSET = 350, 185  # i386
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

PROCESSES, SIGNALS = 200, 1 << 15
SLOWER = 4  # the deadlines that programs set are meant for a machine, not for an emulator
KEPT = 1 << 16  # bytes of a line, before it is cut
LONGEST = 1 << 20  # bytes of output of one run
TIMED_OUT = 124  # as timeout(1) says it
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/dev/shm",
    "TMPDIR": "/dev/shm",
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}

_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    furnish()
    load_modules()
    serial = os.open(SERIAL, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(serial)
    termios.tcflush(serial, termios.TCIFLUSH)
    for name in Path(IMPORTS).read_text().split():
        importlib.import_module(name)
    machine = Machine(serial)
    machine.say(f"@ready {os.uname().release} {os.uname().machine}")
    machine.serve()


# ---- the machine


def mount(kind: str, where: str, options: str = "") -> None:
    os.makedirs(where, exist_ok=True)
    if _libc.mount(kind.encode(), where.encode(), kind.encode(), 0, options.encode()) < 0:
        raise OSError(ctypes.get_errno(), f"mount {where}")


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


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def load_modules() -> None:
    for path in Path(MODULES).read_text().split():
        with open(path, "rb") as file:
            _libc.syscall(SYS_FINIT_MODULE, file.fileno(), b"", 0)
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
                self.run = Run(json.loads(zlib.decompress(base64.b64decode(rest))))
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


# ---- one run


class Stream:
    """What a program says on one of its two outputs, cut into lines."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.descriptor, self.theirs = os.pipe()
        self.open = True
        self._rest = b""

    def read(self) -> list[str]:
        data = os.read(self.descriptor, 4096)
        *lines, self._rest = (self._rest + data).split(b"\n")
        if not data:
            self.open = False
            os.close(self.descriptor)
        if self._rest and (not data or len(self._rest) > KEPT):
            lines.append(self._rest)
            self._rest = b""
        return [line.decode(errors="replace") for line in lines]


class Run:
    """A program in namespaces of its own; when their first process ends, all in them ends."""

    def __init__(self, order: dict[str, Any]) -> None:
        time.clock_settime(time.CLOCK_REALTIME, order["time"])
        self.streams = [Stream("@out"), Stream("@err")]
        self.said = 0  # characters
        self._deadline: float = time.monotonic() + order["deadline"]
        self._status: int | None = None
        self._killed = self._timed_out = False
        self._pid = os.fork()
        if self._pid == 0:
            _keep(order, self.streams)
        for stream in self.streams:
            os.close(stream.theirs)
        self._pidfd = os.pidfd_open(self._pid)

    def descriptors(self) -> list[int]:
        streams = [stream.descriptor for stream in self.streams if stream.open]
        return [*streams, *([] if self._status is not None else [self._pidfd])]

    def left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def kill(self) -> None:
        if self._status is None:
            os.kill(self._pid, signal.SIGKILL)

    def time_out(self) -> None:
        self._timed_out = True
        self._deadline = float("inf")
        self.kill()

    def over(self) -> bool:
        if self._status is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self._status = os.waitstatus_to_exitcode(status)
                os.close(self._pidfd)
        return self._status is not None and not any(stream.open for stream in self.streams)

    def status(self) -> int:
        return TIMED_OUT if self._timed_out else self._status or 0


def _keep(order: dict[str, Any], streams: list[Stream]) -> None:
    """Hold the namespaces of a run, and die with them: PID 1 in there falls when we are killed."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        network = 0 if order.get("machine_network") else CLONE_NEWNET
        if _libc.unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | network) < 0:
            raise OSError(ctypes.get_errno(), "unshare")
        init = os.fork()
        if init == 0:
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            _first_process(order, streams)
        for stream in streams:
            os.close(stream.theirs)
        code = os.waitstatus_to_exitcode(os.waitpid(init, 0)[1])
    finally:
        os._exit(code & 0xFF)


def _first_process(order: dict[str, Any], streams: list[Stream]) -> None:
    code = 1
    try:
        _libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        mount("proc", "/proc")
        mount("tmpfs", "/dev/shm", "mode=1777")
        mount("mqueue", "/dev/mqueue")
        mount("tmpfs", RUN_FOLDER, "mode=755")
        loopback_up()
        for path, text in order["parts"].items():
            target = Path(RUN_FOLDER, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        program = os.fork()
        if program == 0:
            _be_the_program(order, streams)
        for stream in streams:
            os.close(stream.theirs)
        while (ended := os.waitpid(-1, 0))[0] != program:
            pass
        code = os.waitstatus_to_exitcode(ended[1])
    finally:
        os._exit(code & 0xFF)


def _be_the_program(order: dict[str, Any], streams: list[Stream]) -> None:
    code = 1
    try:
        os.setsid()
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        os.dup2(streams[0].theirs, 1)
        os.dup2(streams[1].theirs, 2)
        os.closerange(3, 64)
        _limit(order["uid"], order["capabilities"])
        os.chdir(RUN_FOLDER)
        sys.path[:0] = [RUN_FOLDER]
        sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8")
        sys.stdin = os.fdopen(0, encoding="utf-8")
        _stretch_deadlines()
        sys.argv = [order["module"]]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        _tell(error)
    finally:
        sys.stdout.flush()
        os._exit(code & 0xFF)


def _stretch_deadlines() -> None:
    """What a program waits at most is longer here; what it asks for its own deadline stays so."""
    settimeout, alarm = socket.socket.settimeout, signal.alarm

    def longer(self: socket.socket, seconds: float | None) -> None:
        settimeout(self, seconds and SLOWER * seconds)

    socket.socket.settimeout = longer  # type: ignore[assignment,method-assign]
    signal.alarm = lambda seconds: alarm(SLOWER * seconds)


def _tell(error: BaseException) -> None:
    """The traceback, from the program's own lines on."""
    while error.__traceback__ and error.__traceback__.tb_next:
        if error.__traceback__.tb_frame.f_code.co_filename.startswith(RUN_FOLDER):
            break
        error.__traceback__ = error.__traceback__.tb_next
    traceback.print_exception(error)


def _limit(uid: int, capabilities: list[int]) -> None:
    """An ordinary user with the capabilities that the program's needs name; 0 stays root."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # So small a machine would let few signals wait; the others have room for more.
    resource.setrlimit(resource.RLIMIT_SIGPENDING, (SIGNALS, SIGNALS))
    if uid == 0:
        return
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    # After a change of ids /proc/self is root's (proc(5)), but for who may be dumped.
    _libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    low = sum(1 << number for number in capabilities)
    if _libc.syscall(SYS_CAPSET, header, struct.pack("6I", low, low, low, 0, 0, 0)) < 0:
        raise OSError(ctypes.get_errno(), "capset")
    for number in capabilities:
        _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number, 0, 0)


if __name__ == "__main__":
    main()
